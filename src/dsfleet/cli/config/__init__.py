"""`dsfleet config`: DeepStream configuration checked, shown, converted and compared, on files alone."""

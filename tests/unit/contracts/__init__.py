"""The contracts' rules."""

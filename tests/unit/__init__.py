"""Each rule by example, in milliseconds."""

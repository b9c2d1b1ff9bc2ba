"""Every screen, used as an operator uses it, in a real browser on the running product."""

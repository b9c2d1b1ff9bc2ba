"""The SQL of what exists, one module per kind."""

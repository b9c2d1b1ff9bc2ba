"""The command line: one file per command group; each imports what it needs only when it runs."""

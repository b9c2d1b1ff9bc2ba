"""All that crosses a process boundary, and nothing else; pure."""

"""One agent per host: makes the host's containers match its desired state, and says what it sees."""

"""The transport's own decisions, without a broker."""

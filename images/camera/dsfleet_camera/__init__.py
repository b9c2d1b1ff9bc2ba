"""Serves pre-encoded clips as RTSP cameras; nothing is encoded while it runs."""

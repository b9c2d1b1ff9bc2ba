"""Free ports on loopback for servers that tests start."""

import secrets
import socket

PORTS = range(20_000, 32_000)
"""None of those that the kernel gives to outgoing connections (32768 and above by default, ip(7))."""


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port

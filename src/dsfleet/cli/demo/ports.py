"""Ports on loopback: whether one is free, and which ones a new demo takes for good."""

import random
import socket

from dsfleet.contracts.problems import InputError, Problem

LOOPBACK = "127.0.0.1"
FIRST = 18600
"""The first port of architecture.md's range for instances; everything stays below Linux's range for outgoing calls."""

BLOCKS = 50
BLOCK_PORTS = 40
CAMERAS_FIRST = 18540
CAMERAS_LAST = 18599


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_camera_port() -> int:
    """Return a free port for the cameras. Raises InputError `no-port-free`."""
    candidates = list(range(CAMERAS_FIRST, CAMERAS_LAST + 1))
    random.shuffle(candidates)
    for port in candidates:
        if is_free(port):
            return port
    raise InputError(
        Problem(
            code="no-port-free",
            message=f"No port from {CAMERAS_FIRST} to {CAMERAS_LAST} is free for the demo's cameras.",
            mend="Stop what listens there, such as another demo.",
        )
    )


def choose_instance_ports() -> tuple[int, int]:
    """Return first and last port of a block for instances; demos on one machine seldom choose the same."""
    blocks = list(range(BLOCKS))
    random.shuffle(blocks)
    for block in blocks:
        first = FIRST + block * BLOCK_PORTS
        if all(is_free(port) for port in range(first, first + BLOCK_PORTS)):
            return first, first + BLOCK_PORTS - 1
    return FIRST, FIRST + BLOCK_PORTS - 1

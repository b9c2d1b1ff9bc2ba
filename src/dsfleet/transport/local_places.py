"""The two places a local broker needs to itself: a port on loopback and a folder."""

import errno
import fcntl
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

from dsfleet.transport.kafka_jars import KafkaUnavailableError, unavailable

LOOPBACK = "127.0.0.1"
PORTS = range(20_000, 32_000)
PORT_TIMEOUT_S = 3.0
FOLDER_TIMEOUT_S = 12.0
"""A broker whose starter was killed ends within ten seconds, and its folder is free then."""

LEAST_DESCRIPTOR = 20
"""The lock's descriptor is inherited by a shell that uses the one-digit ones."""


def free_port() -> int:
    """Return a port on loopback that nobody has at this moment.

    It is none of those that the kernel gives to outgoing connections (32768 and above by default, ip(7)): one of them
    would sit on it while the broker is away.
    """
    while True:
        port = secrets.choice(PORTS)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Return whether a program could listen on the port; KafkaUnavailableError where it never may."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise unavailable(
                "kafka-port-refused", f"Apache Kafka cannot listen on {LOOPBACK}:{port}: {error.strerror}."
            ) from error
    return True


def await_free(port: int) -> None:
    """Return when the port can be had; a broker killed just now holds it a moment longer.

    Raises KafkaUnavailableError `kafka-port-in-use`.
    """
    in_use = unavailable(
        "kafka-port-in-use",
        f"Apache Kafka cannot listen on {LOOPBACK}:{port}: the port is in use.",
        "Choose another port, or end the program that has it.",
    )
    _await(lambda: is_free(port), PORT_TIMEOUT_S, in_use)


@contextmanager
def folder_lock(folder: Path) -> Iterator[int]:
    """Yield a descriptor that holds the folder's lock; made first where it is missing.

    A process that inherits the descriptor keeps the lock until it ends. Raises KafkaUnavailableError
    `kafka-folder-in-use`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "in-use.lock").open("w") as file:
        lock = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, LEAST_DESCRIPTOR)

    def is_ours() -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    in_use = unavailable(
        "kafka-folder-in-use", f"Another Apache Kafka runs on {folder}.", "End it, or give this one another folder."
    )
    try:
        _await(is_ours, FOLDER_TIMEOUT_S, in_use)
        yield lock
    finally:
        os.close(lock)


def _await(check: Callable[[], bool], timeout_s: float, missed: KafkaUnavailableError) -> None:
    deadline = monotonic() + timeout_s
    pause = Event()
    while not check():
        if monotonic() > deadline:
            raise missed
        pause.wait(0.05)

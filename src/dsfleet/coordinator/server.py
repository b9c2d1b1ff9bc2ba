"""The HTTP server: its port taken before anything else runs, started and stopped by whoever runs the coordinator."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from dsfleet.contracts.problems import InputError, Problem

STOP_WITHIN_S = 2
"""How long open requests may take at a stop."""


def take_port(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises InputError `port-taken` or `address-unusable`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(128)
    except OSError as error:
        taken.close()
        raise _unusable(host, port, error) from error
    taken.setblocking(False)
    return taken


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: who runs the coordinator decides when it stops."""

    def __init__(self, app: FastAPI, on_started: Callable[[], None]) -> None:
        """Keep whom to tell once requests are answered."""
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=STOP_WITHIN_S,
            )
        )
        self._on_started = on_started

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start answering, then say so."""
        await super().startup(sockets)
        if self.started:
            self._on_started()

    async def run_until(self, stop: asyncio.Event, listening: socket.socket) -> None:
        """Answer requests until told to stop; open ones get two seconds."""
        serving = asyncio.create_task(self.serve(sockets=[listening]))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            self.should_exit = True
            await serving


def _unusable(host: str, port: int, error: OSError) -> InputError:
    if error.errno == errno.EADDRINUSE:
        message, mend = f"Port {port} on {host} is taken by another program.", "Choose another one with --port."
        return InputError(Problem(code="port-taken", message=message, field="port", value=str(port), mend=mend))
    message = f"Cannot listen on {host}, port {port}: {error.strerror}."
    mend = "Give an address of this machine with --host, and a port it may use with --port."
    return InputError(Problem(code="address-unusable", message=message, field="host", value=host, mend=mend))

"""The whole product as one thing a test can start, ask, break and stop: `dsfleet demo` in a process of its own."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import httpx
import psutil

from tests.eventually import eventually_sync
from tests.ports import free_port

LOGIN_LINK = re.compile(r"http://127\.0\.0\.1:\d+/login\?token=\S+")
START_TIMEOUT_S = 180.0
PR_SET_PDEATHSIG = 1
"""prctl(2)."""

STOP_TIMEOUT_S = 8.0
"""What the product promises about Ctrl-C."""


@dataclass
class Product:
    """A running demo: its process, its page's address, an API client with the administrator's token."""

    data_dir: Path
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """Everything it printed so far."""
        return "\n".join(self.lines)

    def login_link(self) -> str:
        """Return the one-time link it printed."""
        found = LOGIN_LINK.search(self.output)
        assert found, f"no login link in:\n{self.output}"
        return found.group()

    def api(self) -> httpx.Client:
        """Return a client with the administrator's token."""
        token = (self.data_dir / "admin.token").read_text().strip()
        return httpx.Client(
            base_url=f"{self.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
        )

    def get(self, path: str, **params: str) -> Any:
        """Return the decoded answer of a GET; fails the test on anything but success."""
        with self.api() as client:
            answer = client.get(path, params=params)
        assert answer.is_success, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def items(self, path: str, **params: str) -> list[dict[str, Any]]:
        """Return a list's items."""
        return list(self.get(path, **params)["items"])

    def named(self, path: str, name: str) -> dict[str, Any]:
        """Return the one object of that name."""
        found = [item for item in self.items(path) if item["name"] == name]
        assert len(found) == 1, f"{len(found)} objects named {name} at {path}"
        return found[0]

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the decoded answer of a write; fails the test on anything but success."""
        with self.api() as client:
            answer = client.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def update(self, timeout_s: float = 60) -> dict[str, Any]:
        """File the present plan and return its update request once it converged."""
        plan = self.send("POST", "/plan", {})
        assert not plan["nothing_to_do"], "the draft changes nothing"
        filed = self.send("POST", "/update-requests", {"plan_id": plan["plan_id"]})
        return self.converged(filed["id"], timeout_s)

    def converged(self, request_id: str, timeout_s: float = 60) -> dict[str, Any]:
        """Return the update request once it converged."""

        def check() -> dict[str, Any]:
            request = dict(self.get(f"/update-requests/{request_id}"))
            assert request["state"] == "converged", request
            return request

        return eventually_sync(check, timeout_s, interval_s=0.2)

    def live_cameras(self, count: int, timeout_s: float = 60) -> list[dict[str, Any]]:
        """Return all cameras once exactly `count` of them are live with frames."""

        def check() -> list[dict[str, Any]]:
            cameras = self.items("/cameras")
            live = [camera for camera in cameras if camera["state"] == "live" and camera["fps"]]
            assert len(live) == count, [(camera["name"], camera["state"], camera["fps"]) for camera in cameras]
            return cameras

        return eventually_sync(check, timeout_s, interval_s=0.3)

    def agent_id(self) -> str:
        """Return the id of the demo's only agent."""
        (agent,) = self.items("/agents")
        return str(agent["id"])

    def containers(self) -> list[dict[str, Any]]:
        """Return `docker inspect` of this product's instances, running or not."""
        engine = docker.APIClient()
        try:
            found = engine.containers(all=True, filters={"label": f"dsfleet.agent={self.agent_id()}"})
            return [engine.inspect_container(each["Id"]) for each in found]
        finally:
            engine.close()

    def part(self, command: str) -> psutil.Process:
        """Return the child process that runs `command`: `java`, or words of a command line such as `dsfleet agent`."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            if child.name() == command or (" " in command and command in " ".join(child.cmdline())):
                return child
        raise AssertionError(f"no child runs {command!r}")

    def kafka_address(self) -> str:
        """Return the broker's address as the coordinator was told it: in its environment or on its command line."""
        process = self.part("dsfleet coordinator")
        known = [value for name, value in process.environ().items() if name == "DSFLEET_KAFKA"]
        known += re.findall(r"127\.0\.0\.1:\d+", " ".join(process.cmdline()))
        assert known, process.cmdline()
        return known[0]

    def stop(self) -> float:
        """Press Ctrl-C and return how long the end took, in seconds."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        return time.monotonic() - started


@contextmanager
def running_product(data_dir: Path, *arguments: str, port: int | None = None) -> Iterator[Product]:
    """Yield a demo whose page answers; it is stopped at the end, however the test ends."""
    chosen = port or free_port()
    command = [sys.executable, "-m", "dsfleet.cli.main", "demo", "--port", str(chosen), "--data-dir", str(data_dir)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment,
        start_new_session=True,
        preexec_fn=_end_with_the_test_run,
    )
    product = Product(data_dir, chosen, process)
    reader = threading.Thread(target=_collect, args=(process, product.lines), daemon=True)
    reader.start()
    try:
        eventually_sync(lambda: _is_up(product), START_TIMEOUT_S, interval_s=0.1)
        yield product
    finally:
        if process.poll() is None:
            product.stop()
        reader.join(timeout=5)


def _end_with_the_test_run() -> None:
    """Ask the kernel for a SIGINT when the test run dies, even by -9: then the product still leaves nothing behind."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _collect(process: subprocess.Popen[str], lines: list[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))


def _is_up(product: Product) -> bool:
    if product.process.poll() is not None:
        raise RuntimeError(f"the demo ended with {product.process.returncode}:\n{product.output}")
    return LOGIN_LINK.search(product.output) is not None

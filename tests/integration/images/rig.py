"""Containers of both images as tests need them: made, started, asked, taken away."""

import io
import re
import tarfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import docker
import httpx
from docker.models.containers import Container

from tests.eventually import eventually_sync
from tests.ports import free_port

SIMULATOR_TAG = "dsfleet/simulator:dev"
CAMERA_TAG = "dsfleet/camera:dev"
_RATE = re.compile(r"(-?\d+\.\d+) \([^)]*\)")


@dataclass(frozen=True)
class Cameras:
    """A running camera container; every camera can be switched alone."""

    container: Container
    port: int
    control_url: str

    def url(self, name: str, login: str = "") -> str:
        """Return the camera's address, with a percent-encoded `user:password` when given."""
        return f"rtsp://{login + '@' if login else ''}127.0.0.1:{self.port}/{name}"

    def switch(self, name: str, action: str) -> None:
        """Make the camera go `on`, `off` or `freeze`; it has when this returns."""
        httpx.post(f"{self.control_url}/cameras/{name}/{action}", trust_env=False).raise_for_status()


@dataclass(frozen=True)
class Simulator:
    """A started simulator container."""

    container: Container

    def stdout(self) -> str:
        """Return what it printed on stdout so far."""
        return str(self.container.logs(stdout=True, stderr=False).decode())

    def stderr(self) -> str:
        """Return what it printed on stderr so far."""
        return str(self.container.logs(stdout=False, stderr=True).decode())

    def rates(self) -> list[list[float]]:
        """Return the frames per second of every value line, oldest first, one number per column."""
        lines = (line for line in self.stdout().splitlines() if "FPS" not in line)
        rows = [[float(rate) for rate in _RATE.findall(line)] for line in lines]
        return [row for row in rows if row]

    def exit_status(self) -> int:
        """Return the status it ended with; waits at most 20 s."""
        return int(self.container.wait(timeout=20)["StatusCode"])

    def sees(self, *expected: float) -> bool:
        """Say whether the newest value line holds these rates, within one frame a second."""
        rows = self.rates()
        return (
            bool(rows)
            and len(rows[-1]) == len(expected)
            and all(abs(rate - wanted) <= 1.0 for rate, wanted in zip(rows[-1], expected, strict=True))
        )


@contextmanager
def running_cameras(engine: docker.DockerClient, *arguments: str) -> Iterator[Cameras]:
    """Yield cameras that answer; they are removed afterwards."""
    port, control_port = free_port(), free_port()
    words = ["--port", str(port), "--control-port", str(control_port), *arguments]
    container = engine.containers.run(
        CAMERA_TAG, words, detach=True, init=True, network_mode="host", name=f"images-test-{uuid.uuid4().hex[:8]}"
    )
    control_url = f"http://127.0.0.1:{control_port}"
    try:
        eventually_sync(lambda: answers(f"{control_url}/cameras"), timeout_s=20)
        yield Cameras(container, port, control_url)
    finally:
        container.remove(force=True)


@contextmanager
def running_simulator(
    engine: docker.DockerClient,
    files: Mapping[str, str],
    entrypoint: str = "deepstream-app",
    holds_stdin: bool = True,
) -> Iterator[Simulator]:
    """Yield a simulator started the way the agent does it, with `files` (name -> text) in /config."""
    container = engine.containers.create(
        SIMULATOR_TAG,
        ["-c", "/config/app.txt"],
        entrypoint=[entrypoint],
        init=True,
        network_mode="host",
        stdin_open=holds_stdin,
        stop_signal="SIGINT",
        name=f"images-test-{uuid.uuid4().hex[:8]}",
    )
    try:
        container.put_archive("/", pack(files))
        container.start()
        yield Simulator(container)
    finally:
        container.remove(force=True)


def pack(files: Mapping[str, str]) -> bytes:
    """Return a tar archive that puts the files under config/."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"config/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


def answers(url: str) -> bool:
    """Say whether an HTTP server answers there with success."""
    try:
        return httpx.get(url, trust_env=False, timeout=5).is_success
    except httpx.TransportError:
        return False


def app_file(uris: Sequence[str], groups: str = "", tiler: int = 0) -> str:
    """Return a deepstream-app file with RTSP sources that reconnect after 3 s, a fake sink each, and `groups`."""
    sources = "".join(source_group(index, uri) for index, uri in enumerate(uris))
    sinks = "".join(f"[sink{index}]\nenable=1\ntype=1\nsync=0\nsource-id={index}\n\n" for index in range(len(uris)))
    return (
        "[application]\nenable-perf-measurement=1\nperf-measurement-interval-sec=1\n\n"
        f"[tiled-display]\nenable={tiler}\nrows=2\ncolumns=2\nwidth=1280\nheight=720\n\n"
        f"{sources}{sinks}"
        f"[streammux]\nlive-source=1\nbatch-size={max(len(uris), 1)}\nbatched-push-timeout=100000\n"
        f"width=1280\nheight=720\n\n{groups}"
    )


def source_group(index: int, uri: str, attempts: int = -1) -> str:
    """Return one [sourceN] group of type 4."""
    return (
        f"[source{index}]\nenable=1\ntype=4\nuri={uri}\nlatency=200\nrtsp-reconnect-interval-sec=3\n"
        f"rtsp-reconnect-attempts={attempts}\nselect-rtp-protocol=4\n\n"
    )

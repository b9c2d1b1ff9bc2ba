"""Pictures out: /ds-test as a second program sees it, and recordings."""

import json
import subprocess
from pathlib import Path

import docker
import pytest

from tests.eventually import eventually_sync
from tests.integration.images.rig import Cameras, app_file, running_simulator
from tests.ports import free_port

pytestmark = pytest.mark.integration


def test_tiles_are_served_on_ds_test(engine: docker.DockerClient, cameras: Cameras) -> None:
    """With tiler, osd and an RTSP sink, a player finds a moving H.264 picture of all sources at /ds-test."""
    port = free_port()
    text = app_file([cameras.url(f"cam-{number}") for number in (1, 2, 3, 4)], debug_groups(port), tiler=1)
    with running_simulator(engine, {"app.txt": text}) as simulator:
        eventually_sync(lambda: simulator.sees(10, 10, 10, 10), timeout_s=20)
        launched = f" *** DeepStream: Launched RTSP Streaming at rtsp://localhost:{port}/ds-test ***"
        assert launched in simulator.stdout().splitlines()
        stream = probe(f"rtsp://127.0.0.1:{port}/ds-test")
        assert (stream["codec_name"], stream["width"], stream["height"]) == ("h264", 640, 360)
        assert different_pictures(f"rtsp://127.0.0.1:{port}/ds-test", 10) >= 8
        eventually_sync(lambda: simulator.sees(10, 10, 10, 10), timeout_s=20)


def test_ds_test_answers_although_no_camera_does(engine: docker.DockerClient) -> None:
    """A player gets a picture even while every camera is away."""
    port = free_port()
    text = app_file(["rtsp://127.0.0.1:9/nothing"], debug_groups(port), tiler=1)
    with running_simulator(engine, {"app.txt": text}) as simulator:
        eventually_sync(lambda: "Pipeline running" in simulator.stdout(), timeout_s=15)
        assert probe(f"rtsp://127.0.0.1:{port}/ds-test")["codec_name"] == "h264"


def test_a_file_sink_leaves_a_playable_recording(engine: docker.DockerClient, cameras: Cameras, tmp_path: Path) -> None:
    """A type 3 sink writes an MP4 that is complete after SIGINT."""
    sink = "[sink9]\nenable=1\ntype=3\ncontainer=1\ncodec=1\nsource-id=0\noutput-file=/root/out.mp4\n"
    with running_simulator(engine, {"app.txt": app_file([cameras.url("cam-1")], sink)}) as simulator:
        eventually_sync(lambda: len(simulator.rates()) >= 3 and simulator.sees(10), timeout_s=20)
        simulator.container.kill("SIGINT")
        assert simulator.exit_status() == 0
        chunks, _ = simulator.container.get_archive("/root/out.mp4")
        archive = tmp_path / "out.tar"
        archive.write_bytes(b"".join(chunks))
    subprocess.run(["tar", "-xf", str(archive), "-C", str(tmp_path)], check=True)
    assert probe(str(tmp_path / "out.mp4"))["codec_name"] == "h264"


def debug_groups(port: int) -> str:
    """Return what debug mode adds: boxes and an RTSP sink for the tiled picture."""
    return (
        "[osd]\nenable=1\n\n"
        f"[sink9]\nenable=1\ntype=4\ncodec=1\nenc-type=0\nsync=0\nbitrate=4000000\niframeinterval=30\n"
        f"rtsp-port={port}\nudp-port={free_port()}\nsource-id=0\n"
    )


def probe(url: str) -> dict[str, object]:
    """Return ffprobe's description of the only stream."""
    command = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", *transport(url), url]
    answer = subprocess.run(command, check=True, capture_output=True, timeout=30)
    stream: dict[str, object] = json.loads(answer.stdout)["streams"][0]
    return stream


def different_pictures(url: str, count: int) -> int:
    """Return how many of the next `count` decoded pictures differ from all others."""
    command = ["ffmpeg", "-v", "error", *transport(url), "-i", url, "-frames:v", str(count), "-f", "framemd5", "-"]
    answer = subprocess.run(command, check=True, capture_output=True, timeout=30, text=True)
    sums = {line.rsplit(",", 1)[1] for line in answer.stdout.splitlines() if not line.startswith("#")}
    return len(sums)


def transport(url: str) -> list[str]:
    """Return the options that make ffmpeg's tools read RTSP over TCP."""
    return ["-rtsp_transport", "tcp"] if url.startswith("rtsp") else []

"""Frames counted from real cameras, and what a lost camera looks like."""

import docker
import pytest

from tests.eventually import eventually_sync
from tests.integration.images.rig import Cameras, app_file, running_cameras, running_simulator, source_group

pytestmark = pytest.mark.integration

QUICK_RETRY = "DSFLEET_SIM_RETRY_S=4\n"


def test_two_cameras_show_their_frame_rate(engine: docker.DockerClient, cameras: Cameras) -> None:
    """Two cameras at 10 frames a second read as 10 in the PERF columns, under a header that names both."""
    with running_simulator(engine, {"app.txt": app_file([cameras.url("cam-1"), cameras.url("cam-2")])}) as simulator:
        eventually_sync(lambda: simulator.sees(10, 10), timeout_s=20)
        lines = simulator.stdout().splitlines()
    header = lines.index("**PERF:  FPS 0 (Avg)\tFPS 1 (Avg)\t")
    assert lines[header - 1] == ""
    assert lines[header + 1].startswith("**PERF:  ")
    assert lines[header + 1].endswith("\t")


def test_a_lost_camera_stops_its_own_column_and_comes_back(engine: docker.DockerClient, cameras: Cameras) -> None:
    """A camera switched off reads 0.00, is tried again, and counts again once it is back; its neighbour never stops."""
    files = {"app.txt": app_file([cameras.url("cam-1"), cameras.url("cam-2")]), "simulator.env": QUICK_RETRY}
    with running_simulator(engine, files) as simulator:
        eventually_sync(lambda: simulator.sees(10, 10), timeout_s=20)
        cameras.switch("cam-2", "off")
        eventually_sync(lambda: "Resetting source 1" in simulator.stdout(), timeout_s=20)
        assert simulator.sees(10, 0)
        cameras.switch("cam-2", "on")
        eventually_sync(lambda: simulator.sees(10, 10), timeout_s=20)
        assert "No data from source 1 since last" in simulator.stdout()
        assert "Resetting source 0" not in simulator.stdout()


def test_a_frozen_camera_is_noticed_by_the_watchdog(engine: docker.DockerClient, cameras: Cameras) -> None:
    """A camera that keeps its session but sends nothing reads 0.00 and is reset after the interval."""
    with running_simulator(engine, {"app.txt": app_file([cameras.url("cam-3")])}) as simulator:
        eventually_sync(lambda: simulator.sees(10), timeout_s=20)
        cameras.switch("cam-3", "freeze")
        eventually_sync(lambda: simulator.sees(0), timeout_s=20)
        eventually_sync(lambda: "No data from source 0 since last 3 sec. Trying reconnection" in simulator.stdout())
        cameras.switch("cam-3", "on")
        eventually_sync(lambda: simulator.sees(10), timeout_s=20)


def test_a_frozen_camera_still_opens(engine: docker.DockerClient, cameras: Cameras) -> None:
    """A camera frozen from the start gives a session without frames and keeps nobody from its neighbour."""
    cameras.switch("cam-1", "freeze")
    uris = [cameras.url("cam-1"), cameras.url("cam-2")]
    with running_simulator(engine, {"app.txt": app_file(uris)}) as simulator:
        eventually_sync(lambda: simulator.sees(0, 10), timeout_s=10)
        assert simulator.stderr() == ""
        assert all(row[0] == 0 for row in simulator.rates())
        cameras.switch("cam-1", "on")
        eventually_sync(lambda: simulator.sees(10, 10), timeout_s=10)


def test_attempts_used_up_for_every_camera_end_with_status_0(engine: docker.DockerClient, cameras: Cameras) -> None:
    """When the only camera never answers and its attempts are used up, the program ends with 0 and says so."""
    text = app_file([]) + source_group(0, cameras.url("nobody"), attempts=1)
    with running_simulator(engine, {"app.txt": text, "simulator.env": QUICK_RETRY}) as simulator:
        assert simulator.exit_status() == 0
        assert "Reconnection attempt  exceeded or EOS received for all sources. Exiting." in simulator.stdout()
        assert "Number of RTSP reconnect attempts exceeded, stopping source: 0" in simulator.stderr()


def test_a_login_with_odd_characters_opens_the_camera(engine: docker.DockerClient) -> None:
    """A percent-encoded password opens its camera; a wrong one leaves the program running without frames."""
    with running_cameras(engine, "--count", "1", "--login", "operator:p@ss:w/rd") as cameras:
        right = cameras.url("cam-1", "operator:p%40ss%3Aw%2Frd")
        wrong = cameras.url("cam-1", "operator:wrong")
        with running_simulator(engine, {"app.txt": app_file([right, wrong, cameras.url("cam-1")])}) as simulator:
            eventually_sync(lambda: simulator.sees(10, 0, 0), timeout_s=20)
            assert "ERROR from src_elem1: Unauthorized" in simulator.stderr()
            assert "p%40ss" not in simulator.stdout() + simulator.stderr()
            simulator.container.reload()
            assert simulator.container.status == "running"


def test_cameras_end_cleanly(engine: docker.DockerClient) -> None:
    """SIGTERM ends the cameras at once with status 0."""
    with running_cameras(engine, "--cameras", "gate,yard") as cameras:
        cameras.container.kill("SIGTERM")
        assert cameras.container.wait(timeout=5)["StatusCode"] == 0

"""deepstream-test5-app with streams that come and go over its REST interface."""

import docker
import httpx
import pytest

from tests.eventually import eventually_sync
from tests.integration.images.rig import Cameras, answers, running_simulator
from tests.ports import free_port

pytestmark = pytest.mark.integration


def test_streams_are_added_and_removed_while_neighbours_run(engine: docker.DockerClient, cameras: Cameras) -> None:
    """A stream added over REST is decoded, one removed ends, and the listed one never misses a beat."""
    port = free_port()
    with running_simulator(engine, {"app.txt": live_file(port, cameras)}, "deepstream-test5-app") as simulator:
        base = f"http://127.0.0.1:{port}/api/v1"
        eventually_sync(lambda: answers(f"{base}/ready"), timeout_s=15)
        eventually_sync(lambda: simulator.sees(10), timeout_s=15)
        assert change(base, "add", "two", cameras.url("cam-2")) == "STREAM_ADD_SUCCESS"
        eventually_sync(lambda: simulator.sees(10, 10), timeout_s=15)
        listed = get(base, "stream/get-stream-info")["stream-info"]
        assert listed == {"stream-count": 2, "stream-info": [stream(0, "one", "One"), stream(1, "two", "Camera two")]}
        stats = get(base, "metrics")["metrics-info"]["stream-stats"]
        assert [entry["sensor_id"] for entry in stats] == ["one", "two"]
        assert change(base, "remove", "two", cameras.url("cam-2")) == "STREAM_REMOVE_SUCCESS"
        eventually_sync(lambda: simulator.sees(10), timeout_s=15)
        text = simulator.stdout()
        assert all(row[0] > 8 for row in simulator.rates()[3:])
    assert "new stream added [0:one:One]" in text
    assert "new stream added [1:two:Camera two]" in text
    assert "new stream removed [1:two]" in text
    assert "**PERF:  \none[One] " in text


def test_refusals_are_in_the_body(engine: docker.DockerClient, cameras: Cameras) -> None:
    """Every failure answers HTTP 200 with the original's status and reason; a wrong method answers null."""
    port = free_port()
    with running_simulator(engine, {"app.txt": live_file(port, cameras)}, "deepstream-test5-app"):
        base = f"http://127.0.0.1:{port}/api/v1"
        eventually_sync(lambda: answers(f"{base}/ready"), timeout_s=15)
        url = cameras.url("cam-2")
        assert change(base, "add", "one", url) == "STREAM_ADD_FAIL, Duplicate Camera id, unable to add stream"
        assert change(base, "add", "two", "") == "STREAM_ADD_FAIL, Source url empty"
        assert change(base, "add", "two", url) == "STREAM_ADD_SUCCESS"
        full = "STREAM_ADD_FAIL, Active sources exceded max-batch-size of nvstreammux"
        assert change(base, "add", "three", url) == full
        missing = "STREAM_REMOVE_FAIL, No record found. Failed to remove source stream"
        assert change(base, "remove", "nobody", url) == missing
        assert change(base, "rename", "one", url) == "Sensor API change string not supported"
        assert httpx.post(f"{base}/live", trust_env=False).text == "null"
        assert httpx.get(f"{base}/nothing", trust_env=False).status_code == 404


def test_quit_over_rest_ends_with_status_0(engine: docker.DockerClient, cameras: Cameras) -> None:
    """app/quit is answered and ends the program with 0."""
    port = free_port()
    with running_simulator(engine, {"app.txt": live_file(port, cameras)}, "deepstream-test5-app") as simulator:
        base = f"http://127.0.0.1:{port}/api/v1"
        eventually_sync(lambda: answers(f"{base}/ready"), timeout_s=15)
        assert post(f"{base}/app/quit", {"stream": {"app_quit": 1}})["reason"] == "QUIT_SUCCESS"
        assert simulator.exit_status() == 0


def test_a_list_without_port_aborts(engine: docker.DockerClient, cameras: Cameras) -> None:
    """use-nvmultiurisrcbin without http-port ends as the original's uncaught exception does."""
    text = "".join(line for line in live_file(1, cameras).splitlines(True) if not line.startswith("http-port"))
    with running_simulator(engine, {"app.txt": text}, "deepstream-test5-app") as simulator:
        assert simulator.exit_status() == 134


def live_file(port: int, cameras: Cameras) -> str:
    """Return a test5 file with one listed stream, room for two, and REST on loopback."""
    return (
        "[application]\nenable-perf-measurement=1\nperf-measurement-interval-sec=1\n\n"
        f"[source-list]\nnum-source-bins=1\nlist={cameras.url('cam-1')}\nsensor-id-list=one\nsensor-name-list=One\n"
        f"use-nvmultiurisrcbin=1\nmax-batch-size=2\nhttp-ip=127.0.0.1\nhttp-port=127.0.0.1:{port}\n"
        "stream-name-display=1\n\n"
        "[source-attr-all]\nenable=1\ntype=4\nlatency=200\nrtsp-reconnect-interval-sec=5\n\n"
        "[streammux]\nlive-source=1\ndrop-pipeline-eos=1\nwidth=1280\nheight=720\n\n"
        "[tiled-display]\nenable=3\n\n[sink0]\nenable=1\ntype=1\nnvdslogger=1\n"
    )


def change(base: str, action: str, camera_id: str, url: str) -> str:
    """Return the reason that stream/add or stream/remove answers."""
    path = "remove" if action == "remove" else "add"
    value = {"camera_id": camera_id, "camera_name": f"Camera {camera_id}", "camera_url": url}
    body: dict[str, object] = {"key": "sensor", "value": value | {"change": f"camera_{action}"}}
    return str(post(f"{base}/stream/{path}", body)["reason"])


def post(url: str, body: dict[str, object]) -> dict[str, object]:
    """Return the answer's JSON; the HTTP status is always 200."""
    response = httpx.post(url, json=body, trust_env=False, timeout=10)
    assert response.status_code == 200
    answer: dict[str, object] = response.json()
    return answer


def get(base: str, path: str) -> dict[str, dict[str, list[dict[str, object]]]]:
    """Return the JSON of a GET."""
    answer: dict[str, dict[str, list[dict[str, object]]]] = httpx.get(f"{base}/{path}", trust_env=False).json()
    return answer


def stream(source_id: int, camera_id: str, name: str) -> dict[str, object]:
    """Return one entry of get-stream-info."""
    return {"source_id": source_id, "camera_id": camera_id, "camera_name": name}

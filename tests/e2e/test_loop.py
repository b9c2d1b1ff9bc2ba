"""The loop on real parts, through the API: camera -> coordinator -> Kafka -> agent -> Docker -> frames -> status."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.product import Product
from tests.eventually import eventually_sync


@pytest.fixture
def fifth_camera(product: Product) -> Iterator[dict[str, Any]]:
    """A camera that is described and not assigned; gone again afterwards, with the fleet back as it was."""
    first = product.named("/cameras", "cam-1")
    camera = product.send("POST", "/cameras", {"name": "fifth", "uri": first["uri"], "expected_fps": 10})
    yield camera
    product.send("DELETE", f"/cameras/{camera['id']}")
    if not product.send("POST", "/plan", {})["nothing_to_do"]:
        product.update()
        product.live_cameras(4)


def test_frames_are_measured_from_real_video(product: Product) -> None:
    """Each demo camera shows the rate its clip was encoded with, measured by the application that decodes it."""

    def check() -> bool:
        rates = [camera["fps"] for camera in product.items("/cameras")]
        assert len(rates) == 4
        assert all(rate is not None and 8.5 <= rate <= 11.5 for rate in rates), rates
        return True

    assert eventually_sync(check, timeout_s=30, interval_s=0.5)


def test_camera_added_to_an_instance_delivers_frames(product: Product, fifth_camera: dict[str, Any]) -> None:
    """A fifth camera is planned in words, heard at once, carried out, and live; the container was made anew once."""
    before = {each["Id"] for each in product.containers()}
    instance = product.named("/instances", "demo-1")
    product.send("PATCH", f"/cameras/{fifth_camera['id']}", {"instance_id": instance["id"]})
    plan = product.send("POST", "/plan", {})
    assert plan["hosts"][0]["changes"][0]["text"] == "demo-1 is recreated, 5 cameras blink"
    filed = product.send("POST", "/update-requests", {"plan_id": plan["plan_id"], "note": "a fifth one"})
    assert "will update soon" in filed["message"]
    assert filed["state"] == "accepted"
    product.converged(filed["id"])
    product.live_cameras(5)
    after = {each["Id"] for each in product.containers()}
    assert len(after) == 1
    assert not after & before


def test_outdated_plan_is_refused_and_nothing_is_filed(product: Product, fifth_camera: dict[str, Any]) -> None:
    """A plan shown before somebody else edited the draft is refused with 409 and changes nothing."""
    instance = product.named("/instances", "demo-1")
    product.send("PATCH", f"/cameras/{fifth_camera['id']}", {"instance_id": instance["id"]})
    plan = product.send("POST", "/plan", {})
    product.send("PATCH", f"/cameras/{fifth_camera['id']}", {"instance_id": None})
    filed_before = len(product.items("/update-requests"))
    with product.api() as client:
        answer = client.post("/update-requests", json={"plan_id": plan["plan_id"]})
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "plan-outdated"
    assert len(product.items("/update-requests")) == filed_before


def test_power_off_stops_and_power_on_starts_again(product: Product) -> None:
    """An instance turned off has no running container and says stopped; turned on it delivers frames again."""
    instance = product.named("/instances", "demo-1")
    product.send("PATCH", f"/instances/{instance['id']}", {"power": "off"})
    product.update()
    assert [each for each in product.containers() if each["State"]["Running"]] == []
    assert product.get(f"/instances/{instance['id']}")["state"] == "stopped"
    product.send("PATCH", f"/instances/{instance['id']}", {"power": "on"})
    product.update()
    product.live_cameras(4)


def test_second_instance_comes_and_goes(product: Product) -> None:
    """An instance is created with a camera of its own, runs beside the first one, and leaves nothing behind."""
    first = product.named("/instances", "demo-1")
    untouched = {each["Id"]: each["State"]["StartedAt"] for each in product.containers()}
    uri = product.named("/cameras", "cam-2")["uri"]
    camera = product.send("POST", "/cameras", {"name": "alone", "uri": uri, "expected_fps": 10})
    body = {"name": "second", "agent_id": first["agent_id"], "pipeline_id": first["pipeline_id"]}
    second = product.send("POST", "/instances", {**body, "camera_ids": [camera["id"]]})
    product.update()
    product.live_cameras(5)
    assert len(product.containers()) == 2
    product.send("DELETE", f"/instances/{second['id']}")
    product.send("DELETE", f"/cameras/{camera['id']}")
    product.update()
    assert {each["Id"]: each["State"]["StartedAt"] for each in product.containers()} == untouched


def test_debug_mode_serves_a_tiled_picture(product: Product) -> None:
    """In debug mode another program opens the instance's RTSP address and decodes the tiled picture."""
    instance = product.named("/instances", "demo-1")
    product.send("PATCH", f"/instances/{instance['id']}", {"mode": "debug"})
    product.update()
    product.live_cameras(4)
    url = product.get(f"/instances/{instance['id']}")["rtsp_url"]
    assert url.startswith("rtsp://")
    assert url.endswith("/ds-test")

    def picture() -> dict[str, Any]:
        command = ["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_streams", "-of", "json", url]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert answer.returncode == 0, answer.stderr
        (stream,) = json.loads(answer.stdout)["streams"]
        return dict(stream)

    stream = eventually_sync(picture, timeout_s=60, interval_s=1)
    assert stream["codec_name"] == "h264"
    width, height = int(stream["width"]), int(stream["height"])
    assert width > 320, "one camera alone is 320 wide; the tiled picture is wider"
    frames = grey_frames(url, width * height, count=40)
    assert len(set(frames[-1])) > 30, "the picture is blank"
    assert frames[-1] != frames[-15], "the picture stands still"
    product.send("PATCH", f"/instances/{instance['id']}", {"mode": "normal"})
    product.update()
    product.live_cameras(4)
    assert product.get(f"/instances/{instance['id']}")["rtsp_url"] is None


def grey_frames(url: str, frame_bytes: int, count: int) -> list[bytes]:
    """Return the next `count` decoded pictures of an RTSP address, one byte of brightness per pixel."""
    command = ["ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", url, "-frames:v", str(count)]
    command += ["-pix_fmt", "gray", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout
    return [raw[start : start + frame_bytes] for start in range(0, len(raw), frame_bytes)]


def test_configuration_read_back_is_what_was_sent(product: Product) -> None:
    """The files read back from the running container are those that were sent, and hold no unmasked login."""
    instance = product.named("/instances", "demo-1")
    answer = product.get(f"/instances/{instance['id']}/configuration", read_back="true")
    assert answer["observed_problem"] is None
    assert answer["observed_matches_sent"] is True
    assert answer["observed"] == answer["sent"]
    (file,) = answer["sent"]
    assert file["path"] == "/config/app.txt"
    assert "[source0]" in file["content"]


def test_login_in_a_camera_uri_is_split_off_and_reaches_only_the_container(product: Product) -> None:
    """A login given inside a URI is never shown again, and stands percent-encoded in the file the application reads."""
    secret = "p@ss:w/rd-marked"
    address = product.named("/cameras", "cam-3")["uri"].removeprefix("rtsp://")
    uri = f"rtsp://viewer:p%40ss%3Aw%2Frd-marked@{address}"
    camera = product.send("POST", "/cameras", {"name": "guarded", "uri": uri})
    assert camera["has_login"] is True
    assert camera["uri"] == f"rtsp://{address}"
    instance = product.named("/instances", "demo-1")
    product.send("PATCH", f"/cameras/{camera['id']}", {"instance_id": instance["id"]})
    product.update()
    shown = json.dumps(product.get(f"/instances/{instance['id']}/configuration", read_back="true"))
    for spelling in (secret, "p%40ss%3Aw%2Frd-marked"):
        assert spelling not in shown
        assert spelling not in json.dumps(product.containers())
        assert spelling not in (product.data_dir / "logs").joinpath("agent.log").read_text()
    (container,) = product.containers()
    inside = subprocess.run(
        ["docker", "exec", container["Id"], "cat", "/config/app.txt"], capture_output=True, text=True, check=True
    )
    assert "viewer:p%40ss%3Aw%2Frd-marked@" in inside.stdout
    product.send("DELETE", f"/cameras/{camera['id']}")
    product.update()
    product.live_cameras(4)


@pytest.mark.parametrize(
    ("path", "body", "field", "value"),
    [
        ("/cameras", {"name": "bad", "uri": "http://127.0.0.1/x"}, "uri", "http://127.0.0.1/x"),
        ("/cameras", {"name": "cam-1", "uri": "rtsp://127.0.0.1/x"}, "name", "cam-1"),
        ("/cameras", {"name": "bad", "uri": "rtsp://127.0.0.1/x", "instance_id": "nobody"}, "instance_id", "nobody"),
        ("/pipelines", {"name": "bad", "image": ""}, "image", ""),
        ("/pipelines", {"name": "bad"}, "image", None),
        ("/instances", {"name": "bad", "agent_id": "nobody", "pipeline_id": "none"}, "agent_id", "nobody"),
    ],
)
def test_bad_input_names_field_value_and_mend(
    product: Product, path: str, body: dict[str, Any], field: str, value: str | None
) -> None:
    """What cannot be taken is answered with field, value and mend, and leaves nothing half-written."""
    before = product.items(path)
    with product.api() as client:
        answer = client.post(path, json=body)
    assert answer.status_code in (400, 404, 409, 422), answer.text
    problem = next(each for each in answer.json()["problems"] if each["field"] == field)
    assert problem["mend"]
    assert problem["value"] == value
    assert [item["id"] for item in product.items(path)] == [item["id"] for item in before]


def test_instance_beyond_its_capacity_is_refused(product: Product) -> None:
    """A camera beyond what the pipeline version carries is refused, with the number that it carries."""
    first = product.named("/instances", "demo-1")
    tight = product.send("POST", "/pipelines", {"name": "tight", "image": first["image"], "cameras": 1})
    body = {"name": "tight-1", "agent_id": first["agent_id"], "pipeline_id": tight["id"]}
    instance = product.send("POST", "/instances", body)
    one, two = (
        product.send("POST", "/cameras", {"name": f"t-{n}", "uri": f"rtsp://127.0.0.1/{n}"}) for n in ("one", "two")
    )
    product.send("PATCH", f"/cameras/{one['id']}", {"instance_id": instance["id"]})
    with product.api() as client:
        answer = client.patch(f"/cameras/{two['id']}", json={"instance_id": instance["id"]})
    assert answer.status_code == 409
    assert "1" in answer.json()["title"]
    assert product.get(f"/cameras/{two['id']}")["instance_id"] is None
    for path in (
        f"/instances/{instance['id']}",
        f"/cameras/{one['id']}",
        f"/cameras/{two['id']}",
        f"/pipelines/{tight['id']}",
    ):
        product.send("DELETE", path)
    assert product.send("POST", "/plan", {})["nothing_to_do"]

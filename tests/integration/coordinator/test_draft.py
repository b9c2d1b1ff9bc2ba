"""Cameras, instances, pipelines and hosts through the API: edits, refusals, lists."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.eventually import eventually_sync
from tests.integration.coordinator.running import Running, running
from tests.unit.coordinator.reported.builders import AGENT, OTHER_AGENT, a_greeting

CAMERA = {"name": "yard", "uri": "rtsp://192.0.2.1:554/a"}
PIPELINE = {"name": "demo", "image": "dsfleet/simulator:dev", "cameras": 2}


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A coordinator with a camera `yard`, two hosts (one waits) and an instance `taken`; its tests add nothing."""
    with running(tmp_path_factory.mktemp("settled")) as started:
        started.send("POST", "/cameras", CAMERA)
        started.host()
        started.say(a_greeting("waiting", agent_id=OTHER_AGENT))
        eventually_sync(lambda: len(started.send("GET", "/agents")["items"]) == 2)
        an_instance(started, "taken")
        yield started


def a_pipeline(coordinator: Running, **fields: Any) -> str:
    """Return the id of a new pipeline whose instances carry two cameras."""
    return str(coordinator.send("POST", "/pipelines", {**PIPELINE, **fields})["id"])


def cameras(coordinator: Running, *names: str) -> list[str]:
    """Return the ids of new cameras."""
    made = [coordinator.send("POST", "/cameras", {"name": n, "uri": f"rtsp://192.0.2.1/{n}"}) for n in names]
    return [each["id"] for each in made]


def an_instance(coordinator: Running, name: str = "demo-1", **fields: Any) -> dict[str, Any]:
    """Return a new instance on the only host."""
    pipelines = coordinator.send("GET", "/pipelines")["items"]
    pipeline_id = pipelines[0]["id"] if pipelines else a_pipeline(coordinator)
    body = {"name": name, "agent_id": AGENT, "pipeline_id": pipeline_id, **fields}
    return dict(coordinator.send("POST", "/instances", body))


def test_camera_is_created_edited_listed_and_removed(coordinator: Running) -> None:
    """A camera goes through its life; a field left out of an edit stays; a removed one is not found."""
    made = coordinator.send("POST", "/cameras", {**CAMERA, "labels": {"site": "north"}, "expected_fps": 10})
    assert (made["state"], made["has_login"], made["pending"]) == ("unassigned", False, False)
    edited = coordinator.send("PATCH", f"/cameras/{made['id']}", {"enabled": False, "expected_fps": None})
    assert (edited["name"], edited["state"], edited["expected_fps"]) == ("yard", "off", None)
    assert edited["labels"] == {"site": "north"}
    assert [each["name"] for each in coordinator.send("GET", "/cameras?q=YAR&label=site=north&state=off")["items"]] == [
        "yard"
    ]
    assert coordinator.send("GET", "/cameras?label=site=south")["items"] == []
    coordinator.send("DELETE", f"/cameras/{made['id']}")
    assert coordinator.refused("GET", f"/cameras/{made['id']}")["code"] == "camera-not-found"


def test_login_is_split_off_kept_replaced_and_removed(coordinator: Running) -> None:
    """A login in the address is taken out of it; null removes it; an address with another login replaces it."""
    made = coordinator.send("POST", "/cameras", {"name": "a", "uri": "rtsp://joe:s3cr3t@192.0.2.1/x"})
    assert (made["uri"], made["has_login"]) == ("rtsp://192.0.2.1/x", True)
    moved = coordinator.send("PATCH", f"/cameras/{made['id']}", {"uri": "rtsp://192.0.2.2/x"})
    assert (moved["uri"], moved["has_login"]) == ("rtsp://192.0.2.2/x", True)
    bare = coordinator.send("PATCH", f"/cameras/{made['id']}", {"username": None, "password": None})
    assert bare["has_login"] is False


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"name": "b", "uri": "http://192.0.2.1/x"}, 422, "camera-uri-invalid", "uri"),
        ({"name": "b", "uri": "rtsp:///x"}, 422, "camera-uri-invalid", "uri"),
        ({"name": "b", "uri": "rtsp://192.0.2.1:99999/x"}, 422, "camera-uri-invalid", "uri"),
        ({"name": "yard", "uri": "rtsp://192.0.2.1/x"}, 409, "camera-name-taken", "name"),
        ({"name": " b", "uri": "rtsp://192.0.2.1/x"}, 422, "camera-name-invalid", "name"),
        ({"name": "b", "uri": "rtsp://192.0.2.1/x", "instance_id": "none"}, 422, "unknown-instance", "instance_id"),
        ({"name": "b", "uri": "rtsp://192.0.2.1/x", "expected_fps": 0}, 422, "greater-than", "expected_fps"),
        ({"name": "b", "uri": "rtsp://192.0.2.1/x", "fps": 3}, 422, "extra-forbidden", "fps"),
        ({"uri": "rtsp://192.0.2.1/x"}, 422, "missing", "name"),
    ],
)
def test_bad_camera_is_refused_by_field_with_a_mend(
    settled: Running, body: dict[str, Any], status: int, code: str, field: str
) -> None:
    """Every refusal is a problem document that names code, field and mend; nothing is half written."""
    problem = settled.refused("POST", "/cameras", body)
    assert (problem["status"], problem["code"], problem["problems"][0]["field"]) == (status, code, field)
    assert problem["problems"][0]["mend"]
    assert problem["type"] == f"urn:dsfleet:problem:{code}"
    assert len(settled.send("GET", "/cameras")["items"]) == 1


def test_null_is_no_value_for_what_cannot_be_cleared(coordinator: Running) -> None:
    """An edit that sets a name to null is told so at that field."""
    made = coordinator.send("POST", "/cameras", CAMERA)
    problem = coordinator.refused("PATCH", f"/cameras/{made['id']}", {"name": None})
    assert (problem["status"], problem["problems"][0]["field"]) == (422, "name")


def test_pages_follow_each_other_without_gap_or_repeat(coordinator: Running) -> None:
    """A list read page by page holds every camera once, in order of name; a bad cursor is refused."""
    cameras(coordinator, *(f"c-{number}" for number in range(5)))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = coordinator.send("GET", f"/cameras?limit=2{f'&cursor={cursor}' if cursor else ''}")
        seen += [each["name"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"c-{number}" for number in range(5)]
    assert coordinator.refused("GET", "/cameras?cursor=nonsense")["code"] == "bad-cursor"
    assert coordinator.refused("GET", "/cameras?limit=1001")["status"] == 422


def test_instance_takes_cameras_in_order_and_keeps_its_ports(coordinator: Running) -> None:
    """Cameras come in the order given, ports are allocated once, and the debug picture has an address in debug mode."""
    coordinator.host()
    first, second = cameras(coordinator, "one", "two")
    made = an_instance(coordinator, camera_ids=[second, first])
    assert [each["name"] for each in made["cameras"]] == ["two", "one"]
    assert made["ports"] == [{"purpose": "rtsp", "port": 18600}, {"purpose": "udp", "port": 18601}]
    assert (made["state"], made["rtsp_url"], made["pending"]) == ("unsent", None, True)
    debug = coordinator.send("PATCH", f"/instances/{made['id']}", {"mode": "debug", "camera_ids": [first, second]})
    assert debug["rtsp_url"] == "rtsp://edge:18600/ds-test"
    assert [each["name"] for each in debug["cameras"]] == ["one", "two"]
    assert debug["ports"] == made["ports"]


def test_camera_moves_between_instances(coordinator: Running) -> None:
    """A camera given to one instance leaves the other; removing an instance leaves its cameras unassigned."""
    coordinator.host()
    (camera,) = cameras(coordinator, "one")
    first = an_instance(coordinator, "demo-1", camera_ids=[camera])
    second = an_instance(coordinator, "demo-2", camera_ids=[camera])
    assert coordinator.send("GET", f"/instances/{first['id']}")["cameras"] == []
    assert coordinator.send("GET", f"/cameras?instance_id={second['id']}&agent_id={AGENT}")["items"][0]["id"] == camera
    coordinator.send("DELETE", f"/instances/{second['id']}")
    assert coordinator.send("GET", f"/cameras/{camera}")["state"] == "unassigned"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"agent_id": "none"}, 422, "unknown-agent"),
        ({"pipeline_id": "none"}, 422, "unknown-pipeline"),
        ({"pipeline_version": 9}, 422, "unknown-pipeline-version"),
        ({"name": "demo 1"}, 422, "instance-name-invalid"),
        ({"name": "taken"}, 409, "instance-name-taken"),
        ({"camera_ids": ["none"]}, 422, "unknown-camera"),
        ({"gpu": "a b"}, 422, "instance-gpu-invalid"),
        ({"mode": "loud"}, 422, "literal-error"),
        ({"agent_id": OTHER_AGENT}, 409, "host-not-admitted"),
    ],
)
def test_bad_instance_is_refused(settled: Running, body: dict[str, Any], status: int, code: str) -> None:
    """Every way an instance can be wrong is refused with its own code, and nothing is written."""
    pipeline = settled.send("GET", "/pipelines")["items"][0]["id"]
    whole = {"name": "new", "agent_id": AGENT, "pipeline_id": pipeline, **body}
    problem = settled.refused("POST", "/instances", whole)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["problems"][0]["mend"]
    assert len(settled.send("GET", "/instances")["items"]) == 1


ODD_BODIES = [
    '{"name": "\\ud800", "uri": "rtsp://h/x"}',
    '{"name": "a", "uri": "rtsp://h/\\ud800"}',
    '{"name": "a", "uri": "rtsp://h/x", "labels": {"\\ud800": "b"}}',
    '{"name": "a", "uri": "rtsp://h/x", "\\ud800": 1}',
    '{"name": "a", "uri": "rtsp://h/x", "password": "\\ud800"}',
    '{"name": "a\\u0000", "uri": "rtsp://h/x"}',
    '{"name": "a", "uri": "rtsp://h/x", "labels": {"": "b"}}',
    '{"name": "a", "uri": "rtsp://h/x", "labels": {"a": "\\u0000"}}',
    '{"name": "a", "uri": "rtsp://h/x", "expected_fps": NaN}',
    '{"name": "a", "uri": "rtsp://h/x", "expected_fps": 1e400}',
    '{"name": "a", "uri": "file:///a b.mp4"}',
    "not json",
    "[]",
    "",
]


@pytest.mark.parametrize("body", ODD_BODIES)
def test_odd_text_is_refused_and_breaks_nothing(settled: Running, body: str) -> None:
    """Halves of characters, control characters, numbers that are none: refused with a readable problem, never a 500."""
    with settled.admin() as client:
        answer = client.post("/api/v1/cameras", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["problems"]


@pytest.mark.parametrize("path", ["/cameras?q=%00", "/cameras?label=%ed%a0%80", "/cameras/%00", "/audit?q=%25_"])
def test_odd_queries_find_nothing_and_break_nothing(settled: Running, path: str) -> None:
    """A filter that nothing can match gives an empty list, an impossible id is not found or refused."""
    with settled.admin() as client:
        answer = client.get(f"/api/v1{path}")
    assert answer.status_code in (200, 404, 422)


def test_capacity_of_instance_and_host_is_kept(coordinator: Running) -> None:
    """More cameras than the pipeline version or the host carries are refused, naming the numbers."""
    coordinator.host()
    ids = cameras(coordinator, *(f"c-{number}" for number in range(9)))
    problem = coordinator.refused(
        "POST",
        "/instances",
        {"name": "x", "agent_id": AGENT, "pipeline_id": a_pipeline(coordinator), "camera_ids": ids[:3]},
    )
    assert problem["code"] == "instance-full"
    assert problem["title"] == "Instance 'x' carries 2 cameras at most; it would carry 3."
    wide = a_pipeline(coordinator, name="wide", cameras=100)
    made = coordinator.send("POST", "/instances", {"name": "y", "agent_id": AGENT, "pipeline_id": wide})
    coordinator.send("PATCH", f"/instances/{made['id']}", {"camera_ids": ids[:8]})
    problem = coordinator.refused("PATCH", f"/cameras/{ids[8]}", {"instance_id": made["id"]})
    assert problem["code"] == "host-full"
    beside = coordinator.send("POST", "/instances", {"name": "z", "agent_id": AGENT, "pipeline_id": wide})
    moved = coordinator.send("PATCH", f"/cameras/{ids[0]}", {"instance_id": beside["id"]})
    assert moved["instance_id"] == beside["id"], "a full host carries no more by a move between its own instances"
    coordinator.send("PATCH", f"/instances/{beside['id']}", {"camera_ids": ids[:3]})
    assert coordinator.refused("PATCH", f"/cameras/{ids[8]}", {"instance_id": beside["id"]})["code"] == "host-full"


def test_cordoned_host_takes_nothing_new_but_keeps_what_it_has(coordinator: Running) -> None:
    """On a cordoned host, an instance or camera more is refused; editing and removing goes on."""
    coordinator.host()
    first, second = cameras(coordinator, "one", "two")
    made = an_instance(coordinator, camera_ids=[first])
    coordinator.send("PATCH", f"/agents/{AGENT}", {"cordoned": True, "labels": {"site": "north"}})
    assert coordinator.refused("PATCH", f"/cameras/{second}", {"instance_id": made["id"]})["code"] == "host-cordoned"
    assert coordinator.send("PATCH", f"/instances/{made['id']}", {"mode": "debug"})["mode"] == "debug"
    coordinator.send("PATCH", f"/cameras/{first}", {"instance_id": None})


def test_pipeline_versions_are_kept_and_a_used_pipeline_stays(coordinator: Running) -> None:
    """A new version leaves older ones as they are; a pipeline in use, or without image, is refused."""
    coordinator.host()
    pipeline_id = a_pipeline(coordinator)
    after = coordinator.send("POST", f"/pipelines/{pipeline_id}/versions", {"image": "dsfleet/simulator:2"})
    assert [(each["version"], each["image"]) for each in after["versions"]] == [
        (2, "dsfleet/simulator:2"),
        (1, "dsfleet/simulator:dev"),
    ]
    assert after["versions"][0]["command"] == ["deepstream-app", "-c", "/config/app.txt"]
    made = an_instance(coordinator)
    assert made["pipeline_version"] == 2
    assert coordinator.refused("DELETE", f"/pipelines/{pipeline_id}")["code"] == "pipeline-in-use"
    assert coordinator.refused("POST", "/pipelines", {"name": "x"})["problems"][0]["field"] == "image"
    assert coordinator.refused("POST", "/pipelines", {"name": "x", "image": "a b"})["code"] == "pipeline-image-invalid"
    coordinator.send("DELETE", f"/instances/{made['id']}")
    coordinator.send("DELETE", f"/pipelines/{pipeline_id}")


def test_waiting_host_is_admitted_or_denied_by_its_fingerprint(coordinator: Running) -> None:
    """A host waits until somebody decides; a wrong fingerprint is refused; an admitted one is not denied."""
    coordinator.say(a_greeting("edge"))
    eventually_sync(lambda: coordinator.send("GET", "/agents?state=waiting")["items"])
    assert coordinator.refused("POST", f"/agents/{AGENT}/admit", {"fingerprint": "x"})["code"] == "fingerprint-differs"
    denied = coordinator.send("POST", f"/agents/{AGENT}/deny", {"reason": "not ours"})
    assert (denied["admission"], denied["admission_reason"]) == ("denied", "not ours")
    admitted = coordinator.send("POST", f"/agents/{AGENT}/admit", {"name": "north", "fingerprint": "sha256:f1"})
    assert (admitted["name"], admitted["admission"]) == ("north", "admitted")
    assert coordinator.refused("POST", f"/agents/{AGENT}/deny", {"reason": "late"})["code"] == "agent-is-admitted"


def test_only_an_empty_silent_host_is_removed(coordinator: Running) -> None:
    """A host that carries an instance, or is live, stays."""
    coordinator.host()
    made = an_instance(coordinator)
    assert coordinator.refused("DELETE", f"/agents/{AGENT}")["code"] == "host-not-empty"
    coordinator.send("DELETE", f"/instances/{made['id']}")
    assert coordinator.refused("DELETE", f"/agents/{AGENT}")["code"] == "host-live"

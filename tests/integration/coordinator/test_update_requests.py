"""The plan, update requests, restarts, cancelling: what hosts are told, and what a screen says about it."""

from pathlib import Path
from typing import Any

import msgspec

from dsfleet.contracts.messages.configuration import DesiredHost, Power
from dsfleet.contracts.messages.status import InstanceState
from tests.eventually import eventually_sync
from tests.integration.coordinator.running import Running, running
from tests.integration.coordinator.test_draft import a_pipeline, an_instance, cameras
from tests.unit.coordinator.reported.builders import AGENT, OTHER_AGENT, a_report
from tests.unit.coordinator.reported.builders import an_instance as a_reported_instance


def told(coordinator: Running, revision: int, agent_id: str = AGENT) -> DesiredHost:
    """Return the desired state of that revision once the host has it."""

    def check() -> DesiredHost | None:
        return next((each for each in coordinator.heard(DesiredHost, agent_id) if each.revision == revision), None)

    found = eventually_sync(check)
    assert found is not None
    return found


def does_as_told(coordinator: Running, host: DesiredHost, sequence: int) -> None:
    """The host reports that everything it was told is so."""
    instances = [
        a_reported_instance(
            each.instance_id,
            cameras=[],
            state=InstanceState.RUNNING if each.power is Power.ON else InstanceState.STOPPED,
            observed_digest=each.digest if each.power is Power.ON else None,
            observed_revision=host.revision,
        )
        for each in host.instances
    ]
    report = a_report(*instances, agent_id=host.agent_id, order=(1, sequence))
    coordinator.say(msgspec.structs.replace(report, revision=host.revision))


def a_loaded_host(coordinator: Running) -> dict[str, Any]:
    """Return an instance with two cameras on an admitted host, sent and converged."""
    coordinator.host()
    made = an_instance(coordinator, camera_ids=cameras(coordinator, "one", "two"))
    request = coordinator.update()
    does_as_told(coordinator, told(coordinator, 1), 1)
    state_is(coordinator, request["id"], "converged")
    return made


def state_is(coordinator: Running, request_id: str, state: str) -> dict[str, Any]:
    """Return the request once it is in the state."""

    def check() -> dict[str, Any]:
        request = dict(coordinator.send("GET", f"/update-requests/{request_id}"))
        assert request["state"] == state, request
        return request

    return eventually_sync(check)


def test_change_goes_from_plan_to_converged(coordinator: Running) -> None:
    """The plan says what happens, filing answers at once, the host is told all, and its report ends the request."""
    coordinator.host()
    made = an_instance(coordinator, camera_ids=cameras(coordinator, "one", "two"))
    plan = coordinator.send("GET", "/plan")
    assert plan["text"] == "edge: demo-1 is created with 2 cameras"
    assert plan["hosts"][0]["changes"][0]["causes"] == ["instance added"]
    request = coordinator.send("POST", "/update-requests", {"plan_id": plan["plan_id"], "note": "first"})
    assert (request["message"], request["state"]) == ("Heard you, will update soon.", "accepted")
    assert request["hosts"][0]["text"] == "demo-1 is created with 2 cameras"
    host = told(coordinator, 1)
    (instance,) = host.instances
    assert [(camera.name, camera.source_index) for camera in instance.cameras] == [("one", 0), ("two", 1)]
    assert "uri=rtsp://192.0.2.1/one" in instance.files[0].content
    state_is(coordinator, request["id"], "sent")
    does_as_told(coordinator, host, 1)
    state_is(coordinator, request["id"], "converged")
    shown = coordinator.send("GET", f"/instances/{made['id']}")
    assert (shown["state"], shown["pending"], shown["desired_revision"]) == ("running", False, 1)
    assert coordinator.send("GET", "/plan")["nothing_to_do"]
    assert not any(each["pending"] for each in coordinator.send("GET", "/cameras")["items"])


def test_added_camera_recreates_its_instance_and_is_pending_until_sent(coordinator: Running) -> None:
    """Only the new camera, its instance and its host are pending; the plan counts every camera of the new container."""
    made = a_loaded_host(coordinator)
    assert coordinator.send("POST", f"/pipelines/{made['pipeline_id']}/versions", {"image": "i:2", "cameras": 3})
    coordinator.send("PATCH", f"/instances/{made['id']}", {"pipeline_version": 2})
    coordinator.send("POST", "/cameras", {"name": "x", "uri": "rtsp://192.0.2.9/x", "instance_id": made["id"]})
    plan = coordinator.send("POST", "/plan", {"agent_ids": [AGENT]})
    (change,) = plan["hosts"][0]["changes"]
    assert change["text"] == "demo-1 is recreated, 3 cameras blink"
    assert change["causes"] == ["camera x added", "pipeline version 1 -> 2", "image dsfleet/simulator:dev -> i:2"]
    assert plan["cameras_blinking"] == 3
    pending = {each["name"] for each in coordinator.send("GET", "/cameras")["items"] if each["pending"]}
    assert pending == {"x"}
    assert coordinator.send("GET", f"/agents/{AGENT}")["pending"]
    coordinator.update()
    assert not coordinator.send("GET", f"/agents/{AGENT}")["pending"]


def test_draft_that_moved_outdates_the_plan(coordinator: Running) -> None:
    """A plan shown before an edit is refused with 409; nothing is filed, nothing is sent."""
    made = a_loaded_host(coordinator)
    coordinator.send("PATCH", f"/instances/{made['id']}", {"mode": "debug"})
    plan = coordinator.send("GET", "/plan")
    coordinator.send("PATCH", f"/instances/{made['id']}", {"name": "demo-2"})
    problem = coordinator.refused("POST", "/update-requests", {"plan_id": plan["plan_id"]})
    assert (problem["status"], problem["code"]) == (409, "plan-outdated")
    assert len(coordinator.send("GET", "/update-requests")["items"]) == 1
    coordinator.send("PATCH", f"/instances/{made['id']}", {"name": "demo-1", "mode": "normal"})
    empty = coordinator.send("GET", "/plan")["plan_id"]
    assert coordinator.refused("POST", "/update-requests", {"plan_id": empty})["code"] == "nothing-to-do"


def test_request_for_some_hosts_leaves_the_others_alone(coordinator: Running) -> None:
    """Of two changed hosts only the named one gets a revision; the other stays pending."""
    coordinator.host()
    coordinator.host(OTHER_AGENT, "north")
    an_instance(coordinator, camera_ids=cameras(coordinator, "one"))
    an_instance(coordinator, "demo-2", agent_id=OTHER_AGENT, camera_ids=cameras(coordinator, "two"))
    plan = coordinator.send("GET", "/plan")
    assert [host["agent_name"] for host in plan["hosts"]] == ["edge", "north"]
    body = {"plan_id": plan["plan_id"], "agent_ids": [OTHER_AGENT]}
    request = coordinator.send("POST", "/update-requests", body)
    assert [host["agent_id"] for host in request["hosts"]] == [OTHER_AGENT]
    told(coordinator, 1, OTHER_AGENT)
    assert coordinator.send("GET", f"/agents/{AGENT}")["desired_revision"] == 0
    assert [host["agent_name"] for host in coordinator.send("GET", "/plan")["hosts"]] == ["edge"]


def test_later_request_supersedes_an_unfinished_one(coordinator: Running) -> None:
    """A second request on the same host takes the place of the first; a report at the second ends the second alone."""
    made = a_loaded_host(coordinator)
    coordinator.send("PATCH", f"/instances/{made['id']}", {"mode": "debug"})
    first = coordinator.update()
    coordinator.send("PATCH", f"/instances/{made['id']}", {"mode": "normal"})
    second = coordinator.update()
    assert coordinator.send("GET", f"/update-requests/{first['id']}")["state"] == "superseded"
    does_as_told(coordinator, told(coordinator, 3), 2)
    state_is(coordinator, second["id"], "converged")
    assert coordinator.send("GET", f"/update-requests/{first['id']}")["state"] == "superseded"


def test_cancelled_request_is_taken_back_as_a_new_revision(coordinator: Running) -> None:
    """Cancelling sends the previous content as a higher revision; the draft keeps the edit and is pending again."""
    made = a_loaded_host(coordinator)
    coordinator.send("PATCH", f"/instances/{made['id']}", {"mode": "debug"})
    request = coordinator.update()
    cancelled = coordinator.send("POST", f"/update-requests/{request['id']}/cancel")
    assert (cancelled["state"], cancelled["hosts"][0]["cause"]) == ("cancelled", "taken back by revision 3")
    assert told(coordinator, 3).instances == told(coordinator, 1).instances
    assert coordinator.send("GET", f"/instances/{made['id']}")["pending"]
    problem = coordinator.refused("POST", f"/update-requests/{request['id']}/cancel")
    assert problem["code"] == "update-request-finished"


def test_restart_sends_only_the_counter_over_what_was_last_sent(coordinator: Running) -> None:
    """A restart makes a new digest and leaves unsent edits out; they are still pending afterwards."""
    made = a_loaded_host(coordinator)
    coordinator.send("PATCH", f"/instances/{made['id']}", {"mode": "debug"})
    request = coordinator.send("POST", f"/instances/{made['id']}/restart")
    before, after = told(coordinator, 1).instances[0], told(coordinator, 2).instances[0]
    assert after.files == before.files
    assert (after.restart_number, after.digest != before.digest) == (1, True)
    assert request["hosts"][0]["text"] == "demo-1 is restarted"
    assert coordinator.send("GET", "/plan")["hosts"][0]["changes"][0]["causes"] == ["mode normal -> debug"]


def test_retry_keeps_the_digest(coordinator: Running) -> None:
    """ "Retry now" changes nothing that needs a new container."""
    made = a_loaded_host(coordinator)
    coordinator.send("POST", f"/instances/{made['id']}/retry")
    before, after = told(coordinator, 1).instances[0], told(coordinator, 2).instances[0]
    assert (after.retry_number, after.digest) == (1, before.digest)
    assert coordinator.send("GET", "/plan")["nothing_to_do"]


def test_restart_of_what_was_never_sent_is_refused(coordinator: Running) -> None:
    """An instance that its host does not know yet, or that is off, cannot be restarted."""
    coordinator.host()
    made = an_instance(coordinator, camera_ids=cameras(coordinator, "one"))
    assert coordinator.refused("POST", f"/instances/{made['id']}/restart")["code"] == "instance-not-sent"
    coordinator.send("PATCH", f"/instances/{made['id']}", {"power": "off"})
    coordinator.update()
    assert coordinator.refused("POST", f"/instances/{made['id']}/restart")["code"] == "instance-is-off"


def test_instance_without_enabled_cameras_is_off(coordinator: Running) -> None:
    """Disabling the last camera stops the instance: there is nothing to run."""
    made = a_loaded_host(coordinator)
    for camera in made["cameras"]:
        coordinator.send("PATCH", f"/cameras/{camera['camera_id']}", {"enabled": False})
    assert coordinator.send("GET", "/plan")["text"] == "edge: demo-1 is stopped, 2 cameras go dark"
    coordinator.update()
    (instance,) = told(coordinator, 2).instances
    assert (instance.power, instance.files) == (Power.OFF, ())


def test_removed_instance_is_removed_from_its_host(coordinator: Running) -> None:
    """After the update request, the host is told of no instance, and its ports are free again."""
    made = a_loaded_host(coordinator)
    coordinator.send("DELETE", f"/instances/{made['id']}")
    assert coordinator.send("GET", "/plan")["text"] == "edge: demo-1 is removed, 2 cameras go dark"
    coordinator.update()
    assert told(coordinator, 2).instances == ()
    assert an_instance(coordinator, "demo-2")["ports"][0]["port"] == 18600


def test_configuration_shows_draft_and_sent_with_logins_masked(coordinator: Running) -> None:
    """Both files are shown; the login that the host gets is masked on the screen."""
    coordinator.host()
    made = an_instance(coordinator, camera_ids=cameras(coordinator, "one"))
    coordinator.send("PATCH", f"/cameras/{made['cameras'][0]['camera_id']}", {"username": "joe", "password": "s3:cr/t"})
    coordinator.update()
    assert "rtsp://joe:s3%3Acr%2Ft@192.0.2.1/one" in told(coordinator, 1).instances[0].files[0].content
    coordinator.send("PATCH", f"/instances/{made['id']}", {"mode": "debug"})
    shown = coordinator.send("GET", f"/instances/{made['id']}/configuration")
    assert "rtsp://***:***@192.0.2.1/one" in shown["sent"][0]["content"]
    assert "[osd]" in shown["draft"][0]["content"]
    assert "[osd]" not in shown["sent"][0]["content"]
    assert (shown["sent_revision"], shown["observed"]) == (1, None)


def test_read_back_from_a_silent_host_says_so(tmp_path: Path) -> None:
    """A host that does not answer is named with how long it was waited for; the rest is shown all the same."""
    with running(tmp_path, read_back_timeout_s=0.3) as coordinator:
        coordinator.host()
        made = an_instance(coordinator, camera_ids=cameras(coordinator, "one"))
        shown = coordinator.send("GET", f"/instances/{made['id']}/configuration?read_back=true")
    assert shown["observed_problem"]["code"] == "agent-did-not-answer"
    assert "0.3 s" in shown["observed_problem"]["message"]
    assert shown["draft"]


def test_audit_tells_who_changed_what(coordinator: Running) -> None:
    """Every operation leaves one entry with its difference, newest first."""
    a_loaded_host(coordinator)
    entries = coordinator.send("GET", "/audit")["items"]
    assert [entry["action"] for entry in entries] == [
        "update request filed",
        "instance created",
        "pipeline created",
        "camera created",
        "camera created",
        "host admitted",
    ]
    assert {entry["actor"] for entry in entries} == {"admin"}
    assert entries[-1]["difference"]["admission"] == ["waiting", "admitted"]
    assert a_pipeline(coordinator, name="other")

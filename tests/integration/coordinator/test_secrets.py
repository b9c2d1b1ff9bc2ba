"""A camera's login, followed through everything the coordinator writes and answers."""

import logging
from pathlib import Path

import pytest
import structlog

from dsfleet.contracts.messages.configuration import DesiredHost
from tests.eventually import eventually_sync
from tests.integration.coordinator.running import running
from tests.integration.coordinator.test_draft import an_instance

USER, PASSWORD, SECOND = "marked-user-5f1c", "marked-pass-9d27", "marked-pass-a31b"
MARKS = (USER, PASSWORD, SECOND)


def test_login_stands_in_no_answer_audit_log_or_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A marked login reaches the host's configuration, and nothing else that anybody can read."""
    structlog.reset_defaults()
    logging.basicConfig(level=logging.DEBUG)
    answers: list[str] = []
    with running(tmp_path) as coordinator, coordinator.admin() as client:
        coordinator.host()

        def call(method: str, path: str, body: object = None) -> dict[str, object]:
            answer = client.request(method, f"/api/v1{path}", json=body)
            answers.append(answer.text)
            return dict(answer.json()) if answer.content else {}

        camera = call("POST", "/cameras", {"name": "a", "uri": f"rtsp://{USER}:{PASSWORD}@192.0.2.1/a"})
        call("POST", "/cameras", {"name": "b", "uri": f"http://{USER}:{PASSWORD}@192.0.2.1/b"})
        call("POST", "/cameras", {"name": "b", "uri": f"rtsp://{USER}:{PASSWORD}@192.0.2.1:x/b"})
        call("POST", "/cameras", {"name": "b", "uri": f"{USER}:{PASSWORD}@192.0.2.1/b"})
        call("POST", "/cameras", {"name": "b", "uri": "rtsp://192.0.2.1/b", "password": [PASSWORD], "username": 1})
        call("PATCH", f"/cameras/{camera['id']}", {"password": SECOND})
        call("PATCH", f"/cameras/{camera['id']}", {"password": SECOND * 30})
        instance = an_instance(coordinator, camera_ids=[camera["id"]])
        plan = call("GET", "/plan")
        call("POST", "/update-requests", {"plan_id": plan["plan_id"]})
        host = eventually_sync(lambda: coordinator.heard(DesiredHost))[0]
        assert SECOND in host.instances[0].files[0].content
        call("PATCH", f"/cameras/{camera['id']}", {"password": PASSWORD, "enabled": True})
        for path in (
            "/cameras",
            f"/cameras/{camera['id']}",
            "/instances",
            f"/instances/{instance['id']}/configuration",
            "/plan",
            "/update-requests",
            "/audit",
            "/system",
            "/agents",
        ):
            call("GET", path)
        answers.append(client.get("/metrics").text)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any(file.name == "coordinator.db" for file in files)
    written = "".join(file.read_bytes().decode("latin-1") for file in files)
    printed = "".join(capfd.readouterr())
    for mark in MARKS:
        assert mark not in "".join(answers)
        assert mark not in written
        assert mark not in printed

"""What an open page hears over HTTP while a host does as it was told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dsfleet.contracts.messages.request import AgentRequest, RequestKind
from dsfleet.contracts.messages.status import ReportedHost
from tests.eventually import eventually_sync
from tests.integration.coordinator.running import Running, running
from tests.integration.coordinator.test_draft import an_instance, cameras
from tests.integration.coordinator.test_update_requests import told
from tests.unit.coordinator.reported.builders import a_camera, a_report
from tests.unit.coordinator.reported.builders import an_instance as a_reported_instance

pytestmark = pytest.mark.integration


@dataclass(slots=True)
class Page:
    """What an open page received: names and data of events, in order."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def seen(self, kind: str) -> list[dict[str, Any]]:
        """Return every object of one kind that came, in order."""
        changes = [data for name, data in self.events if name == "changes"]
        return [each for data in changes for each in data[kind]]

    def steps(self) -> list[str]:
        """Return the states of update requests' hosts, in order."""
        return [host["state"] for each in self.seen("update_requests") for host in each["hosts"]]


@contextmanager
def open_page(coordinator: Running) -> Iterator[Page]:
    """Yield a page that follows the fleet until the coordinator ends."""
    page = Page()

    def follow() -> None:
        with coordinator.admin() as client, client.stream("GET", "/api/v1/events") as stream:
            name = ""
            for line in stream.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    page.events.append((name, json.loads(line.removeprefix("data: "))))

    threading.Thread(target=follow, daemon=True).start()
    eventually_sync(lambda: [name for name, _ in page.events] == ["hello"])
    yield page


def report(coordinator: Running, revision: int, sequence: int, fps: float, **fields: Any) -> ReportedHost:
    """Return a report in which every sent instance runs and its cameras deliver so many frames."""
    host = told(coordinator, revision)
    instances = [
        a_reported_instance(
            each.instance_id,
            cameras=[a_camera(camera.camera_id, fps=fps) for camera in each.cameras],
            observed_digest=each.digest,
        )
        for each in host.instances
    ]
    whole = a_report(*instances, order=(1, sequence))
    return msgspec.structs.replace(whole, revision=host.revision, **fields)


def test_page_follows_a_change_without_asking(tmp_path: Path) -> None:
    """An open page hears of the request's steps, of frames per second, and of objects that go, each whole."""
    with running(tmp_path) as coordinator, open_page(coordinator) as page:
        coordinator.host()
        made = an_instance(coordinator, camera_ids=cameras(coordinator, "one"))
        request = coordinator.update()
        coordinator.say(report(coordinator, 1, 1, 0.0, converged=False, cause="creating"))
        eventually_sync(lambda: "received" in page.steps())
        coordinator.say(report(coordinator, 1, 2, 10.0))
        eventually_sync(lambda: page.steps()[-1] == "converged")
        eventually_sync(lambda: [each["fps"] for each in page.seen("cameras")][-1] == 10.0)
        assert page.seen("update_requests")[-1]["id"] == request["id"]
        assert page.seen("instances")[-1]["state"] == "running"
        coordinator.send("DELETE", f"/instances/{made['id']}")
        eventually_sync(lambda: any(made["id"] in data["removed"]["instances"] for _, data in page.events[1:]))


def test_host_is_asked_for_quick_reports_while_a_page_is_open(tmp_path: Path) -> None:
    """A live host is asked to report more often as soon as a page is open, and not before."""
    with running(tmp_path) as coordinator:
        coordinator.host()
        coordinator.say(a_report())
        eventually_sync(lambda: coordinator.send("GET", "/agents")["items"][0]["cause"] == "everything is as desired")
        assert coordinator.heard(AgentRequest) == []
        with open_page(coordinator):
            asked = eventually_sync(lambda: coordinator.heard(AgentRequest))
        assert asked[0].kind is RequestKind.WATCH

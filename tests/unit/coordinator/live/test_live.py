"""Pushing changes to open pages: gathered, read once, and never held up by a slow one."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from dsfleet.coordinator.api.bodies import Counts, PartHealth, Pipeline, System
from dsfleet.coordinator.api.live import MOST_IDS, QUEUE_LENGTH, LiveEvent, LiveReaders, LiveUpdates, Subscription
from tests.unit.coordinator.reported.builders import NOON

pytestmark = pytest.mark.anyio

GOOD = PartHealth(ok=True, since=NOON, detail="")
NOTHING = Counts(cameras={}, instances={}, agents={}, pending_changes=0)


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio, as the coordinator does."""
    return "asyncio"


def a_pipeline(pipeline_id: str) -> Pipeline:
    """Return a pipeline without versions."""
    return Pipeline(
        id=pipeline_id,
        name=pipeline_id,
        kind="deepstream-app",
        description="",
        latest_version=1,
        versions=[],
        instances=0,
        created_at=NOON,
    )


def the_system() -> System:
    """Return a coordinator that is well."""
    return System(
        version="0",
        demo=False,
        transport="in-process",
        messenger=GOOD,
        database=GOOD,
        counts=NOTHING,
        server_time=NOON,
    )


@dataclass
class Fleet:
    """The objects that exist, and how often they were read."""

    existing: set[str] = field(default_factory=lambda: {"p-1", "p-2"})
    reads: list[Sequence[str]] = field(default_factory=list)
    is_broken: bool = False

    def read(self, ids: Sequence[str]) -> list[Pipeline]:
        """Return those that exist."""
        self.reads.append(ids)
        if self.is_broken:
            raise RuntimeError("broken")
        return [a_pipeline(id_) for id_ in ids if id_ in self.existing]

    @contextmanager
    def running(self) -> Any:
        """Yield live updates over this fleet while they run."""
        live = LiveUpdates(LiveReaders({"pipelines": self.read}, the_system))
        task = asyncio.create_task(live.run(asyncio.Event()))
        try:
            yield live
        finally:
            task.cancel()


async def the_changes(subscription: Subscription) -> dict[str, Any]:
    """Return the next event, which is a `changes`, as data."""
    event = await asyncio.wait_for(subscription.next_event(), 5)
    assert event is not None
    assert event.name == "changes"
    data: dict[str, Any] = json.loads(event.data)
    return data


async def test_changes_are_gathered_and_read_once() -> None:
    """Many changes within a moment become one event of whole objects; what no longer exists is told as removed."""
    fleet = Fleet()
    with fleet.running() as live, live.subscribe() as first, live.subscribe() as second:
        live.changed("pipelines", ["p-1"])
        live.changed("pipelines", ["p-1", "p-2"])
        live.removed("pipelines", ["p-9"])
        seen, also_seen = await the_changes(first), await the_changes(second)
    assert [each["id"] for each in seen["pipelines"]] == ["p-1", "p-2"]
    assert seen["removed"]["pipelines"] == ["p-9"]
    assert seen["system"]["version"] == "0"
    assert seen == also_seen
    assert fleet.reads == [["p-1", "p-2", "p-9"]]


async def test_nothing_is_read_while_nobody_looks() -> None:
    """Without an open page changes cost nothing, and a page opened later hears only of later ones."""
    fleet = Fleet()
    with fleet.running() as live:
        live.changed("pipelines", ["p-1"])
        with live.subscribe() as subscription:
            live.changed("pipelines", ["p-2"])
            changes = await the_changes(subscription)
    assert [each["id"] for each in changes["pipelines"]] == ["p-2"]


async def test_slow_page_is_told_to_fetch_anew() -> None:
    """A page that does not keep up loses its queue, hears `resync`, and then goes on."""
    subscription = Subscription()
    for number in range(QUEUE_LENGTH + 1):
        subscription.put(LiveEvent(f"e{number}", "{}"))
    events = [await subscription.next_event() for _ in range(2)]
    assert [event.name for event in events if event] == ["resync", f"e{QUEUE_LENGTH}"]


async def test_too_much_at_once_is_not_read() -> None:
    """When more changed than a page can use, pages are told to fetch what they show."""
    fleet = Fleet()
    with fleet.running() as live, live.subscribe() as subscription:
        live.changed("pipelines", [f"p-{number}" for number in range(MOST_IDS + 1)])
        await the_changes(subscription)
        event = await asyncio.wait_for(subscription.next_event(), 5)
    assert event is not None
    assert event.name == "resync"
    assert fleet.reads == []


async def test_failed_read_does_not_end_the_stream() -> None:
    """When objects cannot be read the page is told to fetch anew, and later changes come as before."""
    fleet = Fleet(is_broken=True)
    with capture_logs(), fleet.running() as live, live.subscribe() as subscription:
        live.changed("pipelines", ["p-1"])
        event = await asyncio.wait_for(subscription.next_event(), 20)
        assert event is not None
        assert event.name == "resync"
        fleet.is_broken = False
        live.changed("pipelines", ["p-1"])
        assert [each["id"] for each in (await the_changes(subscription))["pipelines"]] == ["p-1"]


async def test_streams_end_when_closed() -> None:
    """At the end every open stream ends at once, and so does one opened afterwards."""
    with Fleet().running() as live, live.subscribe() as before:
        live.close()
        with live.subscribe() as after:
            assert await before.next_event() is None
            assert await after.next_event() is None


async def test_watching_is_known() -> None:
    """Whoever waits for a page learns of the first, and that the last one closed."""
    with Fleet().running() as live:
        waiting = asyncio.create_task(live.wait_until_watched())
        with live.subscribe():
            await asyncio.wait_for(waiting, 5)
            assert live.is_watched
        assert not live.is_watched

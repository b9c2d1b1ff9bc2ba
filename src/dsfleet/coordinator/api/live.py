"""Live updates: what changed is gathered for a moment, read once, and pushed to every open page.

A page that cannot keep up loses its queue and is told to fetch anew (`resync`); it never holds anybody else up. With no
page open nothing is read.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import structlog

from dsfleet.coordinator.api.bodies import Agent, Camera, Changes, Instance, Pipeline, Removed, System, UpdateRequest

LOG = structlog.get_logger(__name__)

COALESCE_S = 0.25
SYSTEM_EVERY_S = 10.0
QUEUE_LENGTH = 64
MOST_IDS = 500
"""More of one kind at once are not read: the pages fetch what they show."""

Whole = Camera | Instance | Agent | Pipeline | UpdateRequest
Reader = Callable[[Sequence[str]], Sequence[Whole]]
"""Returns the whole objects with these ids, in any order; ids that no longer exist are left out."""


@dataclass(frozen=True, slots=True)
class LiveReaders:
    """How whole objects are read: one reader per list of `Changes`, and the state of the coordinator."""

    by_kind: Mapping[str, Reader]
    system: Callable[[], System]


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event of the stream: its name, and its data as JSON."""

    name: str
    data: str


RESYNC = LiveEvent("resync", "{}")


class Subscription:
    """One open page: its events in order, until the end."""

    def __init__(self) -> None:
        """Nothing to say yet."""
        self._queue: asyncio.Queue[LiveEvent | None] = asyncio.Queue(QUEUE_LENGTH)

    def put(self, event: LiveEvent | None) -> None:
        """The event comes next, None ends the stream; a full queue is dropped and the page told to fetch anew."""
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            self._queue.put_nowait(RESYNC)
        self._queue.put_nowait(event)

    async def next_event(self) -> LiveEvent | None:
        """Return the next event when there is one; None at the end."""
        return await self._queue.get()


class LiveUpdates:
    """Everything that commits a change says so here; pages subscribe. Belongs to one event loop."""

    def __init__(self, readers: LiveReaders) -> None:
        """Keep how objects are read; nobody watches yet."""
        self._readers = readers
        self._subscriptions: set[Subscription] = set()
        self._dirty: dict[str, set[str]] = {}
        self._something_changed = asyncio.Event()
        self._somebody_watches = asyncio.Event()
        self._is_closed = False

    @property
    def is_watched(self) -> bool:
        """Whether at least one page is open."""
        return bool(self._subscriptions)

    async def wait_until_watched(self) -> None:
        """Return when a page is open."""
        await self._somebody_watches.wait()

    def changed(self, kind: str, ids: Iterable[str]) -> None:
        """Show these anew, or as gone where they no longer exist. Call it after the commit."""
        changed = set(ids)
        if changed and self._subscriptions:
            self._dirty.setdefault(kind, set()).update(changed)
            self._something_changed.set()

    def removed(self, kind: str, ids: Iterable[str]) -> None:
        """Show these as gone: reading finds nothing."""
        self.changed(kind, ids)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """Yield a subscription that hears of everything from now on."""
        subscription = Subscription()
        if self._is_closed:
            subscription.put(None)
        self._subscriptions.add(subscription)
        self._somebody_watches.set()
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
            if not self._subscriptions:
                self._somebody_watches.clear()
                self._dirty.clear()

    def close(self) -> None:
        """Every stream ends now, and later ones at once."""
        self._is_closed = True
        for subscription in self._subscriptions:
            subscription.put(None)

    async def run(self, stop: asyncio.Event) -> None:
        """Push changes, coalesced, and the coordinator's own state every 10 s, until told to stop; then close."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._wait_for_changes(stopping)
                if self._subscriptions and not stop.is_set():
                    self._push()
        finally:
            stopping.cancel()
            self.close()

    async def _wait_for_changes(self, stopping: asyncio.Task[Literal[True]]) -> None:
        changing = asyncio.create_task(self._something_changed.wait())
        await asyncio.wait({changing, stopping}, timeout=SYSTEM_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
        if not changing.cancel():
            await asyncio.wait({stopping}, timeout=COALESCE_S)

    def _push(self) -> None:
        dirty, self._dirty = self._dirty, {}
        self._something_changed.clear()
        try:
            events = self._events(dirty)
        except Exception:
            LOG.exception("live-updates-failed")
            events = (RESYNC,)
        for subscription in self._subscriptions:
            for event in events:
                subscription.put(event)

    def _events(self, dirty: Mapping[str, set[str]]) -> tuple[LiveEvent, ...]:
        few = {kind: sorted(ids) for kind, ids in dirty.items() if len(ids) <= MOST_IDS}
        found = {kind: self._readers.by_kind[kind](ids) for kind, ids in few.items()}
        gone = {kind: sorted(set(ids) - {whole.id for whole in found[kind]}) for kind, ids in few.items()}
        removed = Removed.model_validate({kind: gone.get(kind, []) for kind in Removed.model_fields})
        changes = Changes.model_validate({**found, "removed": removed, "system": self._readers.system()})
        event = LiveEvent("changes", changes.model_dump_json())
        return (event,) if len(few) == len(dirty) else (event, RESYNC)

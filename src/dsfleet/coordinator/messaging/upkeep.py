"""What time alone changes: hosts that fall silent, requests that wait past their deadline, the database's health."""

import asyncio
from datetime import UTC, datetime

import structlog

from dsfleet.contracts.problems import TemporaryError
from dsfleet.coordinator.messaging.model import Viewers
from dsfleet.coordinator.messaging.store import storing
from dsfleet.coordinator.messaging.waiting import wait_for_any
from dsfleet.coordinator.reported.model import Hearing
from dsfleet.coordinator.reported.progress import explain_waiting
from dsfleet.coordinator.reported.rules import LIVE_FOR, STALE_FOR
from dsfleet.coordinator.reported.views import agents_heard_between, ids_on_agents
from dsfleet.coordinator.storage.database import Database
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import LinkState, Transport

LOG = structlog.get_logger(__name__)

EVERY_S = 5.0
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Upkeep:
    """Looks every five seconds at what no message will tell."""

    def __init__(self, database: Database, transport: Transport, viewers: Viewers, clock: Clock) -> None:
        """Keep the parts; hearing begins now."""
        self._database = database
        self._transport = transport
        self._viewers = viewers
        self._clock = clock
        self._started_at = clock.now()
        self._looked_at = self._started_at
        self._shown_since: datetime | None = self._started_at
        self._database_link = LinkState(True, self._started_at)

    @property
    def database_link(self) -> LinkState:
        """Whether the database answers, and since when."""
        return self._database_link

    def hearing(self) -> Hearing:
        """Return the present moment and since when agents can be heard."""
        link = self._transport.link
        return Hearing(self._clock.now(), max(self._started_at, link.since) if link.is_up else None)

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again, until told to stop."""
        while not stop.is_set():
            try:
                self.look()
                self._note_database(True, "")
            except TemporaryError as error:
                self._note_database(False, error.problem.message)
            except Exception:
                LOG.exception("upkeep-failed")
            await wait_for_any(stop, timeout_s=EVERY_S)

    def look(self) -> None:
        """Waiting requests say why they wait; open pages show anew whatever fell silent since the last look."""
        hearing = self.hearing()
        link = self._transport.link
        with storing(self._database) as connection:
            requests = explain_waiting(connection, hearing, None if link.is_up else link.since)
            silent: frozenset[str] = frozenset()
            instances: frozenset[str] = frozenset()
            cameras: frozenset[str] = frozenset()
            if self._viewers.is_watched:
                for limit in self._limits(hearing):
                    silent |= agents_heard_between(connection, *limit)
                instances, cameras = ids_on_agents(connection, sorted(silent))
        self._looked_at, self._shown_since = hearing.now, hearing.since
        self._viewers.changed("update_requests", requests)
        self._viewers.changed("agents", silent)
        self._viewers.changed("instances", instances)
        self._viewers.changed("cameras", cameras)

    def _limits(self, hearing: Hearing) -> tuple[tuple[datetime, datetime], ...]:
        """Return the spans of last words whose age crossed a limit since the last look; all when hearing changed."""
        grace_ended = hearing.since is not None and self._looked_at <= hearing.since + STALE_FOR < hearing.now
        if hearing.since != self._shown_since or grace_ended:
            return ((BEGINNING, hearing.now),)
        return tuple((self._looked_at - age, hearing.now - age) for age in (LIVE_FOR, STALE_FOR))

    def _note_database(self, is_up: bool, detail: str) -> None:
        if is_up != self._database_link.is_up:
            self._database_link = LinkState(is_up, self._clock.now(), detail)
            LOG.warning("database-link", is_up=is_up, detail=detail)

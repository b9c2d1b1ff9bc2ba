"""While somebody looks at the page, hosts report every few seconds: they are asked to, for a minute at a time."""

import asyncio

import structlog

from dsfleet.contracts.problems import TemporaryError
from dsfleet.coordinator.messaging.model import Viewers
from dsfleet.coordinator.messaging.requests import AgentRequests
from dsfleet.coordinator.messaging.store import read_agents_to_watch, storing
from dsfleet.coordinator.messaging.waiting import pause_after, wait_for_any
from dsfleet.coordinator.reported.rules import LIVE_FOR
from dsfleet.coordinator.storage.database import Database
from dsfleet.kit.clock import Clock

LOG = structlog.get_logger(__name__)

VALID_FOR_S = 60.0
RENEWED_AFTER_S = 40.0
LOOK_EVERY_S = 2.0
"""How soon a host that came to life is asked."""
MOST_HOSTS = 1000


class HostWatch:
    """Keeps live, admitted hosts reporting quickly while a page is open."""

    def __init__(self, database: Database, requests: AgentRequests, viewers: Viewers, clock: Clock) -> None:
        """Keep the parts; nobody was asked yet."""
        self._database = database
        self._requests = requests
        self._viewers = viewers
        self._clock = clock
        self._asked_at_s: dict[str, float] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Ask while somebody watches, until told to stop."""
        failures = 0
        while not stop.is_set():
            await self._wait_until_watched(stop)
            try:
                await self.ask_those_due()
                failures = 0
            except TemporaryError as error:
                failures += 1
                LOG.debug("hosts-not-asked", reason=error.problem.message)
            except Exception:
                failures += 1
                LOG.exception("host-watch-failed")
            await wait_for_any(stop, timeout_s=pause_after(failures) if failures else LOOK_EVERY_S)

    async def ask_those_due(self) -> None:
        """Every live, admitted host has been asked within the last 40 s; at most 1000 are."""
        if not self._viewers.is_watched:
            return
        now_s = self._clock.monotonic_s()
        with storing(self._database) as connection:
            agent_ids = read_agents_to_watch(connection, self._clock.now() - LIVE_FOR, MOST_HOSTS)
        recent = {id_: at_s for id_, at_s in self._asked_at_s.items() if now_s - at_s < RENEWED_AFTER_S}
        due = [agent_id for agent_id in agent_ids if agent_id not in recent]
        if due:
            await self._requests.watch(due, VALID_FOR_S)
        self._asked_at_s = recent | dict.fromkeys(due, now_s)

    async def _wait_until_watched(self, stop: asyncio.Event) -> None:
        waits = [asyncio.create_task(self._viewers.wait_until_watched()), asyncio.create_task(stop.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

"""Says the newest 201 and 210 of every agent again: at the start, when the broker comes back, and every 15 minutes.

Kafka is a messenger and never the record: if its topics were lost, this brings them back.
"""

from collections.abc import Iterator, Sequence

import msgspec
import structlog

from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.problems import InputError
from dsfleet.contracts.topics import AnyMessage
from dsfleet.coordinator.admission.rules import KnownAgent
from dsfleet.coordinator.admission.store import admission_of, read_decided_agents
from dsfleet.coordinator.messaging.model import MessageCounters, Record
from dsfleet.coordinator.messaging.records import record_of
from dsfleet.coordinator.messaging.store import read_newest_published, storing
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import LinkState, OutgoingRecord, Transport

LOG = structlog.get_logger(__name__)

AGENTS_AT_ONCE = 50
PAGE_PAUSE_S = 0.2
"""Between two pages, so that a large fleet is repeated without holding anything up: 250 agents a second."""


class StateRepeater:
    """Walks through the agents by id, a page at a time. Called by the relay, between two looks at the outbox."""

    def __init__(
        self, record: Record, transport: Transport, clock: Clock, every_s: float, counters: MessageCounters
    ) -> None:
        """Keep the parts; the first walk is due at once."""
        self._record = record
        self._transport = transport
        self._clock = clock
        self._every_s = every_s
        self._counters = counters
        self._after_id = ""
        self._due_at_s = clock.monotonic_s()
        self._link_at_walk: LinkState | None = None

    async def repeat_some(self) -> float:
        """Repeat the next page if it is due; return in how many seconds to call again.

        Raises TemporaryError while the broker or the database is away; the page is then repeated.
        """
        if self._link_came_back():
            self._after_id, self._due_at_s = "", self._clock.monotonic_s()
        left_s = self._due_at_s - self._clock.monotonic_s()
        if left_s > 0:
            return left_s
        with storing(self._record.database) as connection:
            agents = read_decided_agents(connection, self._after_id, AGENTS_AT_ONCE)
            newest = read_newest_published(connection, tuple(agent.agent_id for agent in agents))
        await self._publish(list(self._records(agents, newest)))
        if len(agents) < AGENTS_AT_ONCE:
            self._after_id, self._due_at_s = "", self._clock.monotonic_s() + self._every_s
            return self._every_s
        self._after_id = agents[-1].agent_id
        return PAGE_PAUSE_S

    def _link_came_back(self) -> bool:
        link = self._transport.link
        if not link.is_up:
            return False
        before, self._link_at_walk = self._link_at_walk, link
        return before is not None and before.since != link.since

    def _records(self, agents: Sequence[KnownAgent], newest: dict[str, bytes]) -> Iterator[OutgoingRecord]:
        now = self._clock.now()
        for agent in agents:
            admission = admission_of(agent, now)
            if admission is not None:
                yield record_of(admission)
            content_sealed = newest.get(agent.agent_id)
            if content_sealed is not None and agent.may_be_told:
                yield from self._encoded(msgspec.json.decode(self._record.box.open(content_sealed), type=DesiredHost))

    def _encoded(self, message: AnyMessage) -> Iterator[OutgoingRecord]:
        try:
            yield record_of(message)
        except InputError as error:
            LOG.warning("state-not-repeated", agent_id=message.agent_id, code=error.problem.code)

    async def _publish(self, records: Sequence[OutgoingRecord]) -> None:
        if records:
            await self._transport.publish(records)
            self._counters.published.update(record.topic.number for record in records)

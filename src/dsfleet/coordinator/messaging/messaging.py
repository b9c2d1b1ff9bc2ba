"""All of messaging as one thing to start: relay, consumer, host watch, upkeep."""

import asyncio
from collections.abc import Mapping

from dsfleet.contracts.identifiers import AgentId, InstanceId
from dsfleet.contracts.messages.request import AgentAnswer, RequestKind
from dsfleet.contracts.problems import TemporaryError
from dsfleet.coordinator.admission.intake import GreetingIntake
from dsfleet.coordinator.messaging.consumer import Consumer, Intakes
from dsfleet.coordinator.messaging.model import MessageCounters, MessagingSettings, Record, Viewers
from dsfleet.coordinator.messaging.relay import OutboxRelay
from dsfleet.coordinator.messaging.repeating import StateRepeater
from dsfleet.coordinator.messaging.requests import AgentRequests
from dsfleet.coordinator.messaging.store import storing
from dsfleet.coordinator.messaging.upkeep import Upkeep
from dsfleet.coordinator.messaging.watching import HostWatch
from dsfleet.coordinator.reported.intake import ReportIntake
from dsfleet.coordinator.reported.model import Hearing
from dsfleet.coordinator.storage.outbox import count_waiting
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import LinkState, Transport

STOP_WITHIN_S = 2.0


class Messaging:
    """The coordinator's connection to its agents. The transport is started, and its topics made, by whoever owns it."""

    def __init__(
        self, record: Record, transport: Transport, clock: Clock, viewers: Viewers, settings: MessagingSettings
    ) -> None:
        """Build the parts; nothing runs before `run`."""
        self._record = record
        self._transport = transport
        self._group = settings.group
        self._counters = counters = MessageCounters()
        self._relay = OutboxRelay(record, transport, clock, viewers, counters)
        self._repeater = StateRepeater(record, transport, clock, settings.say_again_every_s, counters)
        self._requests = AgentRequests(record.database, transport, clock, counters)
        intakes = Intakes(
            greetings=GreetingIntake(record.box, settings.auto_admit),
            reports=ReportIntake(record.box),
            deliver=self._requests.deliver,
            after_commit=self._relay.wake,
        )
        self._consumer = Consumer(record.database, clock, intakes, viewers, counters)
        self.watch = HostWatch(record.database, self._requests, viewers, clock)
        self.upkeep = Upkeep(record.database, transport, viewers, clock)

    async def run(self, stop: asyncio.Event) -> None:
        """Carry messages both ways until told to stop. Survives broker and database being away.

        Whatever is under way then has two seconds: everything unfinished is done again at the next start.
        """
        stopping = asyncio.create_task(stop.wait())
        parts = [
            asyncio.create_task(self._relay.run(self._repeater, stop)),
            asyncio.create_task(self._consumer.run(self._transport, self._group, stop)),
            asyncio.create_task(self.watch.run(stop)),
            asyncio.create_task(self.upkeep.run(stop)),
        ]
        try:
            ended, _ = await asyncio.wait((stopping, *parts), return_when=asyncio.FIRST_COMPLETED)
            if stopping in ended:
                ended, _ = await asyncio.wait(parts, timeout=STOP_WITHIN_S)
            for part in ended - {stopping}:
                part.result()
        finally:
            for task in (stopping, *parts):
                task.cancel()
            await asyncio.gather(stopping, *parts, return_exceptions=True)

    @property
    def link(self) -> LinkState:
        """Whether the broker answers, and since when."""
        return self._transport.link

    @property
    def database_link(self) -> LinkState:
        """Whether the database answers, and since when."""
        return self.upkeep.database_link

    def hearing(self) -> Hearing:
        """Return the present moment and since when agents can be heard, for judging their links."""
        return self.upkeep.hearing()

    def wake(self) -> None:
        """Have the outbox looked at now; call it after a commit that filled it."""
        self._relay.wake()

    async def ask_agent(
        self, agent_id: AgentId, kind: RequestKind, instance_id: InstanceId | None, timeout_s: float
    ) -> tuple[AgentAnswer, ...]:
        """Return the pieces of the agent's answer, in order; see AgentRequests.ask_agent."""
        return await self._requests.ask_agent(agent_id, kind, instance_id, timeout_s)

    def figures(self) -> Mapping[str, float]:
        """Return counters and the outbox's depth by their Prometheus name; the depth is left out with no database."""
        figures = self._counters.figures()
        try:
            with storing(self._record.database) as connection:
                figures["dsfleet_outbox_messages"] = count_waiting(connection)
        except TemporaryError:
            figures["dsfleet_database_up"] = 0
        return figures

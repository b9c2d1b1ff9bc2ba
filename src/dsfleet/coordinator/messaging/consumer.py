"""Reads 200, 220 and 231 in the coordinator's group: decode, apply a batch in one transaction, then commit offsets.

A database that is away makes the batch wait; a message that cannot be taken goes to the dead letters and the rest goes
on. Whatever is delivered twice does no harm.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.contracts.messages.request import AgentAnswer
from dsfleet.contracts.messages.status import ReportedHost
from dsfleet.contracts.problems import DsfleetError, TemporaryError
from dsfleet.contracts.topics import COORDINATOR_TOPICS
from dsfleet.coordinator.admission.intake import GreetingIntake
from dsfleet.coordinator.messaging.model import MessageCounters, Viewers, tell
from dsfleet.coordinator.messaging.records import ReadMessage, Refusal, dead_letter_of, read_batch
from dsfleet.coordinator.messaging.store import storing
from dsfleet.coordinator.messaging.waiting import pause_after, wait_for_any
from dsfleet.coordinator.reported.intake import ReportIntake
from dsfleet.coordinator.reported.model import ChangedIds
from dsfleet.coordinator.storage.database import Connection, Database
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import GroupReader, IncomingRecord, Transport

LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Intakes:
    """Who takes in what; `deliver` gets the answers, `after_commit` is called when there may be outgoing messages."""

    greetings: GreetingIntake
    reports: ReportIntake
    deliver: Callable[[AgentAnswer], None]
    after_commit: Callable[[], None]


class Consumer:
    """The coordinator's reading of what agents say."""

    def __init__(
        self, database: Database, clock: Clock, intakes: Intakes, viewers: Viewers, counters: MessageCounters
    ) -> None:
        """Keep the parts; nothing is read before `run`."""
        self._database = database
        self._clock = clock
        self._intakes = intakes
        self._viewers = viewers
        self._counters = counters

    async def run(self, transport: Transport, group: str, stop: asyncio.Event) -> None:
        """Take in everything agents say, until told to stop."""
        failures = 0
        while not stop.is_set():
            reader = transport.group_reader(COORDINATOR_TOPICS, group)
            closing = asyncio.create_task(_close_at(stop, reader))
            try:
                async for batch in reader.batches():
                    await self._take(transport, reader, batch, stop)
                    failures = 0
            except Exception:
                LOG.exception("consumer-failed")
            finally:
                closing.cancel()
                await reader.close()
            failures += 1
            await wait_for_any(stop, timeout_s=pause_after(failures))

    async def _take(
        self, transport: Transport, reader: GroupReader, batch: Sequence[IncomingRecord], stop: asyncio.Event
    ) -> None:
        messages, refusals = read_batch(batch)
        self._counters.received.update(record.topic.number for record in batch)
        refused = await self._apply_patiently(messages, stop)
        if refused is None:
            return
        await self._bury(transport, (*refusals, *refused))
        try:
            await reader.commit(batch)
        except TemporaryError as error:
            LOG.warning("offsets-not-committed", reason=error.problem.message)

    async def _apply_patiently(
        self, messages: Sequence[ReadMessage], stop: asyncio.Event
    ) -> tuple[Refusal, ...] | None:
        """Return what could not be taken; None when told to stop before the database came back."""
        failures = 0
        while not stop.is_set():
            try:
                return self._apply(messages)
            except TemporaryError as error:
                failures += 1
                LOG.warning("batch-waits", messages=len(messages), reason=error.problem.message)
                await wait_for_any(stop, timeout_s=pause_after(failures))
        return None

    def _apply(self, messages: Sequence[ReadMessage]) -> tuple[Refusal, ...]:
        """Apply all in one transaction; where one of them is poison, each in its own, and return the poison."""
        try:
            self._apply_together(messages)
        except TemporaryError:
            raise
        except Exception as error:
            LOG.exception("batch-not-applied", messages=len(messages))
            if len(messages) == 1:
                return (Refusal(messages[0].record, "not-applicable", f"{type(error).__name__}: {error}"),)
            return tuple(refusal for message in messages for refusal in self._apply((message,)))
        return ()

    def _apply_together(self, messages: Sequence[ReadMessage]) -> None:
        with storing(self._database) as connection:
            changed = self._store(connection, [each.message for each in messages])
        tell(self._viewers, changed)
        self._intakes.after_commit()
        for each in messages:
            if isinstance(each.message, AgentAnswer):
                self._intakes.deliver(each.message)

    def _store(self, connection: Connection, messages: Sequence[Greeting | ReportedHost | AgentAnswer]) -> ChangedIds:
        now = self._clock.now()
        greetings = [message for message in messages if isinstance(message, Greeting)]
        greeted = self._intakes.greetings.take_in(connection, greetings, now)
        reports = [message for message in messages if isinstance(message, ReportedHost)]
        taken = self._intakes.reports.take_in(connection, reports, now)
        self._counters.reports_dropped += taken.dropped
        taken.changed.add("agents", greeted)
        if self._viewers.is_watched:
            instances = [instance for report in taken.reports for instance in report.instances]
            taken.changed.add("instances", (instance.instance_id for instance in instances))
            taken.changed.add("cameras", (camera.camera_id for each in instances for camera in each.cameras))
        return taken.changed

    async def _bury(self, transport: Transport, refusals: Sequence[Refusal]) -> None:
        for refusal in refusals:
            record = refusal.record
            self._counters.unreadable[record.topic.number] += 1
            LOG.warning(
                "message-not-taken",
                topic=record.topic.name,
                partition=record.partition,
                offset=record.offset,
                code=refusal.code,
                reason=refusal.reason,
            )
        if not refusals:
            return
        try:
            await transport.publish([dead_letter_of(refusal) for refusal in refusals])
        except DsfleetError as error:
            LOG.warning("dead-letters-lost", count=len(refusals), reason=error.problem.message)


async def _close_at(stop: asyncio.Event, reader: GroupReader) -> None:
    await stop.wait()
    await reader.close()

"""The relay publishes committed outbox rows, in order per host, and repeats the newest states from time to time.

It is the only publisher of 201 and 210, so a repeated state never overtakes a newer one. A crash between any two steps
leads to the same message again, which does no harm.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from dsfleet.contracts.problems import InputError, Problem, TemporaryError
from dsfleet.coordinator.messaging.model import MessageCounters, Record, Viewers
from dsfleet.coordinator.messaging.records import record_of
from dsfleet.coordinator.messaging.repeating import StateRepeater
from dsfleet.coordinator.messaging.store import storing, without_right_to_enter
from dsfleet.coordinator.messaging.waiting import pause_after, wait_for_any
from dsfleet.coordinator.reported.progress import mark_sent, mark_unsendable
from dsfleet.coordinator.storage.outbox import OutboxRow, open_message, remove_messages, waiting_messages
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import OutgoingRecord, Transport

LOG = structlog.get_logger(__name__)

ROWS_AT_ONCE = 100
LOOK_EVERY_S = 5.0
"""How often the outbox is looked at without being woken: another process may have filled it."""


@dataclass(frozen=True, slots=True)
class _SetAside:
    row: OutboxRow
    problem: Problem


class OutboxRelay:
    """Publishes what is committed. Woken at commit; one per coordinator."""

    def __init__(
        self, record: Record, transport: Transport, clock: Clock, viewers: Viewers, counters: MessageCounters
    ) -> None:
        """Keep the parts; nothing is published before `run`."""
        self._record = record
        self._transport = transport
        self._clock = clock
        self._viewers = viewers
        self._counters = counters
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at the outbox now."""
        self._woken.set()

    async def run(self, repeater: StateRepeater, stop: asyncio.Event) -> None:
        """Publish what is committed and repeat what is due, until told to stop."""
        failures = 0
        while not stop.is_set():
            self._woken.clear()
            try:
                pause_s = 0.0 if await self.publish_waiting() else await repeater.repeat_some()
                if failures:
                    LOG.info("relay-goes-on", after_failures=failures)
                failures = 0
            except TemporaryError as error:
                failures += 1
                if failures == 1:
                    LOG.warning("relay-waits", code=error.problem.code, reason=error.problem.message)
            except Exception:
                failures += 1
                LOG.exception("relay-failed")
            if failures:
                await wait_for_any(stop, timeout_s=pause_after(failures))
            elif pause_s > 0:
                await wait_for_any(stop, self._woken, timeout_s=min(pause_s, LOOK_EVERY_S))

    async def publish_waiting(self) -> bool:
        """Publish the oldest rows and take them out of the outbox; return whether there were any.

        Raises TemporaryError while the broker or the database is away: everything is kept.
        """
        with storing(self._record.database) as connection:
            rows = waiting_messages(connection, ROWS_AT_ONCE)
            withheld = without_right_to_enter(connection, rows)
            remove_messages(connection, [row.id for row in withheld])
        if not rows:
            return False
        for row in withheld:
            LOG.warning("configuration-withheld", agent_id=row.agent_id, revision=row.revision)
        rows = tuple(row for row in rows if row not in withheld)
        records, set_aside = self._encode(rows)
        set_aside += await self._publish(records)
        refused = {each.row.id for each in set_aside}
        self._settle([row for row, _ in records if row.id not in refused], set_aside)
        return True

    def _encode(self, rows: Sequence[OutboxRow]) -> tuple[list[tuple[OutboxRow, OutgoingRecord]], list[_SetAside]]:
        records: list[tuple[OutboxRow, OutgoingRecord]] = []
        set_aside: list[_SetAside] = []
        for row in rows:
            try:
                records.append((row, record_of(open_message(self._record.box, row))))
            except InputError as error:
                if error.problem.code == "secret-key-wrong":
                    raise  # the key file is wrong, not the message: keep everything until it is mended
                set_aside.append(_SetAside(row, error.problem))
        return records, set_aside

    async def _publish(self, records: Sequence[tuple[OutboxRow, OutgoingRecord]]) -> list[_SetAside]:
        """Publish all; where the broker refuses one for good, publish one by one and return those refused."""
        try:
            await self._transport.publish([record for _, record in records])
        except InputError:
            return [each for pair in records if (each := await self._publish_one(*pair)) is not None]
        return []

    async def _publish_one(self, row: OutboxRow, record: OutgoingRecord) -> _SetAside | None:
        try:
            await self._transport.publish((record,))
        except InputError as error:
            return _SetAside(row, error.problem)
        return None

    def _settle(self, published: Sequence[OutboxRow], set_aside: Sequence[_SetAside]) -> None:
        now = self._clock.now()
        changed: set[str] = set()
        with storing(self._record.database) as connection:
            sent = [(row.agent_id, row.revision) for row in published if row.revision is not None]
            changed |= mark_sent(connection, sent, now)
            for each in set_aside:
                if each.row.revision is not None:
                    cause = f"{each.problem.message} {each.problem.mend or ''}".strip()
                    changed |= mark_unsendable(connection, each.row.agent_id, each.row.revision, cause, now)
            remove_messages(connection, [row.id for row in (*published, *(each.row for each in set_aside))])
        for row in published:
            self._counters.published[row.topic] += 1
        for each in set_aside:
            self._counters.set_aside += 1
            LOG.error("message-set-aside", agent_id=each.row.agent_id, topic=each.row.topic, code=each.problem.code)
        self._viewers.changed("update_requests", changed)

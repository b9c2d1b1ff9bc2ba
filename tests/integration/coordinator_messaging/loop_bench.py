"""A coordinator's messaging over SQLite and a messenger in memory, and an agent's side of it played by the test."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Table, insert, select, text, update

from dsfleet.contracts.envelope import decode, encode
from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.topics import AnyMessage, Topic, topic_of
from dsfleet.coordinator.admission.intake import GreetingIntake
from dsfleet.coordinator.messaging.messaging import Messaging
from dsfleet.coordinator.messaging.model import MessagingSettings, Record
from dsfleet.coordinator.storage.outbox import put_message
from dsfleet.coordinator.storage.tables import (
    AGENTS,
    CAMERAS,
    INSTANCES,
    PIPELINES,
    REPORTED_AGENTS,
    REVISIONS,
    UPDATE_REQUEST_HOSTS,
    UPDATE_REQUESTS,
)
from dsfleet.transport.memory_broker import MemoryBroker
from dsfleet.transport.model import IncomingRecord, OutgoingRecord, Transport
from tests.unit.coordinator.reported.builders import HandClock, a_greeting

EVERYBODY = MessagingSettings(auto_admit=lambda _greeting: True)


@dataclass(slots=True)
class OpenPage:
    """Viewers as a test sees them: what was told, by kind."""

    is_watched: bool = True
    told: dict[str, set[str]] = field(default_factory=dict)

    async def wait_until_watched(self) -> None:
        """Return at once when watched, never otherwise."""
        if not self.is_watched:
            await asyncio.Event().wait()

    def changed(self, kind: str, ids: Iterable[str]) -> None:
        """Remember it."""
        self.told.setdefault(kind, set()).update(ids)


@dataclass(slots=True)
class Bench:
    """The record, the messenger and the clock of one test."""

    record: Record
    broker: MemoryBroker
    transport: Transport
    clock: HandClock
    page: OpenPage = field(default_factory=OpenPage)

    @asynccontextmanager
    async def running(self, settings: MessagingSettings = EVERYBODY) -> AsyncIterator[Messaging]:
        """Yield a coordinator's messaging while it runs; a new one each time, over the same record and messenger."""
        stop = asyncio.Event()
        messaging = Messaging(self.record, self.transport, self.clock, self.page, settings)
        task = asyncio.create_task(messaging.run(stop))
        try:
            yield messaging
        finally:
            stop.set()
            await task

    async def say(self, *messages: AnyMessage) -> None:
        """Publish what an agent says."""
        wires = [(topic_of(message), encode(message)) for message in messages]
        await self.transport.publish([OutgoingRecord(topic, w.key, w.value, w.headers) for topic, w in wires])

    def records(self, topic: Topic) -> list[IncomingRecord]:
        """Return everything on a topic, in order per partition."""
        return [
            record
            for partition in range(topic.partitions)
            for record in self.broker.read(topic, partition, (0, 0), 10_000)[0]
        ]

    def heard(self, topic: Topic) -> list[AnyMessage]:
        """Return every message on a topic, in order per partition."""
        return [decode(record.topic, record.key, record.headers, record.value) for record in self.records(topic)]

    def rows(self, table: Table) -> list[Mapping[str, Any]]:
        """Return a table's rows."""
        with self.record.database.reading() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    def file_request(self, host: DesiredHost, request_id: str = "u-1") -> None:
        """File an update request for one host as the coordinator does: revision, request and outbox in one go."""
        sealed = self.record.box.seal(msgspec.json.encode(host))
        now = self.clock.now()
        with self.record.database.transaction() as connection:
            connection.execute(
                AGENTS.update().where(AGENTS.c.id == host.agent_id).values(desired_revision=host.revision)
            )
            connection.execute(
                insert(REVISIONS).values(
                    agent_id=host.agent_id,
                    revision=host.revision,
                    content_digest="d",
                    content_sealed=sealed,
                    created_at=now,
                )
            )
            connection.execute(
                insert(UPDATE_REQUESTS).values(
                    id=request_id,
                    plan_id="p",
                    state="accepted",
                    created_by="test",
                    created_at=now,
                    deadline=now.replace(minute=now.minute + 5),
                )
            )
            connection.execute(
                insert(UPDATE_REQUEST_HOSTS).values(
                    update_request_id=request_id,
                    agent_id=host.agent_id,
                    revision=host.revision,
                    state="accepted",
                    cause="",
                    text="",
                    changed_at=now,
                )
            )
            put_message(connection, self.record.box, host, now)

    def request_state(self, request_id: str = "u-1") -> tuple[str, str]:
        """Return the state and cause of the request's only host; its own state is the same."""
        (host,) = [row for row in self.rows(UPDATE_REQUEST_HOSTS) if row["update_request_id"] == request_id]
        (request,) = [row for row in self.rows(UPDATE_REQUESTS) if row["id"] == request_id]
        assert request["state"] == host["state"]
        return host["state"], host["cause"]

    def end_request(self, request_id: str, state: str) -> None:
        """End the request from outside, as superseding and cancelling do."""
        for table, column in ((UPDATE_REQUESTS, "id"), (UPDATE_REQUEST_HOSTS, "update_request_id")):
            with self.record.database.transaction() as connection:
                connection.execute(update(table).where(table.c[column] == request_id).values(state=state))

    def draft_camera(self, camera_id: str, instance_id: str, agent_id: str) -> None:
        """Put a camera into an instance of the draft, with everything that takes."""
        now, box = self.clock.now(), self.record.box
        with self.record.database.transaction() as connection:
            GreetingIntake(box, lambda _greeting: False).take_in(
                connection, [a_greeting(agent_id=AgentId(agent_id))], now
            )
            connection.execute(insert(PIPELINES).values(id="p-1", name="p", kind="deepstream-app", created_at=now))
            connection.execute(
                insert(INSTANCES).values(
                    id=instance_id,
                    name=instance_id,
                    agent_id=agent_id,
                    pipeline_id="p-1",
                    pipeline_version=1,
                    mode="normal",
                    power="on",
                    created_at=now,
                    updated_at=now,
                )
            )
            connection.execute(
                insert(CAMERAS).values(
                    id=camera_id,
                    name=camera_id,
                    uri="rtsp://127.0.0.1/x",
                    labels={},
                    enabled=True,
                    instance_id=instance_id,
                    created_at=now,
                    updated_at=now,
                )
            )

    def newest_order(self, agent_id: str) -> tuple[int, int] | None:
        """Return the order pair of the newest report stored for the agent."""
        rows = [row for row in self.rows(REPORTED_AGENTS) if row["agent_id"] == agent_id]
        return (rows[0]["start_number"], rows[0]["sequence"]) if rows else None

    def execute(self, statement: str) -> None:
        """Run one statement on the database, from outside."""
        with self.record.database.transaction() as connection:
            connection.execute(text(statement))

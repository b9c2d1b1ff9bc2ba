"""The two brokers that the conformance suite runs on, behind one face."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from confluent_kafka.admin import AdminClient

from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.topics import ALL_TOPICS, Topic
from dsfleet.kit.clock import SystemClock
from dsfleet.transport.kafka import KafkaTransport
from dsfleet.transport.kafka_settings import KafkaOptions
from dsfleet.transport.local_kafka import LocalKafka
from dsfleet.transport.memory import MemoryTransport
from dsfleet.transport.memory_broker import MemoryBroker
from dsfleet.transport.model import GroupReader, IncomingRecord, KeyReader, OutgoingRecord, Transport


class Fabric(Protocol):
    """One broker with topics of its own, and ways to disturb it."""

    def connect(self) -> Transport:
        """Return another connection, not started."""
        ...

    async def delete_topics(self, topics: Sequence[Topic]) -> None:
        """Delete the topics behind everybody's back."""
        ...

    async def stop(self) -> None:
        """Take the broker away; records stay."""
        ...

    async def start(self) -> None:
        """Bring it back."""
        ...


class MemoryFabric:
    """The broker in memory."""

    def __init__(self) -> None:
        """Begin empty."""
        self._broker = MemoryBroker(SystemClock())

    def connect(self) -> Transport:
        """Return another connection; it waits one second for a broker that is away."""
        return MemoryTransport(self._broker, SystemClock(), publish_timeout_s=1.0)

    async def delete_topics(self, topics: Sequence[Topic]) -> None:
        """Delete the topics."""
        self._broker.delete(topics)

    async def stop(self) -> None:
        """Take the broker away."""
        self._broker.go_away()

    async def start(self) -> None:
        """Bring it back."""
        self._broker.come_back()


class KafkaFabric:
    """Apache Kafka, under a prefix of its own; can be stopped only where it was given its broker."""

    def __init__(self, bootstrap: str, broker: LocalKafka | None = None) -> None:
        """Keep the address."""
        self.bootstrap = bootstrap
        self.prefix = f"t{uuid.uuid4().hex[:8]}."
        self._broker = broker

    def connect(self) -> KafkaTransport:
        """Return another connection; a publish waits three seconds for a broker that is away."""
        options = KafkaOptions(topic_prefix=self.prefix, publish_timeout_s=3.0)
        return KafkaTransport(self.bootstrap, "conformance", SystemClock(), options)

    async def delete_topics(self, topics: Sequence[Topic]) -> None:
        """Delete the topics and return when the broker has done so."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        for deleted in admin.delete_topics([self.prefix + topic.name for topic in topics]).values():
            await asyncio.to_thread(deleted.result, 10)

    async def stop(self) -> None:
        """Stop the broker's process."""
        assert self._broker is not None
        await asyncio.to_thread(self._broker.stop)

    async def start(self) -> None:
        """Start it again on the same data and address."""
        assert self._broker is not None
        await asyncio.to_thread(self._broker.start)


class Collector:
    """Reads in the background and keeps what came, in order of arrival."""

    def __init__(self, reader: GroupReader | KeyReader, commits: bool = False) -> None:
        """Begin reading; `commits` commits each batch, which only a group reader can."""
        self.records: list[IncomingRecord] = []
        self.batches: list[Sequence[IncomingRecord]] = []
        self.reader = reader
        self._commits = commits
        self._task = asyncio.create_task(self._read())

    @property
    def values(self) -> list[bytes | None]:
        """The values that came, in order."""
        return [record.value for record in self.records]

    def has(self, *values: bytes) -> Callable[[], bool]:
        """Return a check: every one of the values came."""
        return lambda: set(values) <= set(self.values)

    async def close(self) -> None:
        """Close the reader and return when its iteration has ended."""
        await self.reader.close()
        await asyncio.wait_for(self._task, 10)

    async def _read(self) -> None:
        async for batch in self.reader.batches():
            self.batches.append(batch)
            self.records.extend(batch)
            if self._commits:
                await self.reader.commit(batch)  # type: ignore[union-attr]


@asynccontextmanager
async def connected(fabric: Fabric, topics: Sequence[Topic] = ALL_TOPICS) -> AsyncIterator[Transport]:
    """Yield a started transport whose topics exist; closed in the end."""
    transport = fabric.connect()
    await transport.start()
    try:
        if topics:
            await transport.ensure_topics(topics)
        yield transport
    finally:
        await transport.close()


def an_agent() -> AgentId:
    """Return the id of a new agent."""
    return AgentId(str(uuid.uuid4()))


def a_record(topic: Topic, key: str | None, value: bytes, **headers: str) -> OutgoingRecord:
    """Return a record to publish."""
    return OutgoingRecord(topic, key, value, headers)

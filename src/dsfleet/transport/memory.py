"""The transport inside one process: the same promises as Kafka's, kept in memory, for one event loop.

What several transports share is a MemoryBroker; each transport is one connection to it. Nothing outlives the process.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.problems import Problem, TemporaryError
from dsfleet.contracts.topics import Topic
from dsfleet.kit.clock import Clock
from dsfleet.transport.memory_broker import Membership, MemoryBroker
from dsfleet.transport.model import GroupReader, IncomingRecord, KeyReader, LinkState, OutgoingRecord
from dsfleet.transport.partitioning import partition_of
from dsfleet.transport.size_limit import check_sizes

BATCH_RECORDS = 500
PUBLISH_TIMEOUT_S = 10.0

Batch = Sequence[IncomingRecord]


class MemoryGroupReader:
    """A member of a group; GroupReader over a MemoryBroker."""

    def __init__(self, broker: MemoryBroker, topics: Sequence[Topic], group: str) -> None:
        """Keep what to read; the group is joined once iterated."""
        self._broker = broker
        self._topics = topics
        self._group = group
        self._membership: Membership | None = None
        self._is_closed = False

    async def batches(self) -> AsyncIterator[Batch]:
        """Yield batches in order per partition, from the last commit or the earliest record, until closed."""
        if not self._is_closed and self._membership is None:
            self._membership = self._broker.join(self._group, self._topics)
        while not self._is_closed and self._membership is not None:
            if batch := self._broker.read_as_member(self._membership, BATCH_RECORDS):
                yield batch
            else:
                await self._broker.wait_for_change()

    async def commit(self, batch: Batch) -> None:
        """Make the group go on after the batch, as far as its partitions are still this member's."""
        if self._membership is not None:
            self._broker.commit(self._membership, batch)

    async def close(self) -> None:
        """Leave the group at once."""
        self._is_closed = True
        if self._membership is not None:
            self._broker.leave(self._membership)
            self._membership = None
        self._broker.wake()


class MemoryKeyReader:
    """One agent's records; KeyReader over a MemoryBroker."""

    def __init__(self, broker: MemoryBroker, topics: Sequence[Topic], agent_id: AgentId) -> None:
        """Keep what to read; reading begins, from the earliest record, once iterated."""
        self._broker = broker
        self._agent_id = agent_id
        self._places = [(topic, partition_of(agent_id, topic.partitions)) for topic in topics]
        self._positions: dict[tuple[int, int], tuple[int, int]] = {}
        self._is_closed = False

    async def batches(self) -> AsyncIterator[Batch]:
        """Yield batches of the agent's records, until closed."""
        for topic, partition in self._places:
            self._broker.compact(topic, partition)
        while not self._is_closed:
            batch = [record for place in self._places for record in self._read(*place)]
            if mine := [record for record in batch if record.key == self._agent_id]:
                yield mine
            elif not batch:
                await self._broker.wait_for_change()

    async def close(self) -> None:
        """Stop reading."""
        self._is_closed = True
        self._broker.wake()

    def _read(self, topic: Topic, partition: int) -> Batch:
        place = (topic.number, partition)
        records, self._positions[place] = self._broker.read(
            topic, partition, self._positions.get(place, (0, 0)), BATCH_RECORDS
        )
        return records


class MemoryTransport:
    """One connection to a MemoryBroker; see Transport for what each part promises."""

    def __init__(self, broker: MemoryBroker, clock: Clock, publish_timeout_s: float = PUBLISH_TIMEOUT_S) -> None:
        """Keep the broker; `publish_timeout_s` is how long a publish waits for a broker that is away."""
        self._broker = broker
        self._clock = clock
        self._publish_timeout_s = publish_timeout_s
        self._readers: list[MemoryGroupReader | MemoryKeyReader] = []

    async def start(self) -> None:
        """Nothing needs to be done."""

    async def close(self) -> None:
        """Close the readers."""
        readers, self._readers = self._readers, []
        for reader in readers:
            await reader.close()

    async def ensure_topics(self, topics: Sequence[Topic]) -> None:
        """Create the topics that are missing; TemporaryError `broker-unreachable` while the broker is away."""
        await self._await_broker()
        for topic in topics:
            self._broker.create(topic)

    async def publish(self, records: Sequence[OutgoingRecord]) -> None:
        """Keep every record, in order per key; errors as on Kafka, `topic-missing` included."""
        check_sizes(records)
        await self._await_broker()
        self._broker.append(records)

    def group_reader(self, topics: Sequence[Topic], group: str) -> GroupReader:
        """Return a member of the group; reads once iterated."""
        reader = MemoryGroupReader(self._broker, topics, group)
        self._readers.append(reader)
        return reader

    def key_reader(self, topics: Sequence[Topic], agent_id: AgentId) -> KeyReader:
        """Return a reader of one agent's records."""
        reader = MemoryKeyReader(self._broker, topics, agent_id)
        self._readers.append(reader)
        return reader

    @property
    def link(self) -> LinkState:
        """Up, unless a test took the broker away."""
        return self._broker.link

    async def _await_broker(self) -> None:
        try:
            async with asyncio.timeout(self._publish_timeout_s):
                while not self._broker.link.is_up:
                    await self._broker.wait_for_change()
        except TimeoutError as error:
            raise TemporaryError(
                Problem(code="broker-unreachable", message="The broker in memory is away."), retry_after_s=1.0
            ) from error

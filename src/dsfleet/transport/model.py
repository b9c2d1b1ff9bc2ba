"""What a transport offers, whichever it is: records by topic and key, in order per key, at least once.

Blocking clients are kept off the event loop inside each transport. Nobody outside this folder imports Kafka.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.topics import Topic


@dataclass(frozen=True, slots=True)
class OutgoingRecord:
    """What is to be published; the key decides the partition and the order."""

    topic: Topic
    key: str | None
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """What was read, with its place; `key` and `value` are None where the writer gave none."""

    topic: Topic
    key: str | None
    value: bytes | None
    headers: Mapping[str, str]
    partition: int
    offset: int
    timestamp: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkState:
    """Whether the broker answers. since: when that began. detail: the client's last word on it, empty when up."""

    is_up: bool
    since: datetime
    detail: str = ""


class GroupReader(Protocol):
    """The coordinator's reading: all partitions shared out among the group's members, offsets committed on demand."""

    def batches(self) -> AsyncIterator[Sequence[IncomingRecord]]:
        """Yield batches (at most 500 records or what came within 100 ms) in order per partition, until closed."""
        ...

    async def commit(self, batch: Sequence[IncomingRecord]) -> None:
        """Make the group go on after this batch; call it after the batch's effects are stored."""
        ...

    async def close(self) -> None:
        """Leave the group at once; a batch not committed is delivered again to another reader."""
        ...


class KeyReader(Protocol):
    """An agent's reading: its key on its own partition of each topic, from the earliest record, nothing committed."""

    def batches(self) -> AsyncIterator[Sequence[IncomingRecord]]:
        """Yield batches of records that bear the key, others skipped undecoded, until closed."""
        ...

    async def close(self) -> None:
        """Stop reading."""
        ...


class Transport(Protocol):
    """One connection to the messenger. Start it before use; close it once."""

    async def start(self) -> None:
        """Make the connection. Does not fail while the broker is away: everything waits and goes on by itself."""
        ...

    async def close(self) -> None:
        """Flush what can be flushed within a few seconds and let go."""
        ...

    async def ensure_topics(self, topics: Sequence[Topic]) -> None:
        """Create the topics that are missing, with their partitions, cleanup and size limit.

        Raises TemporaryError `broker-unreachable` when the broker does not answer in 10 s, InputError
        `topic-partitions-differ` when one exists with another partition count.
        """
        ...

    async def publish(self, records: Sequence[OutgoingRecord]) -> None:
        """Return when the broker has every record; in order per key.

        Raises TemporaryError `broker-unreachable` when it has not within the time limit (some may have arrived:
        publish all again), InputError `record-refused` when the broker will never take one.
        """
        ...

    def group_reader(self, topics: Sequence[Topic], group: str) -> GroupReader:
        """Return a member of the group, from the earliest record for a new group; reads once iterated."""
        ...

    def key_reader(self, topics: Sequence[Topic], agent_id: AgentId) -> KeyReader:
        """Return a reader of one agent's records."""
        ...

    @property
    def link(self) -> LinkState:
        """The newest knowledge of whether the broker answers."""
        ...

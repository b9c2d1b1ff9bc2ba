"""What a broker keeps, in memory: topics, their partitions, groups and their offsets."""

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from dsfleet.contracts.problems import InputError, Problem, TemporaryError
from dsfleet.contracts.topics import Cleanup, Topic
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import IncomingRecord, LinkState, OutgoingRecord
from dsfleet.transport.partitioning import partition_of

KEPT_RECORDS = 2_000
"""How many records a partition keeps; a compacted one is compacted when it grows beyond that."""

Position = tuple[int, int]
"""(which making of the topic, next offset): a topic made anew is read from its beginning."""


@dataclass(slots=True)
class Partition:
    """Records in order of their offsets; offsets are never used twice, so some are missing after compaction."""

    records: list[IncomingRecord] = field(default_factory=list)
    next_offset: int = 0

    def compact(self) -> None:
        """Keep the newest record of each key."""
        newest = {record.key: record.offset for record in self.records}
        self.records = [record for record in self.records if newest[record.key] == record.offset]

    def after(self, offset: int, limit: int) -> list[IncomingRecord]:
        """Return up to `limit` records from that offset on."""
        start = bisect_left(self.records, offset, key=lambda record: record.offset)
        return self.records[start : start + limit]


@dataclass(slots=True)
class StoredTopic:
    """A topic as made: `making` tells it from an earlier one of the same name."""

    topic: Topic
    making: int
    partitions: list[Partition]


@dataclass(eq=False, slots=True)
class Membership:
    """One member of a group: the partitions it holds and how far it was given records in each of them."""

    group: str
    topics: Sequence[Topic]
    positions: dict[tuple[int, int], Position] = field(default_factory=dict)


class MemoryBroker:
    """Shared by the transports of one process and one event loop."""

    def __init__(self, clock: Clock) -> None:
        """Begin empty and up."""
        self._clock = clock
        self._topics_by_number: dict[int, StoredTopic] = {}
        self._members_by_group: dict[str, list[Membership]] = {}
        self._committed: dict[tuple[str, int, int], Position] = {}
        self._making = 0
        self._changed = asyncio.Event()
        self.link = LinkState(is_up=True, since=clock.now())

    def create(self, topic: Topic) -> None:
        """Make the topic if it is missing; InputError `topic-partitions-differ` as on Kafka."""
        found = self._topics_by_number.get(topic.number)
        if found is not None:
            _check_partitions(found, topic)
            return
        self._making += 1
        partitions = [Partition() for _ in range(topic.partitions)]
        self._topics_by_number[topic.number] = StoredTopic(topic, self._making, partitions)
        self._share_out_all()
        self.wake()

    def delete(self, topics: Sequence[Topic]) -> None:
        """Forget the topics, their records and the groups' places in them."""
        for topic in topics:
            self._topics_by_number.pop(topic.number, None)
        self._share_out_all()
        self.wake()

    def go_away(self, detail: str = "stopped") -> None:
        """Answer nobody from now on; records stay."""
        self.link = LinkState(is_up=False, since=self._clock.now(), detail=detail)
        self.wake()

    def come_back(self) -> None:
        """Answer again."""
        self.link = LinkState(is_up=True, since=self._clock.now())
        self.wake()

    def append(self, records: Sequence[OutgoingRecord]) -> None:
        """Keep the records, all or none; TemporaryError `topic-missing`."""
        for record in records:
            self._stored(record.topic)
        for record in records:
            self._append(self._stored(record.topic), record)
        self.wake()

    def read(
        self, topic: Topic, partition: int, position: Position, limit: int
    ) -> tuple[Sequence[IncomingRecord], Position]:
        """Return up to `limit` records from the position on, and the position after them."""
        stored = self._topics_by_number.get(topic.number)
        if stored is None or not self.link.is_up:
            return [], position
        offset = position[1] if position[0] == stored.making else 0
        records = stored.partitions[partition].after(offset, limit)
        return records, (stored.making, records[-1].offset + 1 if records else offset)

    def compact(self, topic: Topic, partition: int) -> None:
        """Keep only the newest record of each key, where the topic is kept that way."""
        stored = self._topics_by_number.get(topic.number)
        if stored is not None and topic.cleanup is Cleanup.COMPACT:
            stored.partitions[partition].compact()

    def join(self, group: str, topics: Sequence[Topic]) -> Membership:
        """Return a new member; the group's partitions are shared out anew."""
        member = Membership(group, topics)
        self._members_by_group.setdefault(group, []).append(member)
        self._share_out(group)
        return member

    def leave(self, member: Membership) -> None:
        """Take the member out of its group; what it had not committed goes to the others."""
        members = self._members_by_group[member.group]
        if member in members:
            members.remove(member)
        member.positions.clear()
        self._share_out(member.group)
        self.wake()

    def read_as_member(self, member: Membership, limit: int) -> Sequence[IncomingRecord]:
        """Return up to `limit` records of the member's partitions and move it beyond them."""
        batch: list[IncomingRecord] = []
        for number, partition in member.positions:
            topic = self._topics_by_number[number].topic
            place = (number, partition)
            records, member.positions[place] = self.read(topic, partition, member.positions[place], limit - len(batch))
            batch.extend(records)
        return batch

    def commit(self, member: Membership, batch: Sequence[IncomingRecord]) -> None:
        """Remember where the group goes on, for partitions the member still holds."""
        for record in batch:
            position = member.positions.get((record.topic.number, record.partition))
            if position is not None and record.offset < position[1]:
                place = (member.group, record.topic.number, record.partition)
                self._committed[place] = (position[0], record.offset + 1)

    async def wait_for_change(self) -> None:
        """Return when something changed after this call."""
        await self._changed.wait()

    def wake(self) -> None:
        """Let everybody who waits look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _append(self, stored: StoredTopic, record: OutgoingRecord) -> None:
        number = stored.topic.partitions
        index = 0 if record.key is None else partition_of(record.key, number)
        partition = stored.partitions[index]
        partition.records.append(
            IncomingRecord(
                topic=stored.topic,
                key=record.key,
                value=record.value,
                headers=dict(record.headers),
                partition=index,
                offset=partition.next_offset,
                timestamp=self._clock.now(),
            )
        )
        partition.next_offset += 1
        if len(partition.records) > KEPT_RECORDS:
            if stored.topic.cleanup is Cleanup.COMPACT:
                partition.compact()
            else:
                del partition.records[: KEPT_RECORDS // 2]

    def _stored(self, topic: Topic) -> StoredTopic:
        stored = self._topics_by_number.get(topic.number)
        if stored is None:
            raise TemporaryError(
                Problem(code="topic-missing", message=f"The broker in memory has no topic {topic.name}."),
                retry_after_s=1.0,
            )
        return stored

    def _share_out_all(self) -> None:
        for group in self._members_by_group:
            self._share_out(group)

    def _share_out(self, group: str) -> None:
        """Give each partition to one member, in turn; one that moves goes on after the last commit."""
        members = self._members_by_group[group]
        for index, member in enumerate(members):
            held = [
                (stored, partition)
                for topic in member.topics
                if (stored := self._topics_by_number.get(topic.number)) is not None
                for partition in range(stored.topic.partitions)
                if partition % len(members) == index
            ]
            member.positions = {
                (stored.topic.number, partition): self._place_of(member, stored, partition)
                for stored, partition in held
            }

    def _place_of(self, member: Membership, stored: StoredTopic, partition: int) -> Position:
        place = (stored.topic.number, partition)
        own = member.positions.get(place)
        if own is not None and own[0] == stored.making:
            return own
        committed = self._committed.get((member.group, *place))
        return committed if committed is not None and committed[0] == stored.making else (stored.making, 0)


def _check_partitions(found: StoredTopic, topic: Topic) -> None:
    if len(found.partitions) == topic.partitions:
        return
    raise InputError(
        Problem(
            code="topic-partitions-differ",
            message=f"Topic {topic.name} has {len(found.partitions)} partitions; {topic.partitions} are wanted.",
        )
    )

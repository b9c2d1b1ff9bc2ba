"""What only the broker in memory decides: how much it keeps, and whose records are whose."""

from dsfleet.contracts.topics import CONFIGURATION, STATUS
from dsfleet.transport.memory_broker import KEPT_RECORDS, MemoryBroker
from dsfleet.transport.model import OutgoingRecord
from dsfleet.transport.partitioning import partition_of
from tests.unit.transport.clocks import HandClock

KEY = "agent"
HOME = partition_of(KEY, 8)


def a_broker(*numbers: int) -> MemoryBroker:
    """Return a broker whose status topic holds these numbers as values."""
    broker = MemoryBroker(HandClock())
    broker.create(STATUS)
    broker.create(CONFIGURATION)
    broker.append([OutgoingRecord(STATUS, KEY, str(number).encode()) for number in numbers])
    return broker


def test_old_records_make_room_but_offsets_go_on() -> None:
    """A partition never keeps more than its share; what is left is the newest, under its own offsets."""
    broker = a_broker(*range(KEPT_RECORDS + 1))
    records, _ = broker.read(STATUS, HOME, (0, 0), 10 * KEPT_RECORDS)
    assert len(records) <= KEPT_RECORDS
    assert [record.offset for record in records] == [int(record.value or b"") for record in records]
    assert records[-1].value == str(KEPT_RECORDS).encode()


def test_a_compacted_partition_never_loses_a_key() -> None:
    """However many records came, the newest of every key is still there."""
    broker = a_broker()
    quiet = next(f"k{n}" for n in range(100) if partition_of(f"k{n}", 8) == HOME)
    broker.append([OutgoingRecord(CONFIGURATION, quiet, b"kept")])
    broker.append([OutgoingRecord(CONFIGURATION, KEY, str(n).encode()) for n in range(3 * KEPT_RECORDS)])
    broker.compact(CONFIGURATION, HOME)
    records, _ = broker.read(CONFIGURATION, HOME, (0, 0), 10 * KEPT_RECORDS)
    newest = str(3 * KEPT_RECORDS - 1).encode()
    assert {record.key: record.value for record in records} == {quiet: b"kept", KEY: newest}


def test_a_commit_of_a_lost_partition_changes_nothing() -> None:
    """A member that lost a partition cannot move the group's place in it."""
    broker = a_broker(1, 2)
    first = broker.join("g", [STATUS])
    batch = broker.read_as_member(first, 10)
    broker.leave(first)
    broker.commit(first, batch)
    second = broker.join("g", [STATUS])
    assert [record.value for record in broker.read_as_member(second, 10)] == [b"1", b"2"]


def test_members_take_turns_and_never_share_a_partition() -> None:
    """Every partition belongs to exactly one member."""
    broker = a_broker()
    members = [broker.join("g", [STATUS]) for _ in range(3)]
    held = [place for member in members for place in member.positions]
    assert sorted(held) == [(STATUS.number, partition) for partition in range(STATUS.partitions)]


def test_nothing_is_read_while_the_broker_is_away() -> None:
    """Records stay, and are read after the return from the same place."""
    broker = a_broker(1)
    broker.go_away()
    records, position = broker.read(STATUS, HOME, (0, 0), 10)
    assert not records
    broker.come_back()
    records, _ = broker.read(STATUS, HOME, position, 10)
    assert [record.value for record in records] == [b"1"]

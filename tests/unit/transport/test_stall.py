"""When a consumer that gets nothing is taken to be of no more use."""

from dataclasses import dataclass, field

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from dsfleet.transport.stall import CONFIRM_S, QUIET_S, StallWatch
from tests.unit.transport.clocks import HandClock


@dataclass
class AConsumer:
    """What the broker says about one partition, and how far it was read. Stands for a client that has gone deaf."""

    position_offset: int = 3
    first: int = 0
    end: int = 3
    has_partitions: bool = True
    answers: bool = True
    questions: list[TopicPartition] = field(default_factory=list)

    def assignment(self) -> list[TopicPartition]:
        """Return the partition, or none."""
        return [TopicPartition("t", 0)] if self.has_partitions else []

    def position(self, places: list[TopicPartition]) -> list[TopicPartition]:
        """Return how far it was read."""
        return [TopicPartition(place.topic, place.partition, self.position_offset) for place in places]

    def get_watermark_offsets(self, place: TopicPartition, timeout: float, cached: bool) -> tuple[int, int]:
        """Return first offset and end, as the broker says now."""
        assert timeout > 0
        assert not cached
        self.questions.append(place)
        if not self.answers:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        return self.first, self.end


def stalled_after(consumer: AConsumer, *waits_s: float) -> list[bool]:
    """Return what a watch says after each of the waits."""
    clock = HandClock()
    watch = StallWatch(clock)
    answers = []
    for wait_s in waits_s:
        clock.move(wait_s)
        answers.append(watch.is_stalled(consumer))  # type: ignore[arg-type]
    return answers


def test_a_consumer_at_the_end_is_well() -> None:
    """Where everything was read, silence means nothing."""
    assert stalled_after(AConsumer(), QUIET_S, QUIET_S, QUIET_S) == [False, False, False]


def test_records_that_do_not_arrive_are_a_stall_when_seen_twice() -> None:
    """Unread records count only at the second look, for they may be on their way at the first."""
    assert stalled_after(AConsumer(end=4), QUIET_S, CONFIRM_S) == [False, True]


def test_fewer_records_than_were_read_are_a_stall() -> None:
    """A topic that ends before our place was made anew."""
    assert stalled_after(AConsumer(position_offset=9, end=2), QUIET_S, CONFIRM_S) == [False, True]


def test_a_partition_never_read_is_judged_by_having_records() -> None:
    """Without a place of ours, an empty partition is well and one with records is not."""
    assert stalled_after(AConsumer(position_offset=-1001, first=5, end=5), QUIET_S, CONFIRM_S) == [False, False]
    assert stalled_after(AConsumer(position_offset=-1001, first=5, end=6), QUIET_S, CONFIRM_S) == [False, True]


def test_the_broker_is_not_asked_before_it_was_quiet_for_a_while() -> None:
    """Nothing is asked within the quiet time."""
    consumer = AConsumer(end=4)
    assert stalled_after(consumer, QUIET_S / 2, QUIET_S / 4) == [False, False]
    assert consumer.questions == []


def test_arriving_records_clear_the_suspicion() -> None:
    """A record between the two looks means that the consumer works."""
    clock = HandClock()
    watch = StallWatch(clock)
    consumer = AConsumer(end=4)
    clock.move(QUIET_S)
    assert not watch.is_stalled(consumer)  # type: ignore[arg-type]
    watch.records_arrived()
    clock.move(QUIET_S)
    assert not watch.is_stalled(consumer)  # type: ignore[arg-type]


def test_losing_every_partition_is_a_stall_and_never_having_had_one_is_not() -> None:
    """A group that hands out nothing any more is joined again; a spare member just waits."""
    assert stalled_after(AConsumer(has_partitions=False), QUIET_S, CONFIRM_S) == [False, False]
    clock = HandClock()
    watch = StallWatch(clock)
    watch.records_arrived()
    lost = AConsumer(has_partitions=False)
    clock.move(QUIET_S)
    assert not watch.is_stalled(lost)  # type: ignore[arg-type]
    clock.move(CONFIRM_S)
    assert watch.is_stalled(lost)  # type: ignore[arg-type]


def test_not_being_able_to_look_is_no_stall() -> None:
    """A broker that does not answer says nothing about the consumer."""
    assert stalled_after(AConsumer(end=4, answers=False), QUIET_S, QUIET_S) == [False, False]

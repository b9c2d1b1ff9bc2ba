"""Notices a consumer that gets nothing although the broker holds records it has not read.

librdkafka (seen in 2.16) keeps the highest leader epoch it ever saw of a topic's name. A topic deleted and made anew
starts at epoch 0, so its metadata is taken for outdated and every fetch fails, for ever and without an error event.
A new consumer reads the new topic well; this tells when one is needed.
"""

from confluent_kafka import Consumer, KafkaException, TopicPartition

from dsfleet.kit.clock import Clock

QUIET_S = 15.0
"""After so long without a record the broker is asked whether there are any."""

CONFIRM_S = 2.0
"""A record may be on its way at the moment of asking; only a second look after this long counts."""

ANSWER_TIMEOUT_S = 2.0


class StallWatch:
    """Looks after one consumer; used by the thread that polls it."""

    def __init__(self, clock: Clock) -> None:
        """Begin as if records had just arrived."""
        self._clock = clock
        self._next_look_s = clock.monotonic_s() + QUIET_S
        self._is_suspected = False
        self._had_partitions = False

    def records_arrived(self) -> None:
        """The consumer delivered something, so it works."""
        self._had_partitions = True
        self._is_suspected = False
        self._next_look_s = self._clock.monotonic_s() + QUIET_S

    def link_is_down(self) -> None:
        """Nothing can arrive now; the quiet time begins once the link is up."""
        self._is_suspected = False
        self._next_look_s = self._clock.monotonic_s() + QUIET_S

    def is_stalled(self, consumer: Consumer) -> bool:
        """Return whether the consumer is of no more use; asks the broker at most once in a while."""
        now = self._clock.monotonic_s()
        if now < self._next_look_s:
            return False
        is_behind = self._is_behind(consumer)
        is_confirmed = is_behind and self._is_suspected
        self._is_suspected = is_behind
        self._next_look_s = now + (CONFIRM_S if is_behind else QUIET_S)
        return is_confirmed

    def _is_behind(self, consumer: Consumer) -> bool:
        places = consumer.position(consumer.assignment())
        if not places:
            # A group whose topics were all deleted and made anew hands out no partitions until somebody joins again.
            return self._had_partitions
        self._had_partitions = True
        return any(_has_other_records(consumer, place) for place in places)


def _has_other_records(consumer: Consumer, place: TopicPartition) -> bool:
    """Return whether the partition holds records that were not delivered, or fewer than were (it was made anew)."""
    try:
        answer = consumer.get_watermark_offsets(place, timeout=ANSWER_TIMEOUT_S, cached=False)
    except KafkaException:
        return False  # could not look; the link's own watch says why
    if answer is None:
        return False
    first, end = answer
    if place.offset < 0:
        return bool(end > first)
    return bool(end != place.offset)

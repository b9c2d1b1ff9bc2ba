"""The settings that librdkafka and the broker are given."""

import pytest

from dsfleet.contracts.topics import ALL_TOPICS, CONFIGURATION, MAX_VALUE_BYTES, STATUS, Cleanup, Topic
from dsfleet.transport.kafka_settings import (
    Connection,
    KafkaOptions,
    assigned_settings,
    group_settings,
    producer_settings,
    topic_settings,
)

PLAIN = Connection("127.0.0.1:9092", "me", KafkaOptions())
SECURED = Connection(
    "127.0.0.1:9092", "me", KafkaOptions(extra={"security.protocol": "sasl_ssl", "socket.timeout.ms": "1"})
)


def test_additional_settings_win_everywhere() -> None:
    """What an operator gives in addition reaches every client and replaces our own value."""
    for settings in (producer_settings(SECURED), group_settings(SECURED, "g"), assigned_settings(SECURED)):
        assert settings["security.protocol"] == "sasl_ssl"
        assert settings["socket.timeout.ms"] == "1"


def test_nothing_is_committed_that_was_not_stored_by_hand() -> None:
    """A group member's client never stores offsets on its own; an agent's never commits."""
    group, assigned = group_settings(PLAIN, "g"), assigned_settings(PLAIN)
    assert group["enable.auto.offset.store"] is False
    assert assigned["enable.auto.commit"] is False
    assert assigned["enable.auto.offset.store"] is False


def test_a_prefix_stands_before_topics_and_groups() -> None:
    """With a prefix, neither topics nor groups meet those of others on the same broker."""
    connection = Connection("127.0.0.1:9092", "me", KafkaOptions(topic_prefix="p."))
    assert connection.name_of(STATUS) == "p.dsfleet.220.status"
    assert group_settings(connection, "g")["group.id"] == "p.g"


@pytest.mark.parametrize("topic", ALL_TOPICS, ids=lambda topic: topic.name)
def test_a_topic_takes_the_largest_value_and_is_kept_as_declared(topic: Topic) -> None:
    """The broker's limit leaves room for key and headers; cleanup and retention are the contract's."""
    settings = topic_settings(topic)
    assert int(settings["max.message.bytes"]) > MAX_VALUE_BYTES
    assert settings["cleanup.policy"] == topic.cleanup.value
    assert settings.get("retention.ms") == (None if topic.retention_ms is None else str(topic.retention_ms))


def test_compacted_topics_close_their_segments_soon() -> None:
    """Compaction touches closed segments only, so a compacted topic closes one every hour."""
    assert CONFIGURATION.cleanup is Cleanup.COMPACT
    assert topic_settings(CONFIGURATION)["segment.ms"] == "3600000"
    assert "segment.ms" not in topic_settings(STATUS)

"""The settings of librdkafka that every client of ours starts with, each with its reason.

Names and meanings: librdkafka 2.x, CONFIGURATION.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dsfleet.contracts.topics import MAX_VALUE_BYTES, Cleanup, Topic

RECORD_OVERHEAD_BYTES = 16 * 1024
"""Room for key, headers and Kafka's own framing beside the largest value."""

MAX_RECORD_BYTES = MAX_VALUE_BYTES + RECORD_OVERHEAD_BYTES

SESSION_TIMEOUT_MS = 6_000
"""How soon a dead group member's partitions go to another: the broker's least (group.min.session.timeout.ms)."""

COMPACTION = {
    "cleanup.policy": "compact",
    # A segment is compacted only once closed: hourly, so a reader from the earliest record finds few old ones.
    "segment.ms": str(60 * 60 * 1000),
    "segment.bytes": str(64 * 1024 * 1024),
    "min.cleanable.dirty.ratio": "0.1",
}

Setting = str | int | float | bool


@dataclass(frozen=True, slots=True)
class KafkaOptions:
    """What differs from one installation or test to the next.

    topic_prefix stands before every topic and group name. extra: librdkafka settings that win over ours, such as
    `security.protocol` and `sasl.*`. ask_every_s: a process that says little asks the broker that often whether it
    still answers, for one that hangs breaks no connection; None for one whose own messages tell it soon enough.
    """

    topic_prefix: str = ""
    replication_factor: int = 1
    publish_timeout_s: float = 10.0
    ask_every_s: float | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the broker is and as whom we speak."""

    bootstrap: str
    client_id: str
    options: KafkaOptions

    def name_of(self, topic: Topic) -> str:
        """Return the topic's name on the broker."""
        return self.options.topic_prefix + topic.name


def client_settings(connection: Connection) -> dict[str, Setting]:
    """Return what producers, consumers and administrators share."""
    return {
        "bootstrap.servers": connection.bootstrap,
        "client.id": connection.client_id,
        "socket.keepalive.enable": True,
        # A host that vanished without closing its connection is given up after this, not after a minute.
        "socket.timeout.ms": 15_000,
        "socket.connection.setup.timeout.ms": 5_000,
        "reconnect.backoff.ms": 500,
        "reconnect.backoff.max.ms": 2_000,
        # Complaints reach us as events, once; librdkafka's own lines repeat at every attempt.
        "log_level": 2,
        "log.connection.close": False,
        "enable.metrics.push": False,
        **connection.options.extra,
    }


def producer_settings(connection: Connection) -> dict[str, Setting]:
    """Return the settings of the idempotent producer: in order per partition, nothing twice."""
    timeout_ms = int(connection.options.publish_timeout_s * 1000)
    return {
        "enable.idempotence": True,
        "partitioner": "murmur2_random",
        "linger.ms": 5,
        "message.timeout.ms": timeout_ms,
        "message.max.bytes": MAX_RECORD_BYTES,
        # How long a topic may be unknown before a record for it is given up, well before the time limit.
        "topic.metadata.propagation.max.ms": min(3_000, timeout_ms // 2),
        **client_settings(connection),
    }


def group_settings(connection: Connection, group: str) -> dict[str, Setting]:
    """Return the settings of a group member; only offsets stored by us are ever committed."""
    return {
        **_reading_settings(),
        "group.id": connection.options.topic_prefix + group,
        "session.timeout.ms": SESSION_TIMEOUT_MS,
        "heartbeat.interval.ms": 2_000,
        "max.poll.interval.ms": 60_000,
        "partition.assignment.strategy": "cooperative-sticky",
        # How soon a member learns that topics were made anew after all of them had been deleted.
        "topic.metadata.refresh.interval.ms": 10_000,
        # Stored by hand after a batch's effects are kept; the client repeats the commit where the broker was away.
        "enable.auto.offset.store": False,
        "enable.auto.commit": True,
        "auto.commit.interval.ms": 1_000,
        **client_settings(connection),
    }


def assigned_settings(connection: Connection) -> dict[str, Setting]:
    """Return the settings of a reader whose partitions are assigned by hand and that commits nothing."""
    return {
        **_reading_settings(),
        # Nobody joins this group; the client refuses to start without a name.
        "group.id": connection.options.topic_prefix + "dsfleet-assigned",
        "enable.auto.offset.store": False,
        "enable.auto.commit": False,
        **client_settings(connection),
    }


def topic_settings(topic: Topic) -> dict[str, str]:
    """Return the broker's settings of a topic (Apache Kafka 4.1, topic configurations)."""
    limit = {"max.message.bytes": str(MAX_RECORD_BYTES)}
    if topic.cleanup is Cleanup.COMPACT:
        return limit | COMPACTION
    return limit | {"cleanup.policy": "delete", "retention.ms": str(topic.retention_ms or -1)}


def _reading_settings() -> dict[str, Setting]:
    return {
        "auto.offset.reset": "earliest",
        # The default of a second starves a consumer whose queue was full for a moment.
        "fetch.queue.backoff.ms": 5,
        "queued.max.messages.kbytes": 16 * 1024,
        "fetch.message.max.bytes": MAX_RECORD_BYTES,
    }

"""What only Apache Kafka can show: compaction on disk, a killed member, topic settings, strangers' records."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from dsfleet.contracts.problems import InputError, TemporaryError
from dsfleet.contracts.topics import ALL_TOPICS, CONFIGURATION, MAX_VALUE_BYTES, STATUS, Cleanup, Topic
from dsfleet.kit.clock import SystemClock
from dsfleet.transport.kafka import KafkaTransport
from dsfleet.transport.kafka_settings import KafkaOptions
from tests.eventually import eventually
from tests.integration.transport.fabric import Collector, KafkaFabric, a_record, an_agent, connected

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

STUCK_MEMBER = """
import asyncio, sys
from dsfleet.contracts.topics import STATUS
from dsfleet.kit.clock import SystemClock
from dsfleet.transport.kafka import KafkaTransport
from dsfleet.transport.kafka_settings import KafkaOptions

async def read_and_hang():
    transport = KafkaTransport(sys.argv[1], "stuck", SystemClock(), KafkaOptions(topic_prefix=sys.argv[2]))
    await transport.start()
    async for batch in transport.group_reader([STATUS], "g").batches():
        print(len(batch), flush=True)
        await asyncio.Event().wait()

asyncio.run(read_and_hang())
"""


def settings_of(kafka: KafkaFabric, topic: Topic) -> dict[str, str | None]:
    """Return the topic's settings as the broker has them."""
    resource = ConfigResource(ResourceType.TOPIC, kafka.prefix + topic.name)
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    (described,) = admin.describe_configs([resource]).values()
    return {name: entry.value for name, entry in described.result(10).items()}


def hurry_compaction(kafka: KafkaFabric, topic: Topic) -> None:
    """Let the broker compact the topic within a second or two instead of within an hour."""
    changes = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for name, value in (("segment.ms", "100"), ("min.cleanable.dirty.ratio", "0.001"))
    ]
    resource = ConfigResource(ResourceType.TOPIC, kafka.prefix + topic.name, incremental_configs=changes)
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    (altered,) = admin.incremental_alter_configs([resource]).values()
    altered.result(10)


async def test_topics_are_kept_as_the_contract_says(kafka: KafkaFabric) -> None:
    """Cleanup, retention and size limit of every topic arrive at the broker."""
    async with connected(kafka):
        found = {topic: await asyncio.to_thread(settings_of, kafka, topic) for topic in ALL_TOPICS}
    for topic, settings in found.items():
        assert settings["cleanup.policy"] == topic.cleanup.value
        assert int(settings["max.message.bytes"] or 0) > MAX_VALUE_BYTES
        if topic.cleanup is Cleanup.DELETE:
            assert settings["retention.ms"] == str(topic.retention_ms)


async def test_the_broker_drops_superseded_records_and_keeps_the_newest(kafka: KafkaFabric) -> None:
    """Once compacted, a new key reader gets the newest record and not the earlier ones."""
    agent = an_agent()
    async with connected(kafka) as transport:
        await asyncio.to_thread(hurry_compaction, kafka, CONFIGURATION)
        for number in range(5):
            await transport.publish([a_record(CONFIGURATION, agent, str(number).encode())])

        async def only_the_newest_two() -> bool:
            # Another record closes the segment before it; the newest segment itself is never compacted.
            await transport.publish([a_record(CONFIGURATION, agent, b"last")])
            collector = Collector(transport.key_reader([CONFIGURATION], agent))
            await eventually(collector.has(b"last"))
            await collector.close()
            return not set(collector.values) & {b"0", b"1", b"2", b"3", b"4"}

        await eventually(only_the_newest_two, timeout_s=40, interval_s=0.5)


async def test_what_a_killed_member_had_read_goes_to_another(kafka: KafkaFabric) -> None:
    """A member killed between reading and committing loses nothing: another gets the records within its session."""
    agent = an_agent()
    async with connected(kafka) as transport:
        await transport.publish([a_record(STATUS, agent, b"1"), a_record(STATUS, agent, b"2")])
        stuck = subprocess.Popen(
            [sys.executable, "-c", STUCK_MEMBER, kafka.bootstrap, kafka.prefix], stdout=subprocess.PIPE
        )
        try:
            assert stuck.stdout is not None
            assert await asyncio.wait_for(asyncio.to_thread(stuck.stdout.readline), 30)
        finally:
            os.kill(stuck.pid, signal.SIGKILL)
            stuck.communicate()
        collector = Collector(transport.group_reader([STATUS], "g"), commits=True)
        await eventually(collector.has(b"1", b"2"), timeout_s=30)


async def test_a_strangers_record_is_delivered_as_it_is(kafka: KafkaFabric) -> None:
    """A record without key, value or UTF-8 reaches the reader, so that it can be refused by name and not by a crash."""
    async with connected(kafka) as transport:
        stranger = Producer({"bootstrap.servers": kafka.bootstrap})
        name = kafka.prefix + STATUS.name
        stranger.produce(name, key=None, value=None, partition=0)
        stranger.produce(name, key=b"\xff\xfe", value=b"x", headers=[("h\xe4", b"\xff"), ("empty", None)], partition=0)
        assert stranger.flush(10) == 0
        collector = Collector(transport.group_reader([STATUS], "g"), commits=True)
        await eventually(lambda: len(collector.records) >= 2, timeout_s=20)
    first, second = collector.records
    assert (first.key, first.value, first.headers) == (None, None, {})
    assert (second.key, second.value) == ("\ufffd\ufffd", b"x")
    assert second.headers == {"h\xe4": "\ufffd", "empty": ""}


async def test_a_setting_the_client_does_not_know_is_said_at_once() -> None:
    """A wrong additional setting fails at the start, with the client's own words, and not somewhere in a thread."""
    options = KafkaOptions(extra={"sasl.mechanism": "PLAIN", "no.such.setting": "1"})
    with pytest.raises(InputError, match=r"no\.such\.setting") as refusal:
        await KafkaTransport("127.0.0.1:1", "t", SystemClock(), options).start()
    assert refusal.value.problem.code == "kafka-settings-invalid"


async def test_publishing_before_the_start_is_a_mistake() -> None:
    """A transport that was not started does not pretend to have published."""
    with pytest.raises(RuntimeError, match="before start"):
        await KafkaTransport("127.0.0.1:1", "t", SystemClock()).publish([])


async def test_closing_takes_seconds_at_most_while_the_broker_is_away() -> None:
    """With readers and records waiting, close returns within a few seconds of a broker that never answered."""
    transport = KafkaTransport("127.0.0.1:1", "t", SystemClock())
    await transport.start()
    readers = [
        Collector(transport.key_reader([CONFIGURATION], an_agent())),
        Collector(transport.group_reader([STATUS], "g")),
    ]
    waiting = asyncio.create_task(transport.publish([a_record(STATUS, an_agent(), b"1")]))
    await eventually(lambda: transport.link.detail != "no answer yet")
    async with asyncio.timeout(8):
        await transport.close()
    results = await asyncio.gather(waiting, *(reader.close() for reader in readers), return_exceptions=True)
    assert isinstance(results[0], TemporaryError)
    assert results[0].problem.code == "broker-unreachable"

"""Brokers for the transport's tests."""

from collections.abc import Iterator

import pytest

from dsfleet.transport.local_kafka import LocalKafka
from tests.integration.transport.fabric import Fabric, KafkaFabric, MemoryFabric


@pytest.fixture(params=["memory", "kafka"])
def fabric(request: pytest.FixtureRequest) -> Fabric:
    """Each broker in turn, with no topics yet."""
    if request.param == "memory":
        return MemoryFabric()
    return KafkaFabric(request.getfixturevalue("kafka_bootstrap"))


@pytest.fixture
def kafka(kafka_bootstrap: str) -> KafkaFabric:
    """Apache Kafka alone, with no topics yet."""
    return KafkaFabric(kafka_bootstrap)


@pytest.fixture(scope="module")
def private_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """A broker that tests may stop; started by whoever needs it."""
    broker = LocalKafka(tmp_path_factory.mktemp("private-kafka"))
    yield broker
    broker.stop()


@pytest.fixture(params=["memory", "kafka"])
def stoppable(request: pytest.FixtureRequest) -> Fabric:
    """Each broker in turn, running, and free to be stopped."""
    if request.param == "memory":
        return MemoryFabric()
    broker: LocalKafka = request.getfixturevalue("private_broker")
    broker.start()
    return KafkaFabric(broker.bootstrap, broker)

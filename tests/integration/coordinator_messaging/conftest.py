"""Fixtures of the messaging tests: a database, a clock turned by hand, a messenger in memory."""

from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from dsfleet.contracts.topics import ALL_TOPICS
from dsfleet.coordinator.messaging.model import Record
from dsfleet.coordinator.storage.database import Database
from dsfleet.coordinator.storage.secret_box import SecretBox
from dsfleet.coordinator.storage.tables import METADATA
from dsfleet.transport.memory import MemoryTransport
from dsfleet.transport.memory_broker import MemoryBroker
from tests.integration.coordinator_messaging.loop_bench import Bench
from tests.unit.coordinator.reported.builders import NOON, HandClock


@pytest.fixture(autouse=True)
def log() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged is kept, not printed: drawing a traceback takes seconds."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty coordinator's database."""
    database = Database(f"sqlite:///{tmp_path / 'coordinator.db'}")
    METADATA.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands at noon."""
    return HandClock(NOON)


@pytest.fixture
def bench(database: Database, clock: HandClock) -> Bench:
    """Everything a test of messaging needs, topics made."""
    broker = MemoryBroker(clock)
    for topic in ALL_TOPICS:
        broker.create(topic)
    record = Record(database, SecretBox(Fernet.generate_key()))
    return Bench(record, broker, MemoryTransport(broker, clock, publish_timeout_s=0.2), clock)

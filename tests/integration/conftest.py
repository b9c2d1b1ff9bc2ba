"""Real parts that integration tests share: one Apache Kafka per test run, whichever worker needs it first."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from dsfleet.transport.local_kafka import LocalKafka
from tests.eventually import eventually_sync

OTHER_WORKERS_TIMEOUT_S = 240


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run the asynchronous tests on asyncio, as the programs do."""
    return "asyncio"


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Apache Kafka: DSFLEET_KAFKA, else one started for this run; fails without one."""
    given = os.environ.get("DSFLEET_KAFKA")
    if given:
        yield given
        return
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with _shared_kafka(folder) as bootstrap:
        yield bootstrap


@contextmanager
def _shared_kafka(folder: Path) -> Iterator[str]:
    """Yield the address of the run's broker; the worker that started it stops it when no other uses it any more."""
    address, users = folder / "kafka.address", folder / "kafka-users"
    users.mkdir(exist_ok=True)
    mine = users / str(os.getpid())
    started: LocalKafka | None = None
    with _locked(folder / "kafka.lock"):
        if not address.exists():
            started = LocalKafka(folder / f"kafka-{os.getpid()}")
            started.start()
            address.write_text(started.bootstrap)
        mine.touch()
        bootstrap = address.read_text()
    try:
        yield bootstrap
    finally:
        mine.unlink()
        if started is not None:
            _stop_when_unused(started, folder, users)


def _stop_when_unused(broker: LocalKafka, folder: Path, users: Path) -> None:
    def nobody_uses_it() -> bool:
        with _locked(folder / "kafka.lock"):
            if any(psutil.pid_exists(int(user.name)) for user in users.iterdir()):
                return False
            (folder / "kafka.address").unlink()
            return True

    try:
        eventually_sync(nobody_uses_it, timeout_s=OTHER_WORKERS_TIMEOUT_S, interval_s=0.5)
    finally:
        broker.stop()


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield

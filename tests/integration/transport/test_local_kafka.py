"""The broker that the demo, the command and the tests start: it comes, stays, goes, and never outlives its starter."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from dsfleet.transport.kafka_jars import KafkaUnavailableError
from dsfleet.transport.local_kafka import LocalKafka
from dsfleet.transport.local_places import LOOPBACK, free_port
from tests.eventually import eventually_sync

pytestmark = pytest.mark.integration


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LocalKafka]:
    """A broker with its own folder, stopped in the end."""
    broker = LocalKafka(tmp_path / "kafka")
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalKafka, Path]]:
    """A running broker that tests leave alone, and its folder."""
    folder = tmp_path_factory.mktemp("running") / "kafka"
    with LocalKafka(folder) as broker:
        yield broker, folder


def topics_at(bootstrap: str) -> set[str]:
    """Return the names of the topics; fails where nobody answers."""
    return set(AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=10).topics)


def brokers_in(folder: Path) -> list[psutil.Process]:
    """Return the Java processes that run on this folder's settings."""
    settings = str(folder / "server.properties")
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if settings in words and words[0].endswith("java"):
            found.append(process)
    return found


def test_data_outlives_a_restart_at_the_same_address(broker: LocalKafka, tmp_path: Path) -> None:
    """Stopped and started again, by the same object, the broker has its topics and its address; a kill is survived."""
    broker.start()
    address = broker.bootstrap
    admin = AdminClient({"bootstrap.servers": address})
    admin.create_topics([NewTopic("kept", 2, 1)])["kept"].result(10)
    broker.start()
    assert len(brokers_in(tmp_path / "kafka")) == 1
    broker.stop()
    assert not broker.is_running
    eventually_sync(lambda: brokers_in(tmp_path / "kafka") == [], timeout_s=10)
    broker.start()
    assert broker.bootstrap == address
    assert "kept" in topics_at(address)
    broker.kill()
    eventually_sync(lambda: brokers_in(tmp_path / "kafka") == [], timeout_s=10)
    broker.start()
    assert "kept" in topics_at(address)


def test_it_listens_on_loopback_only(running: tuple[LocalKafka, Path]) -> None:
    """Nobody outside the machine reaches the broker or its controller."""
    (process,) = brokers_in(running[1])
    listening = [one.laddr.ip for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
    assert len(listening) == 2
    assert {address.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


def test_a_port_in_use_is_said_at_once(tmp_path: Path) -> None:
    """Where another program has the port the error says so, and nothing is left running."""
    port = free_port()
    with socket.create_server((LOOPBACK, port)):
        broker = LocalKafka(tmp_path / "kafka", port=port)
        with pytest.raises(KafkaUnavailableError, match="in use") as refusal:
            broker.start()
    assert refusal.value.problem.code == "kafka-port-in-use"
    eventually_sync(lambda: brokers_in(tmp_path / "kafka") == [], timeout_s=10)


def test_a_folder_in_use_is_said(running: tuple[LocalKafka, Path]) -> None:
    """A second broker on the same data does not start, says why, and leaves the first one alone."""
    broker, folder = running
    with pytest.raises(KafkaUnavailableError, match="Another Apache Kafka runs on") as refusal:
        LocalKafka(folder).start()
    assert refusal.value.problem.code == "kafka-folder-in-use"
    assert topics_at(broker.bootstrap) is not None


def started_by_command(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    """Run `dsfleet kafka run` on a free port; return the process and the address it printed."""
    command = [sys.executable, "-m", "dsfleet.cli.main", "kafka", "run", "--data-dir", str(folder)]
    said = folder.with_suffix(".stderr")
    with said.open("w") as stderr:
        process = subprocess.Popen(
            [*command, "--port", str(free_port())], stdout=subprocess.PIPE, stderr=stderr, text=True
        )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert address, said.read_text()
    return process, address


def test_the_command_runs_a_broker_until_interrupted(tmp_path: Path) -> None:
    """`dsfleet kafka run` prints the address when it answers; Ctrl-C ends both with exit code 0."""
    process, address = started_by_command(tmp_path / "kafka")
    try:
        assert topics_at(address) is not None
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.communicate()
    eventually_sync(lambda: brokers_in(tmp_path / "kafka") == [], timeout_s=10)


def test_a_killed_starter_takes_the_broker_along(tmp_path: Path) -> None:
    """When whoever started the broker is killed, the broker ends by itself and another can have its data."""
    process, address = started_by_command(tmp_path / "kafka")
    assert topics_at(address) is not None
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with LocalKafka(tmp_path / "kafka") as successor:
        assert len(brokers_in(tmp_path / "kafka")) == 1
        assert topics_at(successor.bootstrap) is not None


def test_an_interrupt_at_the_terminal_does_not_reach_the_broker(running: tuple[LocalKafka, Path]) -> None:
    """The broker is in a session of its own, so it ends when we stop it and not when the terminal says Ctrl-C."""
    (process,) = brokers_in(running[1])
    assert os.getsid(process.pid) != os.getsid(0)

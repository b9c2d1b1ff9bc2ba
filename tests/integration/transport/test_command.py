"""The commands around Kafka, on a real broker."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dsfleet.cli.kafka import app
from dsfleet.contracts.problems import TemporaryError
from dsfleet.contracts.topics import ALL_TOPICS
from dsfleet.transport.local_kafka import LocalKafka

pytestmark = pytest.mark.integration


def test_topics_are_listed_missing_and_then_created(private_broker: LocalKafka) -> None:
    """`topics list` says which topics Kafka lacks; after `topics create` it lacks none; a second create is fine."""
    private_broker.start()
    address = ["--bootstrap", private_broker.bootstrap]
    before = CliRunner().invoke(app, ["topics", "list", *address])
    assert before.exit_code == 0, before.output
    assert before.stdout.count("missing") == len(ALL_TOPICS)
    for _ in range(2):
        assert CliRunner().invoke(app, ["topics", "create", *address]).exit_code == 0
    after = CliRunner().invoke(app, ["topics", "list", *address])
    assert after.stdout.count("there") == len(ALL_TOPICS)
    assert all(topic.name in after.stdout for topic in ALL_TOPICS)


def test_a_broker_that_does_not_answer_is_one_sentence() -> None:
    """Without a broker the command ends with the problem that names the address."""
    result = CliRunner().invoke(app, ["topics", "list", "--bootstrap", "127.0.0.1:1"])
    assert isinstance(result.exception, TemporaryError)
    assert "Kafka at 127.0.0.1:1 does not answer" in result.exception.problem.message


def test_the_contracts_are_written_as_files(tmp_path: Path) -> None:
    """`schemas --write` writes a schema per message, the envelope's and the AsyncAPI document, and names them."""
    result = CliRunner().invoke(app, ["schemas", "--write", str(tmp_path / "new")])
    assert result.exit_code == 0, result.output
    names = {file.name for file in (tmp_path / "new").iterdir()}
    assert {"asyncapi.json", "envelope.schema.json", "status.schema.json"} <= names
    assert len(result.stdout.splitlines()) == len(names)
    assert json.loads((tmp_path / "new" / "asyncapi.json").read_text())["asyncapi"] == "3.0.0"


def test_fetching_what_is_there_prints_the_folder() -> None:
    """`fetch` prints the jars' folder and nothing else on standard output."""
    result = CliRunner().invoke(app, ["fetch"])
    assert result.exit_code == 0, result.output
    assert list(Path(result.stdout.strip()).glob("kafka_2.13-*.jar"))

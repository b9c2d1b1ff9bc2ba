"""The published documents: JSON Schemas and AsyncAPI, as files, as generated, and against real messages."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dsfleet.contracts.envelope import encode
from dsfleet.contracts.schemas import asyncapi_document, contract_files, message_schemas
from dsfleet.contracts.topics import ALL_TOPICS
from tests.contract.messages import CASES

PUBLISHED = Path(__file__).parents[2] / "docs" / "contracts"
SERVER = "127.0.0.1:9092"


@pytest.mark.parametrize("name", contract_files(SERVER))
def test_the_published_file_is_the_generated_one(name: str) -> None:
    """Each file under docs/contracts says what the types say; `dsfleet kafka schemas --write` renews them."""
    assert (PUBLISHED / name).read_text() == contract_files(SERVER)[name]


@pytest.mark.parametrize("name", message_schemas())
def test_each_schema_is_itself_valid(name: str) -> None:
    """Every published schema is a correct JSON Schema of the 2020-12 dialect."""
    jsonschema.Draft202012Validator.check_schema(message_schemas()[name])


@pytest.mark.parametrize("case", CASES)
def test_every_message_validates_against_its_schema(case: str) -> None:
    """Envelope and payload of what we write are what the schemas promise."""
    schemas = message_schemas()
    envelope = json.loads(encode(CASES[case]).value)
    jsonschema.validate(envelope, schemas["envelope"])
    jsonschema.validate(json.loads(base64.b64decode(envelope["payload"])), schemas[case.partition("/")[0]])


@pytest.mark.parametrize("case", CASES)
def test_headers_validate_against_the_document(case: str) -> None:
    """The headers of what we write are those that the AsyncAPI document describes."""
    message = asyncapi_document(SERVER)["components"]["messages"][case.partition("/")[0]]
    jsonschema.validate(dict(encode(CASES[case]).headers), message["headers"])


def test_a_schema_refuses_what_is_none_of_its_messages() -> None:
    """A missing field, a wrong type and an unknown state are refused, so the schemas say something."""
    schema = message_schemas()["admission"]
    good = json.loads(base64.b64decode(json.loads(encode(CASES["admission/v1/denied"]).value)["payload"]))
    without_number = {name: part for name, part in good.items() if name != "number"}
    jsonschema.validate(good, schema)
    for bad in ({**good, "decision": "perhaps"}, {**good, "number": "2"}, without_number):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)


def test_the_document_has_a_channel_and_both_sides_for_each_topic() -> None:
    """Every topic is a channel with its Kafka settings, and each of its ends is an operation."""
    document = asyncapi_document("kafka.example:9092")
    assert document["asyncapi"] == "3.0.0"
    assert document["servers"]["kafka"]["host"] == "kafka.example:9092"
    channels = {channel["address"]: channel for channel in document["channels"].values()}
    assert set(channels) == {topic.name for topic in ALL_TOPICS}
    for topic in ALL_TOPICS:
        binding = channels[topic.name]["bindings"]["kafka"]
        assert binding["partitions"] == topic.partitions
        assert binding["topicConfiguration"]["cleanup.policy"] == [topic.cleanup.value]
    actions = [(op["channel"]["$ref"], op["action"]) for op in document["operations"].values()]
    assert len(actions) == len(set(actions)) == 2 * len(ALL_TOPICS) - 1


def test_every_reference_in_the_document_leads_somewhere() -> None:
    """No reference in the AsyncAPI document is dangling."""
    document = asyncapi_document(SERVER)
    for reference in _references(document):
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in place, reference
            place = place[part]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "$ref":
                yield part
            else:
                yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)

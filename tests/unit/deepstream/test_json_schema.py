import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dsfleet.deepstream.application import Application, DebugOutput, RtspSource, application_groups
from dsfleet.deepstream.configuration import has_schema, schema_of
from dsfleet.deepstream.json_schema import json_schema
from dsfleet.deepstream.model import FileKind
from dsfleet.deepstream.schema import Kind, load_schema

CONTRACTS = Path(__file__).parents[3] / "docs" / "contracts"


def validator(kind: Kind = Kind.DEEPSTREAM_APP) -> Draft202012Validator:
    return Draft202012Validator(json_schema(load_schema(kind)))


@pytest.mark.parametrize("kind", [each for each in FileKind if has_schema(each)])
def test_the_published_schema_is_the_generated_one(kind: FileKind):
    """The file kept in docs/contracts is what the facts generate, and a valid JSON Schema."""
    generated = json_schema(schema_of(kind))
    Draft202012Validator.check_schema(generated)
    assert (
        json.loads((CONTRACTS / f"deepstream-{kind.removeprefix('deepstream-')}.schema.json").read_text()) == generated
    )


def test_what_the_coordinator_derives_satisfies_the_schema():
    """A derived configuration, as typed groups, is valid."""
    application = Application((RtspSource("rtsp://gate/a"),), debug=DebugOutput(8600, 5600))
    groups = {
        name: {key: list(value) if isinstance(value, tuple) else value for key, value in settings.items()}
        for name, settings in application_groups(application)
    }
    assert list(validator().iter_errors(groups)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonsense": {}},
        {"source": {}},
        {"dewarper10": {}},
        {"osd": {"border-colour": 1}},
        {"sink0": {"rtsp-port": 0}},
        {"sink0": {"type": 9}},
        {"osd": {"text-color": [1, 1, 1]}},
        {"source0": {"extract-sei-type5-data": 1}},
        {"message-consumer0": {"enable": 1}},
    ],
)
def test_what_the_program_would_not_understand_is_invalid(wrong: dict[str, object]):
    """Unknown groups and keys, numbers outside their range and keys that always reject are refused."""
    assert list(validator().iter_errors(wrong)) != []


def test_only_test5_takes_message_consumers():
    """A group that only deepstream-test5-app acts on stands in its schema alone."""
    group = {"message-consumer0": {"enable": 1, "subscribe-topic-list": ["a"]}}
    assert list(validator(Kind.DEEPSTREAM_TEST5).iter_errors(group)) == []


@pytest.mark.parametrize(
    ("groups", "is_valid"),
    [
        ({"property": {"enable": 1}, "roi-filtering-stream-3": {"roi-yard": [0, 0, 9, 0, 9, 9]}}, True),
        ({"property": {"enable": 1}, "roi-filtering-stream-x": {}}, False),
        ({"property": {"enable": 1}, "line-crossing-stream-0": {"roi-yard": [0, 0]}}, False),
        ({"roi-filtering-stream-3": {}}, False),
    ],
)
def test_labels_are_part_of_the_analytics_schema(groups: dict[str, object], is_valid: bool):
    """A key with a free label is known by what it begins with, in its own groups alone."""
    schema = Draft202012Validator(json_schema(schema_of(FileKind.ANALYTICS)))
    assert schema.is_valid(groups) is is_valid


def test_an_nvinfer_file_needs_its_property_group():
    """The nvinfer schema demands [property] and knows classes by number."""
    assert list(validator(Kind.NVINFER).iter_errors({})) != []
    assert list(validator(Kind.NVINFER).iter_errors({"property": {"batch-size": 4}, "class-attrs-2": {}})) == []

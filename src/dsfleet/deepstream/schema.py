"""Loads the packaged facts about NVIDIA's formats; the only reading of files in this package."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from dsfleet.deepstream.model import Default, FileKind, GroupSchema, KeySchema, KeyType, Kind, Reader, Schema

__all__ = [
    "Default",
    "GroupSchema",
    "KeySchema",
    "KeyType",
    "Kind",
    "Reader",
    "Schema",
    "load_schema",
    "load_side_schema",
]

_FILES = MappingProxyType(
    {
        Kind.DEEPSTREAM_APP: "config-schema.json",
        Kind.DEEPSTREAM_TEST5: "config-schema.json",
        Kind.NVINFER: "nvinfer-schema.json",
    }
)

JsonObject = Mapping[str, object]


SIDE_FILES = (FileKind.ANALYTICS, FileKind.PREPROCESS, FileKind.MSGCONV, FileKind.BROKER, FileKind.TRACKER)
"""The files beside an application and its nvinfer files whose keys are known."""


@cache
def load_side_schema(kind: FileKind) -> Schema:
    """The schema of one of SIDE_FILES; a second call gives the same immutable object."""
    facts: JsonObject = _facts("side-files-schema.json")[kind]
    return _schema(kind, facts)


@cache
def load_schema(kind: Kind = Kind.DEEPSTREAM_APP) -> Schema:
    """The schema of one kind of configuration; a second call gives the same immutable object.

    deepstream-app and deepstream-test5-app share one parser, so both know the same groups; `GroupSchema.read_by` tells
    who acts.
    """
    return _schema(kind, _facts(_FILES[kind]))


def _facts(file: str) -> Any:
    return json.loads(resources.files("dsfleet.deepstream").joinpath("data", file).read_text(encoding="utf-8"))


def _schema(kind: Kind | FileKind, facts: JsonObject) -> Schema:
    groups = tuple(_group(group) for group in _objects(facts["groups"]))
    return Schema(
        kind=kind,
        groups=groups,
        groups_by_name=MappingProxyType({group.name: group for group in groups}),
        families=tuple(group for group in groups if group.numbered),
    )


def _group(facts: JsonObject) -> GroupSchema:
    name = _text(facts, "name")
    keys = {_text(key, "key"): _key(key) for key in _objects(facts["keys"])}
    return GroupSchema(
        name=name,
        stem=name.removesuffix("%u"),
        numbered=name.endswith("%u"),
        description=_text(facts, "description"),
        keys=MappingProxyType(keys),
        labelled=tuple(key for key in keys.values() if key.label_stem is not None),
        read_by=_texts(facts, "read_by"),
        in_ini=facts.get("in_ini", True) is True,
        in_yaml=facts.get("in_yaml", True) is True,
        unknown_key_ini=_text(facts, "unknown_key_ini") or "warn",
        unknown_key_yaml=_text(facts, "unknown_key_yaml") or "warn",
        max_instances=_number(facts, "max_instances"),
        required=facts.get("required") is True,
    )


def _key(facts: JsonObject) -> KeySchema:
    default = _default(facts, "default")
    name = _text(facts, "key")
    return KeySchema(
        name=name,
        type=KeyType(_text(facts, "type")),
        reader=Reader(_text(facts, "ini_reader") or "none"),
        meaning=_text(facts, "meaning"),
        notes=_text(facts, "notes"),
        unit=_text(facts, "unit"),
        default=default,
        yaml_default=_default(facts, "yaml_default") if "yaml_default" in facts else default,
        minimum=_number(facts, "min"),
        maximum=_number(facts, "max"),
        min_items=_number(facts, "min_items"),
        max_items=_number(facts, "max_items"),
        values=_enum(facts),
        required=facts["required"] is True,
        required_if=_text(facts, "required_if"),
        in_ini=facts["in_ini"] is True,
        in_yaml=facts["in_yaml"] is True,
        yaml_key=_text(facts, "yaml_key") or name,
        platforms=_texts(facts, "platforms"),
        alias_of=_text(facts, "alias_of") or _text(facts, "deprecated"),
        deprecated=bool(facts.get("deprecated")) or facts.get("legacy") is True,
        is_model=facts.get("model_source") is True,
        rejected_always=facts.get("known_bug") is True,
        legacy_mux_only=facts.get("legacy_mux_only") is True,
        takes_class_id="key_pattern" in facts and "%" not in name,
        label_stem=name[: name.index("%")] if "%" in name else None,
        app_override=_text(facts, "app_override"),
    )


def _enum(facts: JsonObject) -> Mapping[int, str]:
    values = facts.get("values")
    if not isinstance(values, dict):
        return MappingProxyType({})
    return MappingProxyType({int(number): str(name) for number, name in values.items()})


def _objects(value: object) -> Sequence[JsonObject]:
    if not isinstance(value, list):
        raise TypeError(f"the packaged facts hold {type(value).__name__} where a list stands")
    return value


def _text(facts: JsonObject, name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def _texts(facts: JsonObject, name: str) -> tuple[str, ...]:
    value = facts.get(name)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _number(facts: JsonObject, name: str) -> int | None:
    value = facts.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _default(facts: JsonObject, name: str) -> Default:
    value = facts.get(name)
    return value if isinstance(value, bool | int | float | str) else None

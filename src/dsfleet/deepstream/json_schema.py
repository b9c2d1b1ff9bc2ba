"""JSON Schemas of the configurations, generated from the packaged facts.

An instance is the configuration as an object of groups: `{"application": {"perf-measurement-interval-sec": 5}, ...}`,
values typed as the program reads them, lists as arrays. Every schema is kept in `docs/contracts/` and served; a test
compares.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dsfleet.deepstream.model import FileKind, GroupSchema, KeySchema, KeyType, Kind, Schema

Json = Mapping[str, object]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TITLES: Mapping[Kind | FileKind, str] = MappingProxyType(
    {
        Kind.DEEPSTREAM_APP: "Configuration of deepstream-app (DeepStream 9.1)",
        Kind.DEEPSTREAM_TEST5: "Configuration of deepstream-test5-app (DeepStream 9.1)",
        Kind.NVINFER: "Configuration of the nvinfer element (DeepStream 9.1)",
        FileKind.ANALYTICS: "Configuration of the nvdsanalytics element (DeepStream 9.1)",
        FileKind.PREPROCESS: "Configuration of the nvdspreprocess element (DeepStream 9.1)",
        FileKind.MSGCONV: "Configuration of the message converter (DeepStream 9.1)",
        FileKind.BROKER: "Configuration of a protocol adaptor (DeepStream 9.1)",
        FileKind.TRACKER: "Configuration of the NvMultiObjectTracker library (DeepStream 9.1)",
    }
)
_OTHER_APPLICATION: Mapping[Kind | FileKind, tuple[str, ...]] = MappingProxyType(
    {Kind.DEEPSTREAM_APP: ("deepstream-test5-app",), Kind.DEEPSTREAM_TEST5: ("deepstream-app",)}
)
_FLAG: Json = MappingProxyType({"enum": [0, 1, True, False]})
_TYPES: Mapping[KeyType, Json] = MappingProxyType(
    {
        KeyType.BOOL: _FLAG,
        KeyType.BOOL_INT: _FLAG,
        KeyType.INT: {"type": "integer"},
        KeyType.UINT: {"type": "integer", "minimum": 0},
        KeyType.UINT64: {"type": "integer", "minimum": -1},
        KeyType.FLOAT: {"type": "number"},
        KeyType.ENUM: {"type": "integer"},
        KeyType.STRING: {"type": "string"},
        KeyType.PATH: {"type": "string", "format": "path"},
        KeyType.PATH_RAW: {"type": "string", "format": "path"},
        KeyType.URI: {"type": "string", "format": "uri"},
        KeyType.COLOR: {
            "type": "array",
            "items": {"type": "number", "minimum": 0, "maximum": 1},
            "minItems": 4,
            "maxItems": 4,
        },
        KeyType.INT_LIST: {"type": "array", "items": {"type": "integer"}},
        KeyType.FLOAT_LIST: {"type": "array", "items": {"type": "number"}},
        KeyType.STRING_LIST: {"type": "array", "items": {"type": "string"}},
        KeyType.PATH_LIST: {"type": "array", "items": {"type": "string", "format": "path"}},
    }
)


def json_schema(schema: Schema) -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of one kind of configuration; equal facts give an equal object.

    Groups that only the other application acts on are left out. Unknown groups and keys are refused: the programs pass
    over them silently or with a warning, which is never what an operator meant.
    """
    other = _OTHER_APPLICATION.get(schema.kind)
    groups = [group for group in schema.groups if group.read_by != other]
    return {
        "$schema": _DIALECT,
        "title": _TITLES[schema.kind],
        "type": "object",
        "properties": {group.name: _group(group) for group in groups if not group.numbered},
        "patternProperties": {_pattern(group.stem): _group(group) for group in groups if group.numbered},
        "additionalProperties": False,
        "required": [group.name for group in groups if group.required],
    }


def _pattern(stem: str) -> str:
    return f"^{stem}[0-9]$" if stem == "dewarper" else f"^{stem}[0-9]+$"


def _group(group: GroupSchema) -> Json:
    patterns = {f"^{key.name}[0-9]+$": _key(key) for key in group.keys.values() if key.takes_class_id}
    patterns |= {f"^{key.label_stem}.+$": _key(key) for key in group.labelled}
    plain = (key for key in group.keys.values() if not key.rejected_always and key not in group.labelled)
    schema: dict[str, object] = {
        "type": "object",
        "description": group.description,
        "properties": {key.name: _key(key) for key in plain},
        "additionalProperties": False,
    }
    return schema | ({"patternProperties": patterns} if patterns else {})


def _key(key: KeySchema) -> Json:
    schema: dict[str, object] = {**_TYPES[key.type], "description": " ".join(filter(None, (key.meaning, key.notes)))}
    if key.values:
        schema["oneOf"] = [{"const": number, "title": name} for number, name in key.values.items()]
    if key.minimum is not None:
        schema["minimum"] = key.minimum
    if key.maximum is not None:
        schema["maximum"] = key.maximum
    if key.max_items is not None:
        schema["maxItems"] = key.max_items
    if key.min_items is not None:
        schema["minItems"] = key.min_items
    if key.default is not None and key.type is not KeyType.COLOR:
        schema["default"] = key.default
    if key.deprecated:
        schema["deprecated"] = True
    return schema | _annotations(key)


def _annotations(key: KeySchema) -> dict[str, object]:
    """What forms and readers want beyond validation, under names that validators pass over."""
    notes = {
        "x-unit": key.unit,
        "x-alias-of": key.alias_of,
        "x-required-if": key.required_if,
        "x-yaml-key": key.yaml_key if key.yaml_key != key.name else "",
        "x-platforms": list(key.platforms),
    }
    kept: dict[str, object] = {name: note for name, note in notes.items() if note}
    if not (key.in_ini and key.in_yaml):
        kept["x-format"] = "ini" if key.in_ini else "yaml"
    return kept

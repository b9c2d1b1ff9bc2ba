"""Every group and key that NVIDIA's programs read, as immutable values.

The facts stand in `data/*.json` (DeepStream 9.1 source, snapshot 581889d), the one declarative source: checks,
rendering, JSON Schemas and explanations all ask these values. What a value's text must look like is left to
`values.py`; loading the packaged facts is left to `schema.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Default = bool | int | float | str | None


class Kind(StrEnum):
    """The kinds of configuration whose schema is known."""

    DEEPSTREAM_APP = "deepstream-app"
    DEEPSTREAM_TEST5 = "deepstream-test5"
    NVINFER = "nvinfer"


class FileKind(StrEnum):
    """What reads a file."""

    DEEPSTREAM_APP = "deepstream-app"
    DEEPSTREAM_TEST5 = "deepstream-test5"
    NVINFER = "nvinfer"
    NVINFERSERVER = "nvinferserver"
    ANALYTICS = "analytics"
    PREPROCESS = "preprocess"
    TRACKER = "tracker"
    MSGCONV = "msgconv"
    BROKER = "broker"
    SOURCE_LIST = "source-list"
    LABELS = "labels"
    UNKNOWN = "unknown"


class KeyType(StrEnum):
    """How a value is meant; `bool-int` is a flag read as an integer, `path-raw` is used as written."""

    BOOL = "bool"
    BOOL_INT = "bool-int"
    INT = "int"
    UINT = "uint"
    UINT64 = "uint64"
    FLOAT = "float"
    ENUM = "enum"
    STRING = "string"
    PATH = "path"
    PATH_RAW = "path-raw"
    URI = "uri"
    COLOR = "color"
    INT_LIST = "int-list"
    FLOAT_LIST = "float-list"
    STRING_LIST = "string-list"
    PATH_LIST = "path-list"


class Reader(StrEnum):
    """The GLib key-file reader the program uses, which decides what text it accepts; `none` = the key is YAML only."""

    INTEGER = "integer"
    BOOLEAN = "boolean"
    UINT64 = "uint64"
    DOUBLE = "double"
    STRING = "string"
    INTEGER_LIST = "integer_list"
    DOUBLE_LIST = "double_list"
    STRING_LIST = "string_list"
    NONE = "none"


@dataclass(frozen=True, slots=True, eq=False)
class KeySchema:
    """One key. `values` names an enum's numbers; `minimum`/`maximum` are inclusive; `default` holds when the key is
    absent; `label_stem` is what the names of a key with free labels begin with (`roi-` of `roi-yard`), None for others.
    """

    name: str
    type: KeyType
    reader: Reader
    meaning: str
    notes: str
    unit: str
    default: Default
    yaml_default: Default
    minimum: int | None
    maximum: int | None
    min_items: int | None
    max_items: int | None
    values: Mapping[int, str]
    required: bool
    required_if: str
    in_ini: bool
    in_yaml: bool
    yaml_key: str
    platforms: tuple[str, ...]
    alias_of: str
    deprecated: bool
    is_model: bool
    rejected_always: bool
    legacy_mux_only: bool
    takes_class_id: bool
    label_stem: str | None
    app_override: str


@dataclass(frozen=True, slots=True, eq=False)
class GroupSchema:
    """One group or family of numbered groups; a family's `name` ends in `%u` and `stem` is what stands before the
    number.

    `unknown_key_ini` / `unknown_key_yaml` tell what the program does with a key it does not know: `warn`, `silent` or
    `fatal`.
    """

    name: str
    stem: str
    numbered: bool
    description: str
    keys: Mapping[str, KeySchema]
    labelled: tuple[KeySchema, ...]
    read_by: tuple[str, ...]
    in_ini: bool
    in_yaml: bool
    unknown_key_ini: str
    unknown_key_yaml: str
    max_instances: int | None
    required: bool

    def key(self, name: str) -> KeySchema | None:
        """The key, also in its form for one class (`bbox-border-color3`); None where the program does not read it."""
        found = self.keys.get(name)
        if found is not None:
            return found
        family = self.keys.get(name.rstrip("0123456789"))
        if family is not None and family.takes_class_id:
            return family
        return next((key for key in self.labelled if _bears_label(key, name)), None)


def _bears_label(key: KeySchema, name: str) -> bool:
    stem = key.label_stem
    return stem is not None and name.startswith(stem) and len(name) > len(stem)


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """All groups of one kind of configuration, in the order of the facts."""

    kind: Kind | FileKind
    groups: tuple[GroupSchema, ...]
    groups_by_name: Mapping[str, GroupSchema]
    families: tuple[GroupSchema, ...]

    def group(self, name: str) -> GroupSchema | None:
        """The group's schema, also by its numbered name (`source3`); None for what the program's INI reader passes
        over.

        Families follow the program: `source` and `class-attrs-` want digits, `dewarper` one digit, the others only the
        stem (`sinkX` is read as a sink).
        """
        exact = self.groups_by_name.get(name)
        if exact is not None and not exact.numbered:
            return exact
        usual = self.groups_by_name.get(name.rstrip("0123456789") + "%u")
        if usual is not None and belongs_to_family(usual.stem, name):
            return usual
        return next((family for family in self.families if belongs_to_family(family.stem, name)), None)


_STEMS_THAT_WANT_DIGITS = frozenset({"source", "class-attrs-", "group-", "sensor", "place", "analytics"})


def belongs_to_family(stem: str, name: str) -> bool:
    """Whether the program's INI reader takes the group `name` for one of the family `stem` (parser_behaviour.ini,
    DeepStream 9.1).
    """
    if not name.startswith(stem):
        return False
    number = name[len(stem) :]
    if stem == "dewarper":
        return len(number) == 1 and number.isascii() and number.isdigit()
    wants_digits = stem in _STEMS_THAT_WANT_DIGITS or stem.endswith("-stream-")
    return not wants_digits or (number.isascii() and number.isdigit())


def group_number(stem: str, name: str) -> int | None:
    """The number behind the stem (`source12` -> 12); None where none, or none in plain digits, stands there."""
    number = name[len(stem) :] if name.startswith(stem) else ""
    return int(number) if number.isascii() and number.isdigit() else None

"""Lossless reading and writing of the YAML form: a mapping of groups, each a mapping of keys to plain values.

What was not changed comes back byte for byte. Values stand here as their text; the program's own reader (yaml-cpp)
converts the same text, so no YAML type is guessed. What the programs think of a file is left to `check_yaml.py`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from dsfleet.deepstream.document import Entry
from dsfleet.deepstream.errors import ConfigurationSyntaxError, ConfigurationValueError, Place

# OpenCV's spelling of a tracker file's directive; no YAML reader knows it, so it is read as a comment of the same
# length.
_OPENCV_DIRECTIVE = re.compile(r"^%(?=YAML:)", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")
_DEEPEST = 64
_PLAIN = re.compile(r"[A-Za-z0-9_./+\-;][A-Za-z0-9_./+\-;:@%=?&]*\Z")
_LOOKS_LIKE_MORE = re.compile(r"[-?:]\Z|---|.*:\Z|[-?:] ")


@dataclass(frozen=True, slots=True)
class _Value:
    """One key: its entry, where its value stands in the text, and whether it is plain text at its own place."""

    entry: Entry
    start: int
    end: int
    key_start: int
    is_scalar: bool
    is_alias: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """One group: its line, where its name ends in the text, and its keys in file order."""

    name: str
    line: int
    name_end: int
    values: tuple[_Value, ...]


class YamlDocument:
    """A YAML configuration as written; `set` and `remove` change this object, nothing else does."""

    def __init__(self, text: str, file: str = "") -> None:
        self.file = file
        self._text = text
        self._groups = _read_groups(text, file)
        self._values_in_effect, self._header_lines = _indexed(self._groups)

    def groups(self) -> tuple[str, ...]:
        """The names of all groups, each once, in the order of their first appearance."""
        return tuple(dict.fromkeys(group.name for group in self._groups))

    def get(self, group: str, key: str) -> str | None:
        """The text in effect, or None; an empty value is the empty text."""
        entry = self.entry(group, key)
        return None if entry is None else entry.value

    def entry(self, group: str, key: str) -> Entry | None:
        """The line in effect for a key, or None."""
        value = self._value(group, key)
        return None if value is None else value.entry

    def line_of(self, group: str) -> int:
        """The line of the group's name, counted from 1; 0 for an unknown group."""
        return self._header_lines.get(group, 0)

    def entries(self) -> Iterator[Entry]:
        """Every key in file order, also those given again later."""
        for group in self._groups:
            for value in group.values:
                yield value.entry

    def effective(self, group: str) -> dict[str, Entry]:
        """The entries in effect by key; empty for an unknown group."""
        return {key: value.entry for key, value in self._values_in_effect.get(group, {}).items()}

    def compound_values(self) -> Iterator[Entry]:
        """Every key whose value is a list or a mapping; the programs cannot read one."""
        for group in self._groups:
            for value in group.values:
                if not value.is_scalar:
                    yield value.entry

    def set(self, group: str, key: str, value: str) -> None:
        """Make `value` the text in effect, changing or adding one line and nothing else.

        Raises ConfigurationValueError where the file's form does not allow it: an alias, or a group written in braces.
        """
        refusal = ConfigurationValueError(
            Place(self.file, 0, group, key), value, "the file's form does not take this", "write one key per line"
        )
        try:
            edited = YamlDocument(self._with(group, key, value), self.file)
        except ConfigurationSyntaxError as error:
            raise refusal from error
        if edited._values() != self._values() | {(group, key): value}:
            raise refusal
        self._take(edited)

    def remove(self, group: str, key: str) -> bool:
        """Take out every line that gives the key; True when there was one. Raises as `set` does."""
        found = False
        while (value := self._value(group, key)) is not None:
            start = self._text.rfind("\n", 0, value.key_start) + 1
            end = self._text.find("\n", value.end) + 1 or len(self._text)
            self._refuse_shared_line(value, start, end)
            edited = YamlDocument(self._text[:start] + self._text[end:], self.file)
            self._take(edited)
            found = True
        return found

    def render(self) -> str:
        """The whole file as text; what was read and not changed is unchanged."""
        return self._text

    def _take(self, edited: "YamlDocument") -> None:
        """Become what the edited document is."""
        self._text, self._groups = edited._text, edited._groups
        self._values_in_effect, self._header_lines = edited._values_in_effect, edited._header_lines

    def _values(self) -> dict[tuple[str, str], str]:
        """Every text in effect by (group, key)."""
        return {(entry.group, entry.key): entry.value for entry in self.entries()}

    def _value(self, group: str, key: str) -> _Value | None:
        return self._values_in_effect.get(group, {}).get(key)

    def _with(self, group: str, key: str, value: str) -> str:
        """The text with the value in it; whether it reads back is the caller's to see."""
        known = self._value(group, key)
        text = scalar_text(value)
        if known is not None and not known.is_alias:
            space = "" if self._text[: known.start].endswith((" ", "\t")) else " "
            return self._text[: known.start] + space + text + self._text[known.end :]
        line = f"{key}: {text}"
        last = next((each for each in reversed(self._groups) if each.name == group and each.values), None)
        if last is None or known is not None:
            return self._with_group(group, line)
        at = self._text.find("\n", last.values[-1].end) + 1
        start = self._text.rfind("\n", 0, last.values[0].key_start) + 1
        indent = self._text[start : last.values[0].key_start]
        before, after = (self._text[:at], self._text[at:]) if at else (self._text + "\n", "")
        return f"{before}{indent}{line}\n{after}"

    def _with_group(self, group: str, line: str) -> str:
        """The text with the line in a group that has no key yet, or in a new group at the end."""
        known = next((each for each in self._groups if each.name == group), None)
        if known is not None:
            end = self._text.find("\n", known.name_end)
            head, tail = (self._text, "") if end < 0 else (self._text[:end], self._text[end:])
            return f"{head}\n  {line}{tail}"
        gap = "" if not self._text else "\n" if self._text.endswith("\n") else "\n\n"
        return f"{self._text}{gap}{scalar_text(group)}:\n  {line}\n"

    def _refuse_shared_line(self, value: _Value, start: int, end: int) -> None:
        alone = self._text[start : value.key_start].strip() == "" and not self._text[value.end : end].strip(" \t\r\n,}")
        comment = self._text[value.end : end].strip().startswith("#")
        if not alone and not comment:
            place = Place(self.file, value.entry.line, value.entry.group, value.entry.key)
            raise ConfigurationValueError(place, value.entry.value, "the key shares its line", "write one key per line")


def parse_yaml(text: str, file: str = "") -> YamlDocument:
    """The document in `text`; raises ConfigurationSyntaxError where the text is no mapping of groups (the programs
    abort).
    """
    return YamlDocument(text, file)


def _refuse_deep_nesting(text: str, file: str) -> None:
    """Text with many open brackets takes the reader time that grows with their square, and means nothing here."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > _DEEPEST:
            line = text.count("\n", 0, bracket.start()) + 1
            raise _syntax_error(file, line, f"more than {_DEEPEST} brackets are open")


def _read_groups(text: str, file: str) -> tuple[_Group, ...]:
    _refuse_deep_nesting(text, file)
    try:
        root = yaml.compose(_OPENCV_DIRECTIVE.sub("#", text), Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _syntax_error(file, line, error.problem or "this is no YAML") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _syntax_error(file, 0, "this is no YAML") from error
    if root is None:
        return ()
    if not isinstance(root, yaml.MappingNode):
        raise _syntax_error(file, 1, "this is no mapping of groups")
    return tuple(_group(text, key, node, file) for key, node in root.value)


def _indexed(groups: tuple[_Group, ...]) -> tuple[dict[str, dict[str, _Value]], dict[str, int]]:
    """The values in effect by group and key, and the line of each group's first header."""
    values: dict[str, dict[str, _Value]] = {}
    lines: dict[str, int] = {}
    for group in groups:
        lines.setdefault(group.name, group.line)
        values.setdefault(group.name, {}).update({value.entry.key: value for value in group.values})
    return values, lines


def _group(text: str, key: yaml.Node, node: yaml.Node, file: str) -> _Group:
    if not isinstance(key, yaml.ScalarNode):
        raise _syntax_error(file, key.start_mark.line + 1, "a group's name is plain text")
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    values = tuple(_read_value(text, key.value, inner, value, file) for inner, value in pairs)
    return _Group(key.value, key.start_mark.line + 1, key.end_mark.index, values)


def _read_value(text: str, group: str, key: yaml.Node, node: yaml.Node, file: str) -> _Value:
    if not isinstance(key, yaml.ScalarNode):
        raise _syntax_error(file, key.start_mark.line + 1, "a key is plain text")
    start, end = node.start_mark.index, node.end_mark.index
    is_scalar = isinstance(node, yaml.ScalarNode)
    value = str(node.value) if is_scalar else text[start:end].strip()
    is_alias = start < key.end_mark.index
    entry = Entry(group, key.value, value, key.start_mark.line + 1)
    return _Value(entry, start, end, key.start_mark.index, is_scalar, is_alias)


def scalar_text(value: str) -> str:
    """The value as YAML text that reads back as the same text."""
    if _PLAIN.match(value) and not _LOOKS_LIKE_MORE.match(value):
        return value
    return json.dumps(value, ensure_ascii=True)


def _syntax_error(file: str, line: int, message: str) -> ConfigurationSyntaxError:
    return ConfigurationSyntaxError(Place(file, line), "", message, "write groups, and key: value below each")

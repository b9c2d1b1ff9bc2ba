"""Lossless reading and writing of INI files by the rules of GLib's key-file reader, which NVIDIA's programs use.

What was not changed comes back byte for byte: comments, blank lines, order, blanks around `=`, line ends. Values stand
here as their raw text; what they mean is left to `values.py`, what the programs think of them to `check.py`.

Source of the rules: GLib's gkeyfile.c and parser_behaviour.ini of the packaged facts (checked on the compiled parser).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dsfleet.deepstream.document import Entry
from dsfleet.deepstream.errors import ConfigurationSyntaxError, ConfigurationValueError, Place

GLIB_SPACE = " \t\n\f\r"
_KEY_NAME = re.compile(r"(?P<base>[^=\[\]]+)(?P<locale>\[[\w\-.@]*\])?\Z")
_GROUP_NAME = re.compile(r"[^\[\]\x00-\x1f\x7f]+\Z")
_HEADER = re.compile(r"\[(?P<name>[^\]]*)\][ \t]*\Z")


@dataclass(slots=True)
class _Line:
    """One line with its end; `entry` is set on key lines, whose value starts at `value_at`; `end` is what closes the
    line.
    """

    text: str
    end: str
    entry: Entry | None = None
    value_at: int = 0


@dataclass(slots=True)
class _Section:
    """A header line and what follows it up to the next; the part above the first header has no name."""

    name: str | None
    line: int
    lines: list[_Line] = field(default_factory=list)


class IniDocument:
    """A key file as written. Groups given twice are merged and the last of two equal keys wins, as the reader does it.

    `set`, `remove` and `remove_group` change this object; nothing else does.
    """

    def __init__(self, file: str = "", sections: list[_Section] | None = None) -> None:
        self.file = file
        self._sections = sections or []
        self._groups: dict[str, dict[str, _Line]] = {}
        self._header_lines: dict[str, int] = {}
        for section in self._sections:
            if section.name is not None:
                self._header_lines.setdefault(section.name, section.line)
                keys = self._groups.setdefault(section.name, {})
                keys.update({line.entry.key: line for line in section.lines if line.entry is not None})

    def groups(self) -> tuple[str, ...]:
        """The names of all groups, each once, in the order of their first appearance."""
        return tuple(self._groups)

    def get(self, group: str, key: str) -> str | None:
        """The raw text in effect (the last one given), or None."""
        entry = self.entry(group, key)
        return None if entry is None else entry.value

    def entry(self, group: str, key: str) -> Entry | None:
        """The line in effect for a key, or None."""
        line = self._groups.get(group, {}).get(key)
        return None if line is None else line.entry

    def line_of(self, group: str) -> int:
        """The line of the group's first header, counted from 1; 0 for an added or unknown group."""
        return self._header_lines.get(group, 0)

    def entries(self) -> Iterator[Entry]:
        """Every key line in file order, also those that a later line overrides."""
        for section in self._sections:
            for line in section.lines:
                if line.entry is not None:
                    yield line.entry

    def effective(self, group: str) -> dict[str, Entry]:
        """The entries in effect by key, in order of first appearance; empty for an unknown group."""
        return {key: line.entry for key, line in self._groups.get(group, {}).items() if line.entry is not None}

    def add_group(self, group: str) -> None:
        """Make the group exist: nothing changes when it does, else its header is added at the end."""
        self._refuse_unreadable(group, "key", "")
        if group not in self._groups:
            self._open_group(group)

    def set(self, group: str, key: str, value: str) -> None:
        """Make `value` (raw text, one line) the value in effect, changing or adding one line and nothing else.

        Raises ConfigurationValueError for a name or value that would not be read back as given.
        """
        self._refuse_unreadable(group, key, value)
        line = self._groups.get(group, {}).get(key)
        if line is not None and line.entry is not None:
            line.text = line.text[: line.value_at] + value + line.end
            line.entry = Entry(group, key, value, line.entry.line)
            return
        self._append(group, key, value)

    def remove(self, group: str, key: str) -> bool:
        """Take out every line that gives the key; True when there was one."""
        if self._groups.get(group, {}).pop(key, None) is None:
            return False
        for section in self._sections_of(group):
            section.lines = [line for line in section.lines if line.entry is None or line.entry.key != key]
        return True

    def remove_group(self, group: str) -> bool:
        """Take out the group with its comments, wherever it appears; True when there was one."""
        if self._groups.pop(group, None) is None:
            return False
        self._header_lines.pop(group, None)
        self._sections = [section for section in self._sections if section.name != group]
        return True

    def render(self) -> str:
        """The whole file as text; what was read and not changed is unchanged."""
        return "".join(line.text for section in self._sections for line in section.lines)

    def _sections_of(self, group: str) -> list[_Section]:
        return [section for section in self._sections if section.name == group]

    def _append(self, group: str, key: str, value: str) -> None:
        if group not in self._groups:
            self._open_group(group)
        lines = self._sections_of(group)[-1].lines
        last = next((at for at in range(len(lines) - 1, 0, -1) if lines[at].entry is not None), 0)
        end = self._line_end()
        _close(lines[last], end)
        added = _Line(f"{key}={value}{end}", end, Entry(group, key, value, 0), len(key) + 1)
        lines.insert(last + 1, added)
        self._groups[group][key] = added

    def _open_group(self, group: str) -> None:
        end = self._line_end()
        written = [line for section in self._sections for line in section.lines]
        if written:
            _close(written[-1], end)
            if written[-1].text.strip():
                self._sections[-1].lines.append(_Line(end, end))
        self._sections.append(_Section(group, 0, [_Line(f"[{group}]{end}", end)]))
        self._groups[group] = {}

    def _line_end(self) -> str:
        return next((line.end for section in self._sections for line in section.lines if line.end), "\n")

    def _refuse_unreadable(self, group: str, key: str, value: str) -> None:
        place = Place(self.file, 0, group, key)
        if not _GROUP_NAME.match(group):
            raise ConfigurationValueError(
                place, group, "this is no group name", "use text without brackets or line ends"
            )
        if not _is_plain_key(key):
            raise ConfigurationValueError(
                place, key, "this is no key name", "use text without =, brackets or outer blanks"
            )
        if not _is_plain_value(value):
            raise ConfigurationValueError(place, value, "this text cannot stand in one line", r"escape it: \s, \n, \r")


def parse_ini(text: str, file: str = "") -> IniDocument:
    """The document in `text`; `file` is only used to say where something stands.

    Raises ConfigurationSyntaxError where GLib's reader refuses the whole file: a byte order mark, a line that is
    neither group, `key=value` nor `#` comment, text behind a group's bracket, a key above the first group, an empty
    key.
    """
    _refuse_marks(text, file)
    sections = [_Section(None, 0)]
    lines = text.split("\n")
    for number, body in enumerate(lines[:-1], 1):
        if body.endswith("\r"):
            _read_line(sections, Place(file, number), body[:-1], "\r\n")
        else:
            _read_line(sections, Place(file, number), body, "\n")
    if lines[-1]:
        _read_line(sections, Place(file, len(lines)), lines[-1], "")
    return IniDocument(file, sections)


def _read_line(sections: list[_Section], place: Place, body: str, end: str) -> None:
    """Add one line to the last section, or open the next with it."""
    stripped = body.lstrip(GLIB_SPACE)
    if not stripped or stripped[0] == "#":
        sections[-1].lines.append(_Line(body + end, end))
        return
    header = _HEADER.match(stripped)
    if header is not None:
        name = header["name"]
        if not _GROUP_NAME.match(name):
            raise ConfigurationSyntaxError(place, name, "this is no group name", "write [name] without brackets inside")
        sections.append(_Section(name, place.line, [_Line(body + end, end)]))
        return
    sections[-1].lines.append(_key_line(sections, place, body, end))


def _key_line(sections: list[_Section], place: Place, body: str, end: str) -> _Line:
    """The line of a key; a key for one language (`name[xx]`) has no entry, the reader drops it."""
    group = sections[-1].name
    left, equals, right = body.partition("=")
    key = left.strip(GLIB_SPACE)
    name = _KEY_NAME.match(key)
    if not equals or not key:
        raise ConfigurationSyntaxError(
            place, body.strip(), "this line is neither [group], key=value nor a # comment", "start a comment with #"
        )
    if group is None:
        raise ConfigurationSyntaxError(
            place, body.strip(), "this key stands above the first group", "put a [group] above it"
        )
    if name is None or name["base"].endswith(" "):
        where = Place(place.file, place.line, group)
        raise ConfigurationSyntaxError(where, key, "this is no key name", "use text without brackets or outer blanks")
    value = right.lstrip(GLIB_SPACE)
    if key == "Encoding" and group == sections[1].name and value.lower() != "utf-8":
        where = Place(place.file, place.line, group, key)
        raise ConfigurationSyntaxError(where, value, "only UTF-8 is read", "remove the key")
    entry = None if name["locale"] else Entry(group, key, value, place.line)
    return _Line(body + end, end, entry, len(body) - len(value))


def _refuse_marks(text: str, file: str) -> None:
    if text.startswith("\ufeff"):
        raise ConfigurationSyntaxError(
            Place(file, 1), "", "the file starts with a byte order mark", "save it without one"
        )
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise ConfigurationSyntaxError(Place(file, line), "", "the line holds a zero byte", "remove it")


def _close(line: _Line, end: str) -> None:
    """Give the line an end if it has none, so that another can follow it."""
    if not line.end:
        line.text += end
        line.end = end


def _is_plain_key(key: str) -> bool:
    name = _KEY_NAME.match(key)
    outer = key.strip(GLIB_SPACE) != key or key.startswith("#")
    return name is not None and not name["locale"] and not outer and "\n" not in key and "\x00" not in key


def _is_plain_value(value: str) -> bool:
    return not (value[:1] in tuple(GLIB_SPACE) or value.endswith("\r") or "\n" in value or "\x00" in value)

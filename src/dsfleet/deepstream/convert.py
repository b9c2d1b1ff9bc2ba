"""Converts an application between its INI and its YAML form, keeping what it means to the program.

Where both forms have a key but another default, the value in effect is written out. What the other form cannot say is
named, never dropped in silence.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dsfleet.deepstream.document import Document, Entry
from dsfleet.deepstream.findings import Fault
from dsfleet.deepstream.ini import IniDocument
from dsfleet.deepstream.model import GroupSchema, KeySchema, KeyType, Schema, group_number
from dsfleet.deepstream.uri import redact_logins
from dsfleet.deepstream.values import UnreadableValueError, Value, read_value
from dsfleet.deepstream.view import fault_at
from dsfleet.deepstream.yaml_document import YamlDocument, scalar_text
from dsfleet.deepstream.yaml_view import CSV_GROUP, CSV_KEY, SourceTable, YamlApplication

_CAMERA_ID = "camera-id"


@dataclass(frozen=True, slots=True)
class Converted:
    """The files of the other form by name, and every key or group whose meaning it cannot carry (logins masked)."""

    files: Mapping[str, str]
    lost: tuple[Fault, ...]


def to_yaml(document: Document, schema: Schema, file: str, list_file: str) -> Converted:
    """The YAML form: `file` and, where there are sources, the CSV list `list_file` beside it."""
    writer = _YamlWriter(document, schema)
    return writer.convert(file, list_file)


def to_ini(document: YamlDocument, schema: Schema, table: SourceTable | None, file: str) -> Converted:
    """The INI form of a YAML application whose sources are `table` (None: there is no list)."""
    seen, result, lost = YamlApplication(document, schema, table), IniDocument(file), []
    for name in document.groups():
        if name not in seen.groups() and name != CSV_GROUP:
            lost.append(
                Fault("YAML passes over this group", "nothing: it had no effect", name, line=document.line_of(name))
            )
    for name in (*_source_names(seen), *(each for each in seen.groups() if group_number(CSV_GROUP, each) is None)):
        group = schema.group(name)
        if group is not None:
            lost += _write_ini_group(result, group, name, seen.effective(name))
    return Converted({file: result.render()}, tuple(_masked(fault) for fault in lost))


def _source_names(document: Document) -> Iterator[str]:
    return (name for name in document.groups() if group_number(CSV_GROUP, name) is not None)


def _write_ini_group(result: IniDocument, group: GroupSchema, name: str, entries: Mapping[str, Entry]) -> list[Fault]:
    lost = []
    result.add_group(name)
    for key_name, entry in entries.items():
        key = group.key(key_name)
        if key is None or not key.in_yaml:
            lost.append(fault_at(entry, "YAML does not read this key", "nothing: it had no effect"))
        elif not key.in_ini:
            lost.append(fault_at(entry, "INI has no such key", "stay with YAML for it"))
        else:
            result.set(name, key_name, _ini_text(group, key, entry.value))
    for key in group.keys.values():
        if key.yaml_default != key.default and key.name not in entries and key.in_ini:
            result.set(name, key.name, _plain(key.yaml_default))
    return lost


def _ini_text(group: GroupSchema, key: KeySchema, text: str) -> str:
    """The raw INI text of what YAML reads: text escaped, OSD colours cut to whole numbers as the program does."""
    if key.type is KeyType.COLOR and group.name == "osd":
        return ";".join(part.split(".")[0] or "0" for part in text.split(";"))
    if key.type in (KeyType.STRING, KeyType.PATH, KeyType.PATH_RAW, KeyType.URI, KeyType.PATH_LIST):
        escaped = text.replace("\\", r"\\").replace("\n", r"\n").replace("\r", r"\r").replace("\t", r"\t")
        return escaped.replace(" ", r"\s", 1) if escaped.startswith(" ") else escaped
    return text.strip()


class _YamlWriter:
    """One conversion from INI."""

    def __init__(self, document: Document, schema: Schema) -> None:
        self._document = document
        self._schema = schema
        self._lost: list[Fault] = []

    def convert(self, file: str, list_file: str) -> Converted:
        lines = [line for name in self._document.groups() for line in self._group_lines(name)]
        rows, files = self._source_rows(), {}
        if rows:
            lines += [f"{CSV_GROUP}:", f"  {CSV_KEY}: {scalar_text(list_file)}"]
            files[list_file] = "".join(f"{row}\n" for row in rows)
        files[file] = "".join(f"{line}\n" for line in lines)
        return Converted(files, tuple(_masked(fault) for fault in self._lost))

    def _group_lines(self, name: str) -> Iterator[str]:
        """The group's lines; a group without keys has none, it would say nothing."""
        group = self._schema.group(name)
        if group is None or not group.in_yaml:
            line = self._document.line_of(name)
            self._lost.append(Fault("YAML has no such group", "stay with INI for it", name, line=line))
        elif group.stem != CSV_GROUP:
            lines = [f"  {key}: {scalar_text(text)}" for key, text in self._group_values(group, name)]
            yield from [f"{name}:", *lines] if lines else []

    def _group_values(self, group: GroupSchema, name: str) -> Iterator[tuple[str, str]]:
        given = self._document.effective(name)
        for entry in given.values():
            key, text = group.key(entry.key), self._yaml_text(group, entry)
            if text is not None and key is not None:
                yield (key.yaml_key if key.name == entry.key else entry.key), text
        for key in group.keys.values():
            if key.yaml_default != key.default and key.name not in given and key.in_yaml:
                yield key.yaml_key, _plain(key.default)

    def _yaml_text(self, group: GroupSchema, entry: Entry) -> str | None:
        """The text that YAML reads as the same value, None (and named) where there is none."""
        key = group.key(entry.key)
        if key is None:
            self._lost.append(fault_at(entry, "the program reads no such key", "nothing: it had no effect"))
            return None
        try:
            value = read_value(key, entry.value)
        except UnreadableValueError as error:
            self._lost.append(fault_at(entry, str(error), error.mend))
            return None
        problem = _not_in_yaml(group, key, value)
        if problem is not None:
            self._lost.append(fault_at(entry, problem, "stay with INI for it"))
            return None
        return _plain(value)

    def _source_rows(self) -> list[str]:
        family = self._schema.groups_by_name.get(f"{CSV_GROUP}%u")
        if family is None:
            return []
        names = list(_source_names(self._document))
        values = {name: self._source_values(family, name) for name in names}
        columns = [key for key in family.keys.values() if any(key.name in each for each in values.values())]
        rows = [",".join(key.name for key in columns)] if names else []
        for name in names:
            cells = [values[name].get(key.name, _plain(key.default)) for key in columns]
            if any("," in cell or "\n" in cell for cell in cells):
                line = self._document.line_of(name)
                self._lost.append(Fault("a source list cannot hold a comma", "encode it as %2C", name, line=line))
            else:
                rows.append(",".join(cells))
        return rows

    def _source_values(self, family: GroupSchema, name: str) -> dict[str, str]:
        """The cells of one source; the number that INI takes for the camera's id and its default of attempts are
        written out.
        """
        number = group_number(CSV_GROUP, name)
        cells = {"enable": "0", _CAMERA_ID: str(number), "rtsp-reconnect-attempts": "-1"}
        for entry in self._document.effective(name).values():
            text = self._yaml_text(family, entry)
            if text is not None:
                cells[entry.key] = text
        return cells


def _not_in_yaml(group: GroupSchema, key: KeySchema, value: Value) -> str | None:
    """Why YAML cannot say what this INI value says; a default that YAML lacks a key for is said by leaving it out."""
    if not key.in_yaml:
        return None if value == key.default else "YAML has no such key"
    if key.type is KeyType.UINT and isinstance(value, int) and value < 0:
        return "a negative number aborts the YAML parser"
    items = value if isinstance(value, tuple) else ()
    if any(isinstance(item, str) and ";" in item for item in items):
        return "YAML cannot escape a semicolon in a list"
    if group.name == "osd" and any(isinstance(item, float) and not item.is_integer() for item in items):
        return "YAML cuts the fractions of OSD colours"
    return None


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ";".join(_plain(item) for item in value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _masked(fault: Fault) -> Fault:
    return Fault(fault.message, fault.mend, fault.group, fault.key, redact_logins(fault.value), fault.line)

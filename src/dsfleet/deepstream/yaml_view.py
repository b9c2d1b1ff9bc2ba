"""A YAML application with its source list, seen under the names of the INI form, so that the same rules check both.

In YAML the sources come only from the CSV file that `source: csv-file-path` names; other groups keep their names, and
keys that YAML spells differently get their INI name.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dsfleet.deepstream.document import Entry
from dsfleet.deepstream.findings import Fault
from dsfleet.deepstream.model import GroupSchema, Schema
from dsfleet.deepstream.yaml_document import YamlDocument

CSV_GROUP = "source"
CSV_KEY = "csv-file-path"
Row = dict[str, Entry]


@dataclass(frozen=True)
class SourceTable:
    """The rows of a source list; `faults` tells what ends or misleads the program while it reads the file."""

    rows: tuple[Row, ...]
    crashes: tuple[Fault, ...]
    lost_columns: tuple[Fault, ...]


def read_source_table(text: str, group: GroupSchema) -> SourceTable:
    """The sources of a CSV list: no quoting, no trimming; the first line that is neither blank nor a comment names the
    columns.

    Source: yaml_source_csv of the packaged facts. A blank or comment line below the header makes the program throw, a
    short row makes it crash; both are faults, and such lines give no row here.
    """
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    header_at = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), None)
    if header_at is None:
        return SourceTable((), (), ())
    columns = lines[header_at].split(",")
    rows: list[Row] = []
    crashes: list[Fault] = []
    for number, line in enumerate(lines[header_at + 1 :], header_at + 2):
        cells = line.split(",")
        if not line.strip() or line.startswith("#"):
            crashes.append(Fault("a blank or comment line below the header ends the program", "remove it", line=number))
        elif len(cells) < len(columns):
            crashes.append(Fault("a row with too few fields crashes the program", "fill every column", line=number))
        else:
            rows.append(_row(len(rows), columns, cells, number))
    return SourceTable(tuple(rows), tuple(crashes), tuple(_lost_columns(columns, group, header_at + 1)))


def _row(index: int, columns: list[str], cells: list[str], line: int) -> Row:
    name = f"source{index}"
    return {key: Entry(name, key, cell, line) for key, cell in zip(columns, cells, strict=False)}


def _lost_columns(columns: list[str], group: GroupSchema, line: int) -> Iterator[Fault]:
    for column in columns:
        key = group.key(column)
        if key is None or not key.in_yaml:
            mend = "save the file with plain line ends" if column.endswith("\r") else "correct or remove the column"
            yield Fault("the program knows no such column", mend, key=column.strip(), line=line)


class YamlApplication:
    """The groups of a YAML file and the rows of its source list as one document under INI names; groups it ignores are
    left out.
    """

    def __init__(self, document: YamlDocument, schema: Schema, table: SourceTable | None = None) -> None:
        self.file = document.file
        self._document = document
        self._groups: dict[str, Row] = {}
        for name in document.groups():
            group = schema.group(name)
            if group is not None and group.in_yaml and group.stem != CSV_GROUP:
                self._groups[name] = _ini_names(group, document.effective(name))
        for index, row in enumerate(table.rows if table else ()):
            self._groups[f"{CSV_GROUP}{index}"] = row

    def groups(self) -> tuple[str, ...]:
        """The groups the program reads, then its sources."""
        return tuple(self._groups)

    def get(self, group: str, key: str) -> str | None:
        """The text in effect under the key's INI name, or None."""
        entry = self.entry(group, key)
        return None if entry is None else entry.value

    def entry(self, group: str, key: str) -> Entry | None:
        """The line in effect (of the YAML file, for sources of the list), or None."""
        return self._groups.get(group, {}).get(key)

    def line_of(self, group: str) -> int:
        """The line of the group in the YAML file; 0 for a source of the list."""
        return self._document.line_of(group)

    def entries(self) -> Iterator[Entry]:
        """Every key in effect, group by group."""
        for row in self._groups.values():
            yield from row.values()

    def effective(self, group: str) -> dict[str, Entry]:
        """The entries in effect by INI name; empty for an unknown group."""
        return dict(self._groups.get(group, {}))


def _ini_names(group: GroupSchema, entries: Row) -> Row:
    names = {key.yaml_key: key.name for key in group.keys.values() if key.in_yaml and key.yaml_key != key.name}
    return {names.get(key, key): entry for key, entry in entries.items()}

"""Rules about plain lists: labels, and the CSV file of a YAML application's sources."""

from collections.abc import Iterator
from dataclasses import dataclass

from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.yaml_view import SourceTable


@dataclass(frozen=True, slots=True)
class Labels:
    """A labels file as text."""

    text: str

    def lines(self) -> list[str]:
        """The lines, without an empty one behind the last line's end."""
        lines = self.text.split("\n")
        return lines[:-1] if lines[-1] == "" else lines


def _blank_labels(labels: Labels) -> Iterator[Fault]:
    for number, line in enumerate(labels.lines(), 1):
        if not line.strip():
            yield Fault("an empty line counts as a class, and moves all below it", "remove it", line=number)


def _carriage_returns(labels: Labels) -> Iterator[Fault]:
    for number, line in enumerate(labels.lines(), 1):
        if line.endswith("\r"):
            yield Fault("the carriage return is part of the label", "save the file with plain line ends", line=number)
            return


def _crashing_rows(table: SourceTable) -> Iterator[Fault]:
    yield from table.crashes


def _lost_columns(table: SourceTable) -> Iterator[Fault]:
    yield from table.lost_columns


def _no_camera_ids(table: SourceTable) -> Iterator[Fault]:
    if len(table.rows) > 1 and "camera-id" not in table.rows[0]:
        yield Fault("every source has the camera id 0, recordings too", "add a column camera-id")


LABEL_RULES: tuple[Rule[Labels], ...] = (
    Rule("labels-blank", Level.MISUNDERSTOOD, "An empty line counts as a class.", _blank_labels),
    Rule("labels-line-end", Level.ADVICE, "Labels have plain line ends.", _carriage_returns),
)
SOURCE_LIST_RULES: tuple[Rule[SourceTable], ...] = (
    Rule("csv-row", Level.REJECTED, "Blank lines, comments and short rows end the program.", _crashing_rows),
    Rule("csv-column", Level.MISUNDERSTOOD, "Unknown columns are lost.", _lost_columns),
    Rule("csv-camera-id", Level.ADVICE, "Without a column camera-id every source has the id 0.", _no_camera_ids),
)

"""What every configuration document offers to read, whatever its format; checks and comparisons need no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """One key line; `value` is its raw text; `line` counts from 1 (0 = added since reading)."""

    group: str
    key: str
    value: str
    line: int


class Document(Protocol):
    """Groups of keys with raw values, in file order; of a key given twice the last one is in effect."""

    file: str

    def groups(self) -> tuple[str, ...]:
        """The names of all groups, each once, in the order of their first appearance."""
        ...

    def get(self, group: str, key: str) -> str | None:
        """The raw text in effect, or None."""
        ...

    def entry(self, group: str, key: str) -> Entry | None:
        """The line in effect for a key, or None."""
        ...

    def line_of(self, group: str) -> int:
        """The line of the group's first header, counted from 1; 0 where there is none."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Every key line in file order, also those that a later line overrides."""
        ...

    def effective(self, group: str) -> dict[str, Entry]:
        """The entries in effect by key; empty for an unknown group."""
        ...

"""The one table that `make bench` prints."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure: what, how much in which unit, and against what (None: nothing to compare with)."""

    name: str
    value: float
    unit: str
    against: str = ""
    bare: float | None = None

    @property
    def ratio(self) -> str:
        """The value over the bare one, as text."""
        return "" if not self.bare else f"{self.value / self.bare:.2f}"


def print_table(rows: list[Row]) -> None:
    """Print the rows with aligned columns."""
    head = ("measure", "value", "unit", "bare", "ratio", "against")
    cells = [head, *((row.name, f"{row.value:.3f}", row.unit, _bare(row), row.ratio, row.against) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    for line in cells:
        sys.stdout.write("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n")


def _bare(row: Row) -> str:
    return "" if row.bare is None else f"{row.bare:.3f}"

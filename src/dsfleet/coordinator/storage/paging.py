"""Pages of a list: how many rows, behind which key, holding which text."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_

Key = tuple[str | int, ...]
"""The values of the columns a list is ordered by."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page. after: the key of the last row of the page before, None for the first page."""

    limit: int = 100
    after: Key | None = None
    text: str | None = None


def paged(query: Select[Any], page: Page, *order: ColumnElement[Any]) -> Select[Any]:
    """Return the query cut to one page in ascending order of the columns, which together must be unique.

    A key of another length than the order is passed over.
    """
    if page.after is not None and len(page.after) == len(order):
        query = query.where(tuple_(*order) > tuple_(*page.after))
    return query.order_by(*order).limit(page.limit)


def contains(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Return whether the column holds the text, capitals or not; `%` and `_` mean themselves."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.ilike(f"%{escaped}%", escape="\\")

"""Pages of a list: how many rows, behind which key, holding which text."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_

from dsfleet.contracts.problems import InputError, Problem

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

    Raises InputError `bad-cursor` for a key of another list.
    """
    if page.after is not None:
        check_key(page.after, *(column.type.python_type for column in order))
        query = query.where(tuple_(*order) > tuple_(*page.after))
    return query.order_by(*order).limit(page.limit)


def check_key(key: Key, *kinds: type) -> None:
    """Go on when the key's values are of these kinds; raises InputError `bad-cursor` otherwise."""
    if len(key) != len(kinds) or not all(isinstance(value, kind) for value, kind in zip(key, kinds, strict=True)):
        raise bad_cursor()


def bad_cursor() -> InputError:
    """Return the error for a cursor that this list never handed out."""
    return InputError(
        Problem(
            code="bad-cursor",
            message="The cursor is none that this list handed out.",
            field="cursor",
            mend="Take next_cursor of the page before, or leave it out to start anew.",
        )
    )


def contains(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Return whether the column holds the text, capitals or not; `%` and `_` mean themselves."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.ilike(f"%{escaped}%", escape="\\")

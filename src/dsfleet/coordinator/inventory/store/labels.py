"""Filtering by label in portable SQL."""

from typing import Any

from sqlalchemy import JSON, Column, ColumnElement


def has_label(column: Column[Any], label: tuple[str, str | None]) -> ColumnElement[bool]:
    """Return whether the JSON object in the column holds the key, and the value where one is given."""
    assert isinstance(column.type, JSON)
    key, value = label
    found: ColumnElement[str] = column[key].as_string()
    return found.is_not(None) if value is None else found == value

"""Lists by key: a page ends with the key of its last row, and the next page starts behind it."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Query

from dsfleet.coordinator.storage.paging import Key, Page, bad_cursor

LATEST_MOMENT_US = 253_402_300_799_999_999
"""The last microsecond of the year 9999: no moment, and no number of ours, is greater."""


def write_cursor(key: Key) -> str:
    """Return the key as text that means nothing to a client."""
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Key:
    """Return the key again; raises InputError `bad-cursor` for text that was never handed out."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise bad_cursor() from error
    if not isinstance(values, list) or not all(_is_key_value(value) for value in values):
        raise bad_cursor()
    return tuple(values)


def _is_key_value(value: object) -> bool:
    """Whether it is text, or a number that a moment or row number can have."""
    return isinstance(value, str) or (type(value) is int and 0 <= value <= LATEST_MOMENT_US)


def next_cursor(keys: Sequence[Key], page: Page) -> str | None:
    """Return the cursor of the page after these rows; None when they are fewer than the page holds."""
    return write_cursor(keys[-1]) if len(keys) == page.limit and keys else None


def _page(
    limit: Annotated[int, Query(ge=1, le=1000, description="How many items at most.")] = 100,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    q: Annotated[str | None, Query(max_length=200, description="Only what has this text in its name.")] = None,
) -> Page:
    return Page(limit=limit, after=read_cursor(cursor) if cursor else None, text=q or None)


PageOf = Annotated[Page, Depends(_page)]

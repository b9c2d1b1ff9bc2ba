"""Cursors."""

import base64
import json

import pytest

from dsfleet.contracts.problems import InputError
from dsfleet.coordinator.api.paging import next_cursor, read_cursor, write_cursor
from dsfleet.coordinator.storage.paging import Page


@pytest.mark.parametrize("key", [("yard",), (0, "Sân"), (1764000000000000, "id")])
def test_cursor_gives_its_key_back(key: tuple[str | int, ...]) -> None:
    """Whatever names a list is ordered by, the cursor holds it."""
    assert read_cursor(write_cursor(key)) == key


@pytest.mark.parametrize("text", ["x", "!!", "bnVsbA", "e30", "W251bGxd", "é"])
def test_text_that_was_never_handed_out_is_refused(text: str) -> None:
    """A made-up cursor is told so at its field."""
    with pytest.raises(InputError) as raised:
        read_cursor(text)
    assert (raised.value.problem.code, raised.value.problem.field) == ("bad-cursor", "cursor")


@pytest.mark.parametrize("value", [10**30, -1, True, 1.5, None])
def test_numbers_that_no_row_has_are_refused(value: object) -> None:
    """A crafted number is told like any other made-up cursor, and reaches no database."""
    made_up = base64.urlsafe_b64encode(json.dumps([value, "id"]).encode()).decode()
    with pytest.raises(InputError, match="handed out"):
        read_cursor(made_up)


def test_only_a_full_page_has_a_next_one() -> None:
    """A page that is not full is the last."""
    assert next_cursor([("a",), ("b",)], Page(limit=2)) == write_cursor(("b",))
    assert next_cursor([("a",)], Page(limit=2)) is None
    assert next_cursor([], Page(limit=2)) is None

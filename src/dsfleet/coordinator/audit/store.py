"""The audit's SQL: entries are added and read, never changed."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, insert, select

from dsfleet.coordinator.audit.model import Entry, Subject
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.paging import Page, check_key, contains
from dsfleet.coordinator.storage.tables import AUDIT


def add_entry(connection: Connection, entry: Entry) -> None:
    """The change is on record once the transaction it belongs to is committed."""
    values = asdict(entry)
    del values["id"]
    connection.execute(insert(AUDIT).values(**values))


def list_entries(connection: Connection, page: Page, subject_id: str | None) -> tuple[Entry, ...]:
    """Return a page of entries, newest first."""
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(page.limit)
    if page.after is not None:
        check_key(page.after, int)
        query = query.where(AUDIT.c.id < page.after[0])
    if subject_id is not None:
        query = query.where(AUDIT.c.subject_id == subject_id)
    if page.text is not None:
        query = query.where(contains(AUDIT.c.subject_name, page.text))
    return tuple(_entry(row) for row in connection.execute(query))


def _entry(row: Row[Any]) -> Entry:
    values = row._asdict()
    values["subject_kind"] = Subject(values["subject_kind"])
    return Entry(**values)

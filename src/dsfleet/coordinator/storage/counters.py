"""Numbers that only grow, such as the draft's version."""

from sqlalchemy import Connection, insert, select, update

from dsfleet.coordinator.storage.tables import COUNTERS

DRAFT = "draft"
SENT = "sent"


def read_counter(connection: Connection, name: str) -> int:
    """Return the number, 0 where it never grew."""
    value = connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == name)).scalar_one_or_none()
    return 0 if value is None else value


def advance(connection: Connection, name: str) -> None:
    """The number is one greater once the transaction is committed."""
    changed = connection.execute(update(COUNTERS).where(COUNTERS.c.name == name).values(value=COUNTERS.c.value + 1))
    if changed.rowcount == 0:
        connection.execute(insert(COUNTERS).values(name=name, value=1))

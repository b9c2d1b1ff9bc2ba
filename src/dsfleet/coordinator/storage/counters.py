"""Numbers that only grow, such as the draft's version."""

from sqlalchemy import Connection, delete, insert, select, update

from dsfleet.coordinator.storage.tables import COUNTERS

DRAFT = "draft"
SENT = "sent"


def revision_of(agent_id: str) -> str:
    """Return the counter that keeps a removed agent's newest revision: agents refuse to go back."""
    return f"revision/{agent_id}"


def admission_of(agent_id: str) -> str:
    """Return the counter that keeps the number of the newest decision about a removed agent."""
    return f"admission/{agent_id}"


def read_counter(connection: Connection, name: str) -> int:
    """Return the number, 0 where it never grew."""
    value = connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == name)).scalar_one_or_none()
    return 0 if value is None else value


def advance(connection: Connection, name: str) -> None:
    """The number is one greater once the transaction is committed."""
    changed = connection.execute(update(COUNTERS).where(COUNTERS.c.name == name).values(value=COUNTERS.c.value + 1))
    if changed.rowcount == 0:
        connection.execute(insert(COUNTERS).values(name=name, value=1))


def raise_to(connection: Connection, name: str, value: int) -> None:
    """The number is at least the value once the transaction is committed."""
    if read_counter(connection, name) < value:
        connection.execute(delete(COUNTERS).where(COUNTERS.c.name == name))
        connection.execute(insert(COUNTERS).values(name=name, value=value))

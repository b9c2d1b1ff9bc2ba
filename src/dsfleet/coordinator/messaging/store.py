"""The database as messaging uses it: transactions that say `wait` when it is away, and the few reads of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import InterfaceError, OperationalError

from dsfleet.contracts.problems import Problem, TemporaryError
from dsfleet.coordinator.storage.database import Database
from dsfleet.coordinator.storage.outbox import OutboxRow
from dsfleet.coordinator.storage.tables import AGENTS, REPORTED_AGENTS, REVISIONS

ADMITTED = "admitted"


@contextmanager
def storing(database: Database) -> Iterator[Connection]:
    """Yield a transaction.

    Raises TemporaryError `database-unavailable` when the database cannot be reached or written.
    """
    try:
        with database.transaction() as connection:
            yield connection
    except (OperationalError, InterfaceError) as error:
        reason = str(error.orig)
        raise TemporaryError(
            Problem(
                code="database-unavailable",
                message=f"The database cannot be used: {reason}.",
                mend="See that its disk has room and that nothing else holds it.",
            )
        ) from error


def probe(connection: Connection) -> None:
    """Nothing, when the database answers."""
    connection.execute(select(1))


def read_agent_name(connection: Connection, agent_id: str) -> str | None:
    """Return the host's name, None for an unknown agent."""
    return connection.execute(select(AGENTS.c.name).where(AGENTS.c.id == agent_id)).scalar_one_or_none()


def read_agents_to_watch(connection: Connection, heard_after: datetime, limit: int) -> tuple[str, ...]:
    """Return at most `limit` admitted agents that reported after this moment, the most recent first."""
    query = (
        select(AGENTS.c.id)
        .join(REPORTED_AGENTS, REPORTED_AGENTS.c.agent_id == AGENTS.c.id)
        .where(AGENTS.c.admission == ADMITTED, REPORTED_AGENTS.c.received_at > heard_after)
        .order_by(REPORTED_AGENTS.c.received_at.desc())
        .limit(limit)
    )
    return tuple(connection.execute(query).scalars())


def without_right_to_enter(connection: Connection, rows: Sequence[OutboxRow]) -> tuple[OutboxRow, ...]:
    """Return those configurations among the rows whose agent is not admitted (any more): they hold camera logins.

    Nothing is lost by leaving them out: an admission puts the newest one in the outbox again.
    """
    configurations = [row for row in rows if row.revision is not None]
    if not configurations:
        return ()
    agent_ids = {row.agent_id for row in configurations}
    query = select(AGENTS.c.id).where(AGENTS.c.id.in_(agent_ids), AGENTS.c.admission == ADMITTED)
    admitted = set(connection.execute(query).scalars())
    return tuple(row for row in configurations if row.agent_id not in admitted)


def read_newest_published(connection: Connection, agent_ids: tuple[str, ...]) -> dict[str, bytes]:
    """Return each agent's newest published desired state, sealed as stored, by agent id."""
    newest = (
        select(REVISIONS.c.agent_id, func.max(REVISIONS.c.revision).label("revision"))
        .where(REVISIONS.c.agent_id.in_(agent_ids), REVISIONS.c.published_at.is_not(None))
        .group_by(REVISIONS.c.agent_id)
        .subquery()
    )
    query = select(REVISIONS.c.agent_id, REVISIONS.c.content_sealed).join(
        newest, (newest.c.agent_id == REVISIONS.c.agent_id) & (newest.c.revision == REVISIONS.c.revision)
    )
    rows = connection.execute(query).mappings()
    return {row["agent_id"]: row["content_sealed"] for row in rows}

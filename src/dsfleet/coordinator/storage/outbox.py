"""The outbox: messages committed in the same transaction as the change they tell of, and published afterwards.

Rows leave in order of their id, which per host is the order of their commits. Values are sealed: a configuration holds
camera logins. Publishing itself belongs to messaging/relay.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.problems import InputError, Problem
from dsfleet.contracts.topics import ALL_TOPICS, CONFIGURATION, AnyMessage, topic_of
from dsfleet.coordinator.storage.secret_box import SecretBox
from dsfleet.coordinator.storage.tables import OUTBOX, REVISIONS


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message waiting to be published. revision: of a desired state, None for other messages."""

    id: int
    topic: int
    agent_id: str
    revision: int | None
    value_sealed: bytes


def put_message(connection: Connection, box: SecretBox, message: AnyMessage, now: datetime) -> None:
    """The message is published after this transaction commits, after every earlier one of its agent."""
    connection.execute(
        insert(OUTBOX).values(
            topic=topic_of(message).number,
            agent_id=message.agent_id,
            value_sealed=box.seal(msgspec.json.encode(message)),
            revision=message.revision if isinstance(message, DesiredHost) else None,
            created_at=now,
        )
    )


def put_newest_configuration(connection: Connection, agent_id: str, now: datetime) -> None:
    """The agent's newest desired state, if there is one, is published again as it was made."""
    query = select(REVISIONS.c.revision, REVISIONS.c.content_sealed).where(REVISIONS.c.agent_id == agent_id)
    row = connection.execute(query.order_by(REVISIONS.c.revision.desc()).limit(1)).one_or_none()
    if row is None:
        return
    revision, content_sealed = row
    values = {"topic": CONFIGURATION.number, "agent_id": agent_id, "value_sealed": content_sealed}
    connection.execute(insert(OUTBOX).values(**values, revision=revision, created_at=now))


def waiting_messages(connection: Connection, limit: int) -> tuple[OutboxRow, ...]:
    """Return at most `limit` rows, oldest first."""
    columns = (OUTBOX.c.id, OUTBOX.c.topic, OUTBOX.c.agent_id, OUTBOX.c.revision, OUTBOX.c.value_sealed)
    rows = connection.execute(select(*columns).order_by(OUTBOX.c.id).limit(limit))
    return tuple(OutboxRow(*row) for row in rows)


def open_message(box: SecretBox, row: OutboxRow) -> AnyMessage:
    """Return the row's message.

    Raises InputError `secret-key-wrong` when another key sealed it, `outbox-unreadable` when it is no message of its
    topic as this version knows it.
    """
    content = box.open(row.value_sealed)
    message_class = next((topic.message for topic in ALL_TOPICS if topic.number == row.topic), None)
    try:
        if message_class is not None:
            return msgspec.json.decode(content, type=message_class)
        detail = f"topic {row.topic} is not known"
    except msgspec.DecodeError as error:
        detail = str(error)
    raise InputError(Problem(code="outbox-unreadable", message=f"Outbox row {row.id} is not readable: {detail}."))


def remove_messages(connection: Connection, row_ids: Sequence[int]) -> None:
    """The rows are gone; those that were gone before do no harm."""
    if row_ids:
        connection.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(row_ids)))


def count_waiting(connection: Connection) -> int:
    """Return how many messages wait to be published."""
    return connection.execute(select(func.count()).select_from(OUTBOX)).scalar_one()

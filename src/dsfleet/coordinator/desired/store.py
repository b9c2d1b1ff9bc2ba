"""The SQL of desired states: what every host was last told, every revision ever made, and the making of the next.

Everything here runs in the caller's transaction: revision, sent instances and outbox row come together or not at all.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from dsfleet.contracts.envelope import encode
from dsfleet.contracts.identifiers import AgentId, Revision
from dsfleet.contracts.messages.configuration import DesiredHost, DesiredInstance
from dsfleet.coordinator.desired.model import SentRow
from dsfleet.coordinator.desired.planning import content_digest
from dsfleet.coordinator.storage.counters import SENT, advance, read_counter, revision_of
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.outbox import put_message
from dsfleet.coordinator.storage.secret_box import SecretBox
from dsfleet.coordinator.storage.tables import AGENTS, REVISIONS, SENT_INSTANCES
from dsfleet.kit.canonical import digest_of

_SENT_COLUMNS = (
    SENT_INSTANCES.c.agent_id,
    SENT_INSTANCES.c.instance_id,
    SENT_INSTANCES.c.name,
    SENT_INSTANCES.c.revision,
    SENT_INSTANCES.c.digest,
    SENT_INSTANCES.c.content_digest,
    SENT_INSTANCES.c.content_sealed,
)


@dataclass(frozen=True, slots=True)
class Writer:
    """What making a revision takes: the open transaction, the box that seals, and the moment."""

    connection: Connection
    box: SecretBox
    now: datetime


def read_sent(connection: Connection) -> tuple[SentRow, ...]:
    """Return what all hosts were last told."""
    return _sent(connection.execute(select(*_SENT_COLUMNS)))


def read_sent_instances(connection: Connection, instance_ids: Collection[str]) -> dict[str, SentRow]:
    """Return what was last told of these instances by id; after a move, what the later host was told."""
    query = select(*_SENT_COLUMNS).where(SENT_INSTANCES.c.instance_id.in_(instance_ids))
    return {row.instance_id: row for row in sorted(_sent(connection.execute(query)), key=lambda row: row.revision)}


def read_sent_host(connection: Connection, box: SecretBox, agent_id: str) -> tuple[DesiredInstance, ...]:
    """Return what the host was last told, in order of instance id."""
    query = select(*_SENT_COLUMNS).where(SENT_INSTANCES.c.agent_id == agent_id).order_by(SENT_INSTANCES.c.instance_id)
    return tuple(open_sent(box, row) for row in _sent(connection.execute(query)))


def open_sent(box: SecretBox, row: SentRow) -> DesiredInstance:
    """Return the instance as it was told."""
    return msgspec.json.decode(box.open(row.content_sealed), type=DesiredInstance)


def read_revision(connection: Connection, box: SecretBox, agent_id: str, below: int) -> tuple[DesiredInstance, ...]:
    """Return what the newest revision below this number told the host; nothing where there was none."""
    query = (
        select(REVISIONS.c.content_sealed)
        .where(REVISIONS.c.agent_id == agent_id, REVISIONS.c.revision < below)
        .order_by(REVISIONS.c.revision.desc())
        .limit(1)
    )
    sealed = connection.execute(query).scalar_one_or_none()
    return () if sealed is None else msgspec.json.decode(box.open(sealed), type=DesiredHost).instances


def count_sent_by_agent(connection: Connection, agent_id: str) -> int:
    """Return how many instances the host was last told to have."""
    query = select(SENT_INSTANCES.c.instance_id).where(SENT_INSTANCES.c.agent_id == agent_id)
    return len(connection.execute(query).all())


def write_revision(writer: Writer, agent_id: str, instances: Sequence[DesiredInstance]) -> int:
    """Return the number of the host's next desired state, which waits in the outbox; `instances` is all of it.

    Raises InputError `message-too-large` when the host's configuration passes the topic's limit.
    """
    connection, box, now = writer.connection, writer.box, writer.now
    ordered = tuple(sorted(instances, key=lambda each: each.instance_id))
    newest = select(AGENTS.c.desired_revision).where(AGENTS.c.id == agent_id)
    revision = max(int(connection.execute(newest).scalar_one()), read_counter(connection, revision_of(agent_id))) + 1
    host = DesiredHost(agent_id=AgentId(agent_id), revision=Revision(revision), sent_at=now, instances=ordered)
    encode(host)
    connection.execute(update(AGENTS).where(AGENTS.c.id == agent_id).values(desired_revision=revision))
    connection.execute(
        insert(REVISIONS).values(
            agent_id=agent_id,
            revision=revision,
            content_digest=content_digest(ordered),
            content_sealed=box.seal(msgspec.json.encode(host)),
            created_at=now,
        )
    )
    _replace_sent(writer, host)
    put_message(connection, box, host, now)
    advance(connection, SENT)
    return revision


def _replace_sent(writer: Writer, host: DesiredHost) -> None:
    connection = writer.connection
    query = select(*_SENT_COLUMNS).where(SENT_INSTANCES.c.agent_id == host.agent_id)
    old = {row.instance_id: row.content_digest for row in _sent(connection.execute(query))}
    digests = {instance.instance_id: digest_of(instance) for instance in host.instances}
    stale = [id_ for id_, digest in old.items() if digests.get(id_) != digest]  # type: ignore[call-overload]
    for instance_id in stale:
        connection.execute(
            delete(SENT_INSTANCES).where(
                SENT_INSTANCES.c.agent_id == host.agent_id, SENT_INSTANCES.c.instance_id == instance_id
            )
        )
    for instance in host.instances:
        if old.get(instance.instance_id) != digests[instance.instance_id]:
            _add_sent(writer, host, instance, digests[instance.instance_id])


def _add_sent(writer: Writer, host: DesiredHost, instance: DesiredInstance, digest: str) -> None:
    writer.connection.execute(
        insert(SENT_INSTANCES).values(
            agent_id=host.agent_id,
            instance_id=instance.instance_id,
            name=instance.name,
            revision=host.revision,
            digest=instance.digest,
            content_digest=digest,
            camera_ids=[camera.camera_id for camera in instance.cameras],
            content_sealed=writer.box.seal(msgspec.json.encode(instance)),
        )
    )


def _sent(rows: Any) -> tuple[SentRow, ...]:
    return tuple(_sent_row(row) for row in rows)


def _sent_row(row: Row[Any]) -> SentRow:
    return SentRow(**row._asdict())

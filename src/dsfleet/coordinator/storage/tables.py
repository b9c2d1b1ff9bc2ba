"""Every table of the coordinator's database, in portable SQL (SQLite and PostgreSQL).

Cameras, instances and pipelines are the operator's draft; `sent_instances` is what the fleet was last told;
`reported_*` is what it last said. Times are UTC, through `UtcDateTime`. `*_sealed` columns are encrypted at rest.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC, stored as microseconds since 1970: exact, ordered, alike in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 SQLAlchemy's signature
        """Return microseconds since 1970; a naive moment is a bug and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone")
        delta = value - datetime(1970, 1, 1, tzinfo=UTC)
        return (delta.days * 86400 + delta.seconds) * 1_000_000 + delta.microseconds

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 SQLAlchemy's signature
        """Return the moment, aware, in UTC."""
        if value is None:
            return None
        seconds, microseconds = divmod(int(value), 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


AGENTS = Table(
    "agents",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("labels", JSON, nullable=False),
    Column("cordoned", Boolean, nullable=False, default=False),
    Column("admission", String(16), nullable=False),
    Column("admission_number", Integer, nullable=False, default=0),
    Column("admission_reason", Text, nullable=False, default=""),
    Column("fingerprint", String(128), nullable=False),
    Column("signing_key", String(64), nullable=False),
    Column("sealing_key", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    Column("capacity_cameras", Integer, nullable=False),
    Column("port_first", Integer, nullable=False),
    Column("port_last", Integer, nullable=False),
    Column("inventory", JSON, nullable=False),
    Column("greeting_start_number", Integer, nullable=False),
    Column("greeting_sequence", Integer, nullable=False),
    Column("desired_revision", Integer, nullable=False, default=0),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime),
)
"""One row per agent that ever greeted. desired_revision: the newest revision made for it, 0 before any."""

REPORTED_AGENTS = Table(
    "reported_agents",
    METADATA,
    Column("agent_id", String(64), ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True),
    Column("start_number", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("converged", Boolean, nullable=False),
    Column("cause", Text, nullable=False),
    Column("engine", JSON, nullable=False),
    Column("engine_unreachable_since", UtcDateTime),
    Column("load", JSON, nullable=False),
)
"""The newest report of each agent, less its instances."""

PIPELINES = Table(
    "pipelines",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("created_at", UtcDateTime, nullable=False),
)

PIPELINE_VERSIONS = Table(
    "pipeline_versions",
    METADATA,
    Column("pipeline_id", String(64), ForeignKey("pipelines.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("image", Text, nullable=False),
    Column("command", JSON, nullable=False),
    Column("cameras", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("frame_counting", String(32), nullable=False),
    Column("live_sources", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
"""Immutable: rows are inserted and never updated."""

INSTANCES = Table(
    "instances",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("agent_id", String(64), ForeignKey("agents.id"), nullable=False, index=True),
    Column("pipeline_id", String(64), ForeignKey("pipelines.id"), nullable=False),
    Column("pipeline_version", Integer, nullable=False),
    Column("mode", String(16), nullable=False),
    Column("debug_until", UtcDateTime),
    Column("power", String(8), nullable=False),
    Column("gpu", String(64)),
    Column("restart_number", Integer, nullable=False, default=0),
    Column("retry_number", Integer, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

INSTANCE_PORTS = Table(
    "instance_ports",
    METADATA,
    Column("agent_id", String(64), ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True),
    Column("port", Integer, primary_key=True),
    Column("instance_id", String(64), nullable=False, index=True),
    Column("purpose", String(8), nullable=False),
    UniqueConstraint("instance_id", "purpose"),
)
"""Ports stay with their instance for life, so turning debug off and on keeps the address."""

CAMERAS = Table(
    "cameras",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("uri", Text, nullable=False),
    Column("username_sealed", LargeBinary),
    Column("password_sealed", LargeBinary),
    Column("labels", JSON, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("instance_id", String(64), ForeignKey("instances.id"), index=True),
    Column("position", Integer, nullable=False, default=0),
    Column("expected_fps", Float),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
"""`position` orders an instance's cameras; the enabled ones, in that order, are its sources from 0."""

SENT_INSTANCES = Table(
    "sent_instances",
    METADATA,
    Column("agent_id", String(64), ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True),
    Column("instance_id", String(64), primary_key=True, index=True),
    Column("name", String(63), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", String(80), nullable=False),
    Column("content_digest", String(80), nullable=False),
    Column("camera_ids", JSON, nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
)
"""What each host was last told, one row per instance. revision: in which it last changed. content: the DesiredInstance
as JSON; content_digest covers all of it, `digest` only what needs a new container."""

REVISIONS = Table(
    "revisions",
    METADATA,
    Column("agent_id", String(64), ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("content_digest", String(80), nullable=False),
    Column("content_sealed", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
)
"""Every desired state ever made for a host (the DesiredHost as JSON), so that one can be taken back."""

REPORTED_INSTANCES = Table(
    "reported_instances",
    METADATA,
    Column("instance_id", String(64), primary_key=True),
    Column("agent_id", String(64), ForeignKey("agents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String(32), nullable=False, index=True),
    Column("cause", Text, nullable=False),
    Column("observed_digest", String(80)),
    Column("observed_revision", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("content", JSON, nullable=False),
)
"""content: the ReportedInstance as it came, cameras included."""

REPORTED_CAMERAS = Table(
    "reported_cameras",
    METADATA,
    Column("camera_id", String(64), primary_key=True),
    Column("agent_id", String(64), ForeignKey("agents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("instance_id", String(64), nullable=False, index=True),
    Column("state", String(16), nullable=False, index=True),
    Column("fps", Float),
    Column("average_fps", Float),
    Column("last_frame_age_s", Float),
    Column("reconnects", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

UPDATE_REQUESTS = Table(
    "update_requests",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("plan_id", String(80), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("note", Text),
    Column("created_by", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("deadline", UtcDateTime, nullable=False),
)

UPDATE_REQUEST_HOSTS = Table(
    "update_request_hosts",
    METADATA,
    Column("update_request_id", String(64), ForeignKey("update_requests.id", ondelete="CASCADE"), primary_key=True),
    Column("agent_id", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("cause", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_update_request_hosts_agent_state", "agent_id", "state"),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", Integer, nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("value_sealed", LargeBinary, nullable=False),
    Column("revision", Integer),
    Column("created_at", UtcDateTime, nullable=False),
)
"""Messages committed with the change they tell of and not yet published, in order of id. value: the message's JSON."""

TOKENS = Table(
    "tokens",
    METADATA,
    Column("digest", String(80), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
)
"""API tokens, sessions and one-time login links, each by the digest of its secret. kind: api, session, login-link."""

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject_kind", String(32), nullable=False),
    Column("subject_id", String(80), nullable=False, index=True),
    Column("subject_name", Text, nullable=False),
    Column("difference", JSON, nullable=False),
)
"""Who changed what, when; rows are inserted and never updated. difference: field -> [old, new], secrets masked."""

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", String(128), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Numbers that only grow, such as the request number of each agent. `draft` grows with every change of the draft,
`sent` with every new revision: what is derived from both needs no second look while they stand."""

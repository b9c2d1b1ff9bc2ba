"""The first tables. Moments are microseconds since 1970 in UTC; sealed columns hold what the database must not tell."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables exist, in an order that foreign keys allow."""
    _make_agents()
    _make_audit()
    _make_counters()
    _make_outbox()
    _make_pipelines()
    _make_tokens()
    _make_update_requests()
    _make_instance_ports()
    _make_instances()
    _make_pipeline_versions()
    _make_reported_agents()
    _make_reported_cameras()
    _make_reported_instances()
    _make_revisions()
    _make_sent_instances()
    _make_update_request_hosts()
    _make_cameras()


def _make_agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("cordoned", sa.Boolean(), nullable=False),
        sa.Column("admission", sa.String(length=16), nullable=False),
        sa.Column("admission_number", sa.Integer(), nullable=False),
        sa.Column("admission_reason", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=128), nullable=False),
        sa.Column("signing_key", sa.String(length=64), nullable=False),
        sa.Column("sealing_key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("capacity_cameras", sa.Integer(), nullable=False),
        sa.Column("port_first", sa.Integer(), nullable=False),
        sa.Column("port_last", sa.Integer(), nullable=False),
        sa.Column("inventory", sa.JSON(), nullable=False),
        sa.Column("greeting_start_number", sa.Integer(), nullable=False),
        sa.Column("greeting_sequence", sa.Integer(), nullable=False),
        sa.Column("desired_revision", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
        sa.UniqueConstraint("name", name="uq_agents_name"),
    )


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("difference", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_subject_id", "audit", ["subject_id"], unique=False)


def _make_counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("topic", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )


def _make_pipelines() -> None:
    op.create_table(
        "pipelines",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pipelines"),
        sa.UniqueConstraint("name", name="uq_pipelines_name"),
    )


def _make_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_tokens"),
    )


def _make_update_requests() -> None:
    op.create_table(
        "update_requests",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_update_requests"),
    )
    op.create_index("ix_update_requests_created_at", "update_requests", ["created_at"], unique=False)
    op.create_index("ix_update_requests_state", "update_requests", ["state"], unique=False)


def _make_instance_ports() -> None:
    op.create_table(
        "instance_ports",
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_instance_ports_agent_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent_id", "port", name="pk_instance_ports"),
        sa.UniqueConstraint("instance_id", "purpose", name="uq_instance_ports_instance_id_purpose"),
    )
    op.create_index("ix_instance_ports_instance_id", "instance_ports", ["instance_id"], unique=False)


def _make_instances() -> None:
    op.create_table(
        "instances",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("pipeline_id", sa.String(length=64), nullable=False),
        sa.Column("pipeline_version", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("debug_until", sa.BigInteger(), nullable=True),
        sa.Column("power", sa.String(length=8), nullable=False),
        sa.Column("gpu", sa.String(length=64), nullable=True),
        sa.Column("restart_number", sa.Integer(), nullable=False),
        sa.Column("retry_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_instances_agent_id"),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name="fk_instances_pipeline_id"),
        sa.PrimaryKeyConstraint("id", name="pk_instances"),
        sa.UniqueConstraint("name", name="uq_instances_name"),
    )
    op.create_index("ix_instances_agent_id", "instances", ["agent_id"], unique=False)


def _make_pipeline_versions() -> None:
    op.create_table(
        "pipeline_versions",
        sa.Column("pipeline_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("command", sa.JSON(), nullable=False),
        sa.Column("cameras", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("frame_counting", sa.String(length=32), nullable=False),
        sa.Column("live_sources", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pipeline_id"], ["pipelines.id"], name="fk_pipeline_versions_pipeline_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pipeline_id", "version", name="pk_pipeline_versions"),
    )


def _make_reported_agents() -> None:
    op.create_table(
        "reported_agents",
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("start_number", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("converged", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("engine", sa.JSON(), nullable=False),
        sa.Column("engine_unreachable_since", sa.BigInteger(), nullable=True),
        sa.Column("load", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_reported_agents_agent_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent_id", name="pk_reported_agents"),
    )


def _make_reported_cameras() -> None:
    op.create_table(
        "reported_cameras",
        sa.Column("camera_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fps", sa.Float(), nullable=True),
        sa.Column("average_fps", sa.Float(), nullable=True),
        sa.Column("last_frame_age_s", sa.Float(), nullable=True),
        sa.Column("reconnects", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_reported_cameras_agent_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("camera_id", name="pk_reported_cameras"),
    )
    op.create_index("ix_reported_cameras_agent_id", "reported_cameras", ["agent_id"], unique=False)
    op.create_index("ix_reported_cameras_instance_id", "reported_cameras", ["instance_id"], unique=False)
    op.create_index("ix_reported_cameras_state", "reported_cameras", ["state"], unique=False)


def _make_reported_instances() -> None:
    op.create_table(
        "reported_instances",
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("observed_digest", sa.String(length=80), nullable=True),
        sa.Column("observed_revision", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_reported_instances_agent_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("instance_id", name="pk_reported_instances"),
    )
    op.create_index("ix_reported_instances_agent_id", "reported_instances", ["agent_id"], unique=False)
    op.create_index("ix_reported_instances_state", "reported_instances", ["state"], unique=False)


def _make_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_digest", sa.String(length=80), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_revisions_agent_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent_id", "revision", name="pk_revisions"),
    )


def _make_sent_instances() -> None:
    op.create_table(
        "sent_instances",
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("content_digest", sa.String(length=80), nullable=False),
        sa.Column("camera_ids", sa.JSON(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_sent_instances_agent_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent_id", "instance_id", name="pk_sent_instances"),
    )
    op.create_index("ix_sent_instances_instance_id", "sent_instances", ["instance_id"], unique=False)


def _make_update_request_hosts() -> None:
    op.create_table(
        "update_request_hosts",
        sa.Column("update_request_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["update_request_id"],
            ["update_requests.id"],
            name="fk_update_request_hosts_update_request_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("update_request_id", "agent_id", name="pk_update_request_hosts"),
    )
    op.create_index("ix_update_request_hosts_agent_state", "update_request_hosts", ["agent_id", "state"], unique=False)


def _make_cameras() -> None:
    op.create_table(
        "cameras",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("username_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("password_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("instance_id", sa.String(length=64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("expected_fps", sa.Float(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_cameras_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cameras"),
        sa.UniqueConstraint("name", name="uq_cameras_name"),
    )
    op.create_index("ix_cameras_instance_id", "cameras", ["instance_id"], unique=False)

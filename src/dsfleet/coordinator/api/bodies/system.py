"""The coordinator itself, live changes, sessions and the audit."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from dsfleet.coordinator.api.bodies.agents import Agent
from dsfleet.coordinator.api.bodies.base import Answer
from dsfleet.coordinator.api.bodies.cameras import Camera
from dsfleet.coordinator.api.bodies.changes import UpdateRequest
from dsfleet.coordinator.api.bodies.instances import Instance
from dsfleet.coordinator.api.bodies.pipelines import Pipeline


class PartHealth(Answer):
    """One part the coordinator leans on."""

    ok: bool
    since: datetime
    detail: str


class Counts(Answer):
    """How many of each, by state."""

    cameras: dict[str, int]
    instances: dict[str, int]
    agents: dict[str, int]
    pending_changes: int


class System(Answer):
    """How the coordinator itself is."""

    version: str
    demo: bool
    transport: Literal["kafka", "in-process"]
    messenger: PartHealth
    database: PartHealth
    counts: Counts
    server_time: datetime


class Removed(Answer):
    """Ids of what is gone."""

    cameras: list[str] = Field(default_factory=list)
    instances: list[str] = Field(default_factory=list)
    agents: list[str] = Field(default_factory=list)
    pipelines: list[str] = Field(default_factory=list)


class Changes(Answer):
    """The data of one `changes` event: whole objects that changed, and what is gone."""

    cameras: list[Camera] = Field(default_factory=list)
    instances: list[Instance] = Field(default_factory=list)
    agents: list[Agent] = Field(default_factory=list)
    pipelines: list[Pipeline] = Field(default_factory=list)
    update_requests: list[UpdateRequest] = Field(default_factory=list)
    removed: Removed = Removed()
    system: System | None = None


class Session(Answer):
    """Who is logged in."""

    name: str
    demo: bool


class LoginLink(Answer):
    """A link that logs one browser in, once."""

    path: str = Field(description="Path and query below the coordinator's address.", examples=["/login?token=..."])
    expires_at: datetime


class AuditEntry(Answer):
    """Who changed what, when. `difference` gives each field's old and new value; a secret reads `***`."""

    id: int
    at: datetime
    actor: str
    action: str = Field(examples=["camera created"])
    subject_kind: Literal["camera", "instance", "agent", "pipeline", "update-request", "session"]
    subject_id: str
    subject_name: str
    difference: dict[str, list[str | None]] = Field(examples=[{"mode": ["normal", "debug"]}])


class AuditList(Answer):
    """A page of the audit, newest first."""

    items: list[AuditEntry]
    next_cursor: str | None = None

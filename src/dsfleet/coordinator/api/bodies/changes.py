"""The plan of pending changes, and the requests that carry it out."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from dsfleet.coordinator.api.bodies.base import Answer, Body

UpdateState = Literal["accepted", "sent", "received", "applying", "converged", "failed", "cancelled", "superseded"]
PlannedAction = Literal["create", "recreate", "remove", "stop", "start", "nothing"]


class PlannedChange(Answer):
    """What happens to one instance. `text` reads `demo-1 is recreated, 5 cameras blink`."""

    instance_id: str
    instance_name: str
    action: PlannedAction
    causes: list[str] = Field(examples=[["camera yard-east added", "mode normal -> debug"]])
    cameras_blinking: int
    text: str


class PlannedHost(Answer):
    """What happens on one host."""

    agent_id: str
    agent_name: str
    base_revision: int
    cameras_blinking: int
    changes: list[PlannedChange]
    text: str


class Plan(Answer):
    """What an update request would do now. `plan_id` names exactly this draft over exactly these sent revisions."""

    plan_id: str
    nothing_to_do: bool
    hosts: list[PlannedHost] = Field(description="Only hosts on which something changes.")
    cameras_blinking: int
    text: str


class PlanRequest(Body):
    """Ask for the plan of some hosts; null: all."""

    agent_ids: list[str] | None = None


class UpdateRequestCreate(Body):
    """Make it so. The plan must still be the one that was shown: otherwise 409."""

    plan_id: str
    agent_ids: list[str] | None = Field(default=None, description="Only these hosts; null: all hosts of the plan.")
    note: str | None = Field(default=None, max_length=500)


class UpdateRequestHost(Answer):
    """How far one host is."""

    agent_id: str
    agent_name: str
    revision: int
    state: UpdateState
    cause: str
    text: str = Field(description="What was planned for this host.")
    changed_at: datetime


class UpdateRequest(Answer):
    """An operator's "make it so". `message` is what the operator is told at once."""

    id: str
    state: UpdateState
    message: str = Field(examples=["Heard you, will update soon."])
    note: str | None
    created_by: str
    created_at: datetime
    deadline: datetime
    past_deadline: bool
    hosts: list[UpdateRequestHost]


class UpdateRequestList(Answer):
    """A page of update requests, newest first."""

    items: list[UpdateRequest]
    next_cursor: str | None = None

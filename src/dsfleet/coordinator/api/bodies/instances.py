"""Instances, as described by the operator and as last reported, and their files."""

from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from dsfleet.coordinator.api.bodies.base import Answer, Body, Name, ProblemFacts, refuse_null
from dsfleet.coordinator.api.bodies.cameras import CameraState

InstanceState = Literal[
    "pulling",
    "creating",
    "starting",
    "building-engine",
    "running",
    "degraded",
    "no-frames",
    "backoff",
    "stopped",
    "failed",
    "unobserved",
]
Mode = Literal["normal", "debug"]
Power = Literal["on", "off"]


class InstanceCreate(Body):
    """A new instance on one host; without `pipeline_version` the newest one."""

    name: Name
    agent_id: str
    pipeline_id: str
    pipeline_version: int | None = Field(default=None, ge=1)
    mode: Mode = "normal"
    power: Power = "on"
    gpu: str | None = Field(default=None, description="Device id on the host; null asks for no GPU.", examples=["0"])
    camera_ids: list[str] | None = Field(default=None, description="Cameras to assign, in this order.")


class InstanceUpdate(Body):
    """What to change about an instance; a field left out stays. `camera_ids` replaces the whole assignment."""

    name: Name | None = None
    pipeline_version: int | None = Field(default=None, ge=1)
    mode: Mode | None = None
    power: Power | None = None
    gpu: str | None = None
    camera_ids: list[str] | None = None

    _not_null = field_validator("name", "pipeline_version", "mode", "power", "camera_ids")(refuse_null)


class InstancePort(Answer):
    """A port the coordinator allocated to the instance on its host."""

    purpose: Literal["rtsp", "udp", "rest"]
    port: int


class InstanceCamera(Answer):
    """One of an instance's cameras, as last reported."""

    camera_id: str
    name: str
    state: CameraState
    fps: float | None
    last_frame_age_s: float | None


class Instance(Answer):
    """An instance as described, and as its host last said it is."""

    id: str
    name: str
    agent_id: str
    pipeline_id: str
    pipeline_version: int
    mode: Mode
    debug_until: datetime | None = None
    power: Power
    gpu: str | None
    state: InstanceState | Literal["unsent"] = Field(description="`unsent`: no update request carried it yet.")
    cause: str
    state_age_s: float | None = None
    desired_revision: int
    observed_revision: int
    container_id: str | None
    image: str
    ports: list[InstancePort]
    rtsp_url: str | None = Field(default=None, description="Where the debug picture is, while in debug mode.")
    restarts: int
    exit_code: int | None = None
    next_try_in_s: float | None = None
    last_problem: ProblemFacts | None = None
    started_at: datetime | None = None
    cameras: list[InstanceCamera]
    stale: bool
    received_at: datetime | None = None
    pending: bool
    created_at: datetime
    updated_at: datetime


class InstanceList(Answer):
    """A page of instances, ordered by name."""

    items: list[Instance]
    next_cursor: str | None = None


class ConfigurationFile(Answer):
    """One file; logins inside it are masked."""

    path: str
    content: str


class InstanceConfiguration(Answer):
    """An instance's files: as the draft would make them, as last sent, and as read back from its container just now."""

    instance_id: str
    draft: list[ConfigurationFile]
    sent: list[ConfigurationFile] | None = Field(description="null: never sent.")
    sent_revision: int
    observed: list[ConfigurationFile] | None = Field(
        default=None, description="Only when asked for with read_back=true."
    )
    observed_at: datetime | None = None
    observed_matches_sent: bool | None = None
    observed_problem: ProblemFacts | None = None

"""What the HTTP API takes and gives: one frozen model per body, with the examples that the OpenAPI document shows.

Ages and rates are as the agent measured them; `received_at` says when the coordinator heard them, so a reader can add
the time since. Nothing here ever holds a camera's password.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=63, examples=["yard-east"])]
Labels = Annotated[dict[str, str], Field(default_factory=dict, examples=[{"site": "north"}])]
CameraState = Literal["live", "low-fps", "no-frames", "reconnecting", "unknown", "off", "unassigned"]
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
UpdateState = Literal["accepted", "sent", "received", "applying", "converged", "failed", "cancelled", "superseded"]
PlannedAction = Literal["create", "recreate", "remove", "stop", "start", "nothing"]


class Body(BaseModel):
    """Frozen; what comes in may hold no field that is not known, so that a misspelt one is told and not dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(BaseModel):
    """Frozen; what goes out."""

    model_config = ConfigDict(frozen=True)


class ProblemFacts(Answer):
    """One thing wrong with what was sent, or with what was tried on a host."""

    code: str = Field(examples=["camera-name-taken"])
    message: str = Field(examples=["Another camera is named 'yard-east'."])
    field: str | None = Field(default=None, examples=["name"])
    value: str | None = Field(default=None, examples=["yard-east"])
    mend: str | None = Field(default=None, examples=["Choose another name."])


class ProblemDocument(Answer):
    """An error as RFC 9457 lays it down; `problems` lists every field to mend, the first repeated above."""

    type: str = Field(examples=["urn:dsfleet:problem:camera-name-taken"])
    title: str = Field(examples=["Another camera is named 'yard-east'."])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Choose another name."])
    instance: str | None = None
    code: str = Field(examples=["camera-name-taken"])
    problems: list[ProblemFacts] = Field(default_factory=list)


# Cameras


class CameraCreate(Body):
    """A new camera. A login inside `uri` is taken out of it and kept apart."""

    name: Name
    uri: str = Field(min_length=1, max_length=2048, examples=["rtsp://192.0.2.10:554/stream1"])
    username: str | None = Field(default=None, max_length=256)
    password: str | None = Field(default=None, max_length=256, json_schema_extra={"writeOnly": True})
    labels: Labels
    enabled: bool = True
    instance_id: str | None = None
    expected_fps: float | None = Field(default=None, gt=0, le=1000, examples=[10.0])


class CameraUpdate(Body):
    """What to change about a camera; a field left out stays. `username` and `password` null remove the login."""

    name: Name | None = None
    uri: str | None = Field(default=None, min_length=1, max_length=2048)
    username: str | None = Field(default=None, max_length=256)
    password: str | None = Field(default=None, max_length=256, json_schema_extra={"writeOnly": True})
    labels: dict[str, str] | None = None
    enabled: bool | None = None
    instance_id: str | None = None
    expected_fps: float | None = Field(default=None, gt=0, le=1000)


class Camera(Answer):
    """A camera as described, and as its host last said it is. `pending`: the fleet does not follow this yet."""

    id: str
    name: str
    uri: str = Field(description="Without login.")
    has_login: bool
    labels: dict[str, str]
    enabled: bool
    instance_id: str | None
    expected_fps: float | None
    state: CameraState
    fps: float | None
    average_fps: float | None = None
    last_frame_age_s: float | None
    reconnects: int = 0
    stale: bool = Field(description="The host has not been heard of lately: the values are old.")
    received_at: datetime | None = None
    pending: bool
    created_at: datetime
    updated_at: datetime


class CameraList(Answer):
    """A page of cameras, ordered by name."""

    items: list[Camera]
    next_cursor: str | None = None


# Instances


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


# Agents


class Gpu(Answer):
    """One GPU of a host."""

    index: int
    name: str
    uuid: str | None = None
    memory_mib: int | None = None
    driver_version: str | None = None


class EngineFacts(Answer):
    """The host's container engine."""

    reachable: bool
    version: str | None = None
    api_version: str | None = None
    problem: str | None = None
    unreachable_since: datetime | None = None


class Inventory(Answer):
    """What a host has."""

    hostname: str
    operating_system: str
    kernel: str
    platform: Literal["x86", "jetson", "sbsa"]
    cpu_model: str
    cpu_cores: int
    memory_mib: int
    gpus: list[Gpu]
    engine: EngineFacts


class HostLoad(Answer):
    """How busy a host is: CPU in percent of all cores."""

    cpu_percent: float
    memory_used_mib: int
    memory_total_mib: int
    disk_free_mib: int
    disk_total_mib: int


class AgentCapacity(Answer):
    """Cameras a host may carry, and carries in the draft."""

    cameras: int
    cameras_used: int


class Agent(Answer):
    """An agent: one host. `link` is liveness alone, `admission` the right to enter, `cause` what it is doing."""

    id: str
    name: str
    labels: dict[str, str]
    cordoned: bool
    version: str
    fingerprint: str
    admission: Literal["waiting", "admitted", "denied", "revoked"]
    admission_reason: str = ""
    link: Literal["live", "stale", "offline", "never"]
    last_seen: datetime | None
    desired_revision: int
    observed_revision: int
    converged: bool
    cause: str
    capacity: AgentCapacity
    inventory: Inventory
    load: HostLoad | None = None
    instances: int = 0
    pending: bool
    first_seen: datetime


class AgentList(Answer):
    """A page of agents, waiting ones first, then by name."""

    items: list[Agent]
    next_cursor: str | None = None


class AgentUpdate(Body):
    """What to change about an agent; a field left out stays."""

    name: Name | None = None
    labels: dict[str, str] | None = None
    cordoned: bool | None = None


class AdmitAgent(Body):
    """Let a waiting agent in; `fingerprint`, if given, must be the one on record."""

    name: Name | None = None
    fingerprint: str | None = None


class DenyAgent(Body):
    """Say no, and why."""

    reason: str = Field(min_length=1, max_length=500, examples=["Not one of ours."])


# Pipelines


class PipelineVersionCreate(Body):
    """A new version of a pipeline; versions never change afterwards."""

    image: str = Field(min_length=1, max_length=512, examples=["nvcr.io/nvidia/deepstream:9.1-samples-multiarch"])
    command: list[str] | None = Field(
        default=None,
        description="The application and its arguments; null: deepstream-app with its configuration.",
        examples=[["deepstream-app", "-c", "/config/app.txt"]],
    )
    cameras: int = Field(default=8, ge=1, le=1000, description="How many cameras one instance carries at most.")
    width: int = Field(default=1280, ge=16, le=7680, description="Mux and picture width in pixels.")
    height: int = Field(default=720, ge=16, le=4320, description="Mux and picture height in pixels.")


class PipelineCreate(PipelineVersionCreate):
    """A new pipeline with its first version."""

    name: Name
    kind: Literal["deepstream-app"] = "deepstream-app"
    description: str = Field(default="", max_length=500)


class PipelineVersion(Answer):
    """One immutable version."""

    version: int
    image: str
    command: list[str]
    cameras: int
    width: int
    height: int
    frame_counting: Literal["perf-lines", "rest-metrics", "log-pattern", "none"]
    live_sources: bool
    created_at: datetime


class Pipeline(Answer):
    """The definition of a DeepStream application; `versions` newest first."""

    id: str
    name: str
    kind: Literal["deepstream-app"]
    description: str
    latest_version: int
    versions: list[PipelineVersion]
    instances: int
    created_at: datetime


class PipelineList(Answer):
    """A page of pipelines, ordered by name."""

    items: list[Pipeline]
    next_cursor: str | None = None


# Plan and update requests


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


# The system itself


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

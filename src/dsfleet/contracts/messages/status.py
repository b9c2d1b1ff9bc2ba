"""Topic 220: the whole reported state of one host, on change and on a timer."""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

from dsfleet.contracts.identifiers import AgentId, CameraId, ContainerId, Digest, InstanceId, Revision
from dsfleet.contracts.messages.base import Count, Moment, Order, RevisionNumber
from dsfleet.contracts.messages.greeting import Capacity, Engine, HostInventory, PortRange
from dsfleet.contracts.problems import Problem

ExitCode = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
"""How a container's process ended, as the engine says it."""


class InstanceState(StrEnum):
    """What an instance does, judged by frames and never by the process alone."""

    PULLING = "pulling"
    CREATING = "creating"
    STARTING = "starting"
    BUILDING_ENGINE = "building-engine"
    RUNNING = "running"
    DEGRADED = "degraded"
    NO_FRAMES = "no-frames"
    BACKOFF = "backoff"
    STOPPED = "stopped"
    FAILED = "failed"
    UNOBSERVED = "unobserved"


class CameraState(StrEnum):
    """What a camera delivers. `off` (disabled) and `unassigned` are said by the coordinator, the rest by agents."""

    LIVE = "live"
    LOW_FPS = "low-fps"
    NO_FRAMES = "no-frames"
    RECONNECTING = "reconnecting"
    UNKNOWN = "unknown"
    OFF = "off"
    UNASSIGNED = "unassigned"


class OutcomeResult(StrEnum):
    """How an action ended."""

    DONE = "done"
    FAILED = "failed"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One action the agent took and how it ended; `action` and `cause` are the texts the plan printed."""

    instance_id: InstanceId
    action: str
    cause: str
    result: OutcomeResult
    at: Moment
    duration_s: float
    problem: Problem | None = None


class ReportedCamera(msgspec.Struct, frozen=True, kw_only=True):
    """One camera as the agent measures it.

    fps: frames per second over the last interval; None before the first measurement. last_frame_age_s: seconds since a
    frame was known to arrive, at the moment of the report, by the agent's monotonic clock; None when none ever did.
    """

    camera_id: CameraId
    state: CameraState
    fps: float | None = None
    average_fps: float | None = None
    last_frame_age_s: float | None = None
    reconnects: Count = 0


class ReportedInstance(msgspec.Struct, frozen=True, kw_only=True):
    """One instance as seen just now.

    state_age_s: seconds in this state. observed_digest: the digest label of its container, None without a container.
    observed_revision: the newest revision whose digest that container matches, 0 when none does.
    next_try_in_s: in backoff, seconds until the next try.
    """

    instance_id: InstanceId
    state: InstanceState
    cause: str
    state_age_s: float
    observed_digest: Digest | None = None
    observed_revision: RevisionNumber = Revision(0)
    container_id: ContainerId | None = None
    image_id: str | None = None
    started_at: Moment | None = None
    restarts: Count = 0
    exit_code: ExitCode | None = None
    next_try_in_s: float | None = None
    last_problem: Problem | None = None
    cameras: tuple[ReportedCamera, ...] = ()


class HostLoad(msgspec.Struct, frozen=True, kw_only=True):
    """How busy the host is: CPU in percent of all cores, memory and disk in MiB."""

    cpu_percent: float
    memory_used_mib: Count
    memory_total_mib: Count
    disk_free_mib: Count
    disk_total_mib: Count


class ReportedHost(msgspec.Struct, frozen=True, kw_only=True):
    """The whole reported state of one host.

    revision: the desired state this report answers; 0 before any. converged: every instance of that revision is as it
    should be. cause: why not, or what goes on, in one line. unreadable_messages counts what could not be read on 201
    and 210 since the start. capacity, ports and inventory repeat the greeting's, so a report stands on its own.
    """

    MESSAGE_TYPE: ClassVar[str] = "dsfleet.status"
    SCHEMA_VERSION: ClassVar[int] = 1

    agent_id: AgentId
    start_number: Count
    sequence: Count
    sent_at: Moment
    reported_at: Moment
    agent_version: str
    revision: RevisionNumber
    converged: bool
    cause: str
    engine: Engine
    engine_unreachable_for_s: float | None = None
    inventory: HostInventory
    capacity: Capacity
    ports: PortRange
    load: HostLoad
    instances: tuple[ReportedInstance, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    unreadable_messages: Count = 0

    @property
    def order(self) -> Order:
        """(start number, sequence)."""
        return (self.start_number, self.sequence)

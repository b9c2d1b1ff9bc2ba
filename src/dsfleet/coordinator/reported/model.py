"""Reported values as the record keeps them and as others read them; frozen but for two that follow what is stored."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from dsfleet.contracts.messages.base import Order
from dsfleet.contracts.messages.configuration import Power
from dsfleet.contracts.messages.status import ReportedCamera, ReportedInstance
from dsfleet.contracts.problems import Problem

Kind = Literal["cameras", "instances", "agents", "pipelines", "update_requests"]
"""What the live page holds copies of; also the names of the lists inside a `changes` event."""


class ChangedIds:
    """What a transaction changed, by kind; told to the live page after the commit."""

    def __init__(self) -> None:
        """Nothing changed yet."""
        self._ids_by_kind: dict[Kind, set[str]] = {}

    def add(self, kind: Kind, ids: Iterable[str]) -> None:
        """These changed too."""
        self._ids_by_kind.setdefault(kind, set()).update(ids)

    def items(self) -> Iterator[tuple[Kind, frozenset[str]]]:
        """Yield each kind of which something changed, with the ids."""
        return ((kind, frozenset(ids)) for kind, ids in self._ids_by_kind.items() if ids)

    def ids(self, kind: Kind) -> frozenset[str]:
        """Return the ids of one kind."""
        return frozenset(self._ids_by_kind.get(kind, ()))


class Link(StrEnum):
    """Whether an agent is heard of."""

    LIVE = "live"
    STALE = "stale"
    OFFLINE = "offline"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Hearing:
    """The moment of judging, and since when this coordinator can hear agents; None: it cannot now."""

    now: datetime
    since: datetime | None


@dataclass(frozen=True, slots=True)
class StoredInstance:
    """An instance's report as stored, and when it was heard."""

    report: ReportedInstance
    received_at: datetime


@dataclass(frozen=True, slots=True)
class StoredCamera:
    """A camera's report as stored, the instance it is part of, and when it was heard."""

    instance_id: str
    report: ReportedCamera
    received_at: datetime


@dataclass(slots=True)
class StoredHost:
    """What the record holds of one host, and follows as reports are stored. order: of the newest, None before any."""

    order: Order | None = None
    instances_by_id: dict[str, StoredInstance] = field(default_factory=dict)
    cameras_by_id: dict[str, StoredCamera] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new report changes in the record of its host."""

    instances_to_store: tuple[ReportedInstance, ...] = ()
    instance_ids_to_remove: tuple[str, ...] = ()
    cameras_to_store: tuple[tuple[str, ReportedCamera], ...] = ()
    camera_ids_to_remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lagging:
    """Messages that came behind the newest of their agent: the highest of them, what was newest then, how often both
    advanced in turn."""

    order: Order
    leading: Order
    alternations: int


@dataclass(frozen=True, slots=True)
class SentInstance:
    """What a host was told about one instance, as far as convergence asks."""

    name: str
    digest: str
    power: Power


class HostState(StrEnum):
    """How far an update request is on one host, and as a whole."""

    ACCEPTED = "accepted"
    SENT = "sent"
    RECEIVED = "received"
    APPLYING = "applying"
    CONVERGED = "converged"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class HostProgress:
    """One host of an update request, as recorded."""

    update_request_id: str
    agent_id: str
    revision: int
    state: HostState
    cause: str
    past_deadline: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Where a host of an update request stands, and why."""

    state: HostState
    cause: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How well a host can be heard, for the words about a host that waits."""

    link: Link
    last_seen: datetime | None
    messenger_down_since: datetime | None


@dataclass(frozen=True, slots=True)
class CameraReport:
    """A camera as last reported. received_at: when its host was last heard; last_frame_age_s is as of then."""

    camera_id: str
    agent_id: str
    instance_id: str
    state: str
    fps: float | None
    average_fps: float | None
    last_frame_age_s: float | None
    reconnects: int
    received_at: datetime
    is_stale: bool


@dataclass(frozen=True, slots=True)
class InstanceReport:
    """An instance as last reported. received_at: when its host was last heard; the ages are as of then."""

    instance_id: str
    agent_id: str
    state: str
    cause: str
    state_age_s: float
    observed_digest: str | None
    observed_revision: int
    container_id: str | None
    image_id: str | None
    started_at: datetime | None
    restarts: int
    exit_code: int | None
    next_try_in_s: float | None
    last_problem: Problem | None
    received_at: datetime
    is_stale: bool


@dataclass(frozen=True, slots=True)
class AgentReport:
    """A host as last reported; before its first report, revision 0 and nothing known of engine and load.

    engine, load: the builtins of contracts' Engine and HostLoad.
    """

    agent_id: str
    link: Link
    last_seen: datetime | None
    revision: int
    converged: bool
    cause: str
    engine: Mapping[str, Any] | None
    engine_unreachable_since: datetime | None
    load: Mapping[str, Any] | None

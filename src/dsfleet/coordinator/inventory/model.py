"""What exists: agents, instances and cameras as frozen values, and what an operator may say about them.

In an edit, a field left `UNSET` stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from dsfleet.contracts.messages.configuration import Mode, PortPurpose, Power


@dataclass(frozen=True, slots=True)
class CameraRow:
    """A camera of the draft; the login is sealed."""

    id: str
    name: str
    uri: str
    username_sealed: bytes | None = field(repr=False)
    password_sealed: bytes | None = field(repr=False)
    labels: Mapping[str, str]
    enabled: bool
    instance_id: str | None
    position: int
    expected_fps: float | None
    created_at: datetime
    updated_at: datetime

    @property
    def has_login(self) -> bool:
        """Whether a user name or a password is kept."""
        return self.username_sealed is not None or self.password_sealed is not None


@dataclass(frozen=True, slots=True)
class NewCamera:
    """A camera as an operator describes it; `uri` may still hold a login."""

    name: str
    uri: str = field(repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    labels: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True
    instance_id: str | None = None
    expected_fps: float | None = None


@dataclass(frozen=True, slots=True)
class CameraEdit:
    """What to change about a camera."""

    name: str | UnsetType = UNSET
    uri: str | UnsetType = field(default=UNSET, repr=False)
    username: str | UnsetType | None = field(default=UNSET, repr=False)
    password: str | UnsetType | None = field(default=UNSET, repr=False)
    labels: Mapping[str, str] | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    instance_id: str | UnsetType | None = UNSET
    expected_fps: float | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True)
class CameraFilter:
    """Which cameras a list holds; label: (key, value), value None for any."""

    state: str | None = None
    instance_id: str | None = None
    agent_id: str | None = None
    label: tuple[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """An instance of the draft."""

    id: str
    name: str
    agent_id: str
    pipeline_id: str
    pipeline_version: int
    mode: Mode
    debug_until: datetime | None
    power: Power
    gpu: str | None
    restart_number: int
    retry_number: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewInstance:
    """An instance as an operator describes it; pipeline_version None takes the newest."""

    name: str
    agent_id: str
    pipeline_id: str
    pipeline_version: int | None = None
    mode: str = Mode.NORMAL
    power: str = Power.ON
    gpu: str | None = None
    camera_ids: list[str] | None = None


@dataclass(frozen=True, slots=True)
class InstanceEdit:
    """What to change about an instance; `camera_ids` replaces the whole assignment."""

    name: str | UnsetType = UNSET
    pipeline_version: int | UnsetType = UNSET
    mode: str | UnsetType = UNSET
    power: str | UnsetType = UNSET
    gpu: str | UnsetType | None = UNSET
    camera_ids: list[str] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """Which instances a list holds."""

    state: str | None = None
    agent_id: str | None = None
    pipeline_id: str | None = None


@dataclass(frozen=True, slots=True)
class PortRow:
    """A port given to an instance on its host."""

    agent_id: str
    port: int
    instance_id: str
    purpose: PortPurpose


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent as it greeted, and what operators said about it."""

    id: str
    name: str
    labels: Mapping[str, str]
    cordoned: bool
    admission: str
    admission_reason: str
    fingerprint: str
    version: str
    capacity_cameras: int
    port_first: int
    port_last: int
    inventory: Mapping[str, Any]
    desired_revision: int
    first_seen: datetime
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class AgentEdit:
    """What to change about an agent."""

    name: str | UnsetType = UNSET
    labels: Mapping[str, str] | UnsetType = UNSET
    cordoned: bool | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class AgentFilter:
    """Which agents a list holds; label: (key, value), value None for any."""

    admission: str | None = None
    label: tuple[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many of each by state."""

    cameras: Mapping[str, int]
    instances: Mapping[str, int]
    agents: Mapping[str, int]

"""Agents: one per host, waiting or admitted, with what the host has."""

from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from dsfleet.coordinator.api.bodies.base import Answer, Body, LabelMap, Name, refuse_null


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
    labels: LabelMap | None = None
    cordoned: bool | None = None

    _not_null = field_validator("name", "labels", "cordoned")(refuse_null)


class AdmitAgent(Body):
    """Let a waiting agent in; `fingerprint`, if given, must be the one on record."""

    name: Name | None = None
    fingerprint: str | None = None


class DenyAgent(Body):
    """Say no, and why."""

    reason: str = Field(min_length=1, max_length=500, examples=["Not one of ours."])

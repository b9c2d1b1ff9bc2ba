"""Frozen values of the agent: what was observed on the host, what is to be done next, and what is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from dsfleet.contracts.identifiers import ContainerId, Digest, InstanceId, Revision
from dsfleet.contracts.messages.configuration import DesiredInstance
from dsfleet.contracts.problems import Problem

Cause = NewType("Cause", str)
"""Why an action is taken, in a few words, such as `digest 3f2a -> 91bc`."""


class ContainerState(StrEnum):
    """What the container engine says about a container, in its own words (Docker Engine API 1.41)."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    REMOVING = "removing"
    EXITED = "exited"
    DEAD = "dead"


class EndingKind(StrEnum):
    """How a container's program ended: `refused` will end the same way again, `crashed` may not."""

    CRASHED = "crashed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a container's program ended; `problem` is what a person reads."""

    kind: EndingKind
    problem: Problem
    exit_code: int
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class SeenContainer:
    """One container that bears our labels. `ending` is set for exited ones only, `started_at` once it ever ran.

    output_since: the earliest time that a line of the newest run may bear.
    """

    container_id: ContainerId
    name: str
    instance_id: InstanceId
    digest: Digest
    created_revision: Revision
    state: ContainerState
    image_id: str
    created_at: datetime
    started_at: datetime | None = None
    output_since: datetime | None = None
    ending: Ending | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it has to be stopped before it can be removed."""
        return self.state in (ContainerState.RUNNING, ContainerState.PAUSED, ContainerState.RESTARTING)


@dataclass(frozen=True, slots=True)
class ObservedHost:
    """What the engine holds just now: our containers, the names that strangers' containers hold, and local images.

    images: the image references that were looked for, each with whether it is present locally.
    """

    containers: tuple[SeenContainer, ...] = ()
    foreign_names: frozenset[str] = frozenset()
    images: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unobserved:
    """The host could not be looked at; says nothing about what runs on it."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class PullImage:
    """Fetch the instance's image; the old container keeps running meanwhile."""

    instance: DesiredInstance
    cause: Cause

    @property
    def instance_id(self) -> InstanceId:
        """The instance that wants the image."""
        return self.instance.instance_id


@dataclass(frozen=True, slots=True)
class CreateInstance:
    """Make the instance's container, put its files in, and start it."""

    instance: DesiredInstance
    name: str
    revision: Revision
    cause: Cause

    @property
    def instance_id(self) -> InstanceId:
        """The instance that gets a container."""
        return self.instance.instance_id


@dataclass(frozen=True, slots=True)
class StartInstance:
    """Start a container that has exited."""

    instance_id: InstanceId
    container_id: ContainerId
    cause: Cause


@dataclass(frozen=True, slots=True)
class UnpauseInstance:
    """Let a container go on that somebody paused."""

    instance_id: InstanceId
    container_id: ContainerId
    cause: Cause


@dataclass(frozen=True, slots=True)
class StopInstance:
    """End the container's program: SIGINT, then SIGKILL after `timeout_s` seconds."""

    instance_id: InstanceId
    container_id: ContainerId
    timeout_s: float
    cause: Cause


@dataclass(frozen=True, slots=True)
class RemoveInstance:
    """Remove the container and its layer."""

    instance_id: InstanceId
    container_id: ContainerId
    cause: Cause


Action = PullImage | CreateInstance | StartInstance | UnpauseInstance | StopInstance | RemoveInstance


def verb_of(action: Action) -> str:
    """Return the word that plans, logs and reports use for the action."""
    match action:
        case PullImage():
            return "pull"
        case CreateInstance():
            return "create"
        case StartInstance():
            return "start"
        case UnpauseInstance():
            return "unpause"
        case StopInstance():
            return "stop"
        case RemoveInstance():
            return "remove"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An instance whose next try is not due: `until` says when, None when it waits for a new revision or a retry."""

    until: datetime | None
    problem: Problem


@dataclass(frozen=True, slots=True)
class Plan:
    """What is safe to do now: in order within an instance, instances side by side.

    Empty means converged, waiting or unobserved. waiting: the instances that are held back, and why.
    """

    actions: tuple[Action, ...] = ()
    waiting: Mapping[InstanceId, Waiting] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return one line per action: instance, verb, cause."""
        return "\n".join(f"{action.instance_id} {verb_of(action)}: {action.cause}" for action in self.actions)

    def turns(self) -> dict[InstanceId, tuple[Action, ...]]:
        """Return the actions by instance, in order within each."""
        turns: dict[InstanceId, tuple[Action, ...]] = {}
        for action in self.actions:
            turns[action.instance_id] = (*turns.get(action.instance_id, ()), action)
        return turns


@dataclass(frozen=True, slots=True)
class Failure:
    """The newest failure of an instance, and how often it failed in a row.

    revision, retry_number: what was desired then; a change of either permits a try at once.
    container_id: the container that ended, None when an action failed; with failed_at it tells one ending from another.
    """

    count: int
    failed_at: datetime
    problem: Problem
    is_refusal: bool
    revision: Revision
    retry_number: int
    container_id: ContainerId | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What the agent remembers between passes and restarts: failures and starts after a crash, by instance id."""

    failures: Mapping[InstanceId, Failure] = field(default_factory=dict)
    restarts: Mapping[InstanceId, int] = field(default_factory=dict)


NO_HISTORY = History()

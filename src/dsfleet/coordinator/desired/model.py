"""The draft as the derivation takes it, and what comes of comparing it with what was sent; frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dsfleet.contracts.messages.configuration import DesiredInstance
from dsfleet.coordinator.inventory.model import InstanceRow, PortRow
from dsfleet.coordinator.pipelines.model import VersionRow


@dataclass(frozen=True, slots=True)
class DraftCamera:
    """An enabled camera of an instance, its login in clear: only for deriving, never for showing."""

    id: str
    name: str
    uri: str
    username: str | None = field(repr=False)
    password: str | None = field(repr=False)
    expected_fps: float | None


@dataclass(frozen=True, slots=True)
class DraftInstance:
    """All that one instance is derived from; cameras are the enabled ones, in source order."""

    row: InstanceRow
    version: VersionRow
    cameras: tuple[DraftCamera, ...]
    ports: tuple[PortRow, ...]


class PlannedAction(StrEnum):
    """What an update request does to one instance."""

    CREATE = "create"
    RECREATE = "recreate"
    REMOVE = "remove"
    STOP = "stop"
    START = "start"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class InstanceChange:
    """What happens to one instance, and why.

    cameras_blinking: all cameras of a container that is made anew, 0 for any other action. camera_ids: those whose own
    description is not yet sent.
    """

    instance_id: str
    instance_name: str
    action: PlannedAction
    causes: tuple[str, ...]
    cameras_blinking: int
    camera_ids: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class HostChanges:
    """What happens on one host. content_digest: over the host's whole derived content."""

    agent_id: str
    content_digest: str
    changes: tuple[InstanceChange, ...]


@dataclass(frozen=True, slots=True)
class Fleet:
    """The draft derived for every host, compared with what was sent.

    desired_by_agent: instances ordered by id, for each host that has any in the draft or was sent any.
    hosts_by_id: only hosts on which something changes. versions: of draft and sent, for the cache.
    """

    versions: tuple[int, int]
    desired_by_agent: Mapping[str, tuple[DesiredInstance, ...]]
    hosts_by_id: Mapping[str, HostChanges]
    changed_instance_ids: frozenset[str]
    changed_camera_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlannedHost:
    """A host's part of a plan. base_revision: the newest one made for it, which the plan builds on."""

    agent_id: str
    agent_name: str
    base_revision: int
    changes: tuple[InstanceChange, ...]
    text: str

    @property
    def cameras_blinking(self) -> int:
        """Cameras interrupted for a moment on this host."""
        return sum(change.cameras_blinking for change in self.changes)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an update request would do: hosts in order of name, and the id that names exactly this."""

    plan_id: str
    hosts: tuple[PlannedHost, ...]
    text: str

    @property
    def cameras_blinking(self) -> int:
        """Cameras interrupted for a moment."""
        return sum(host.cameras_blinking for host in self.hosts)


@dataclass(frozen=True, slots=True)
class SentRow:
    """An instance as its host was last told, content still sealed. revision: in which it last changed."""

    agent_id: str
    instance_id: str
    name: str
    revision: int
    digest: str
    content_digest: str
    content_sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """An update request, without its hosts."""

    id: str
    plan_id: str
    state: str
    note: str | None
    created_by: str
    created_at: datetime
    deadline: datetime


@dataclass(frozen=True, slots=True)
class RequestHostRow:
    """How far one host of an update request is."""

    update_request_id: str
    agent_id: str
    revision: int
    state: str
    cause: str
    text: str
    changed_at: datetime

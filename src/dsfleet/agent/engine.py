"""What the agent asks of a container engine; `docker_engine.py` is the form for Docker, the simulator has another.

Every call raises TemporaryError (`engine-unreachable`, `image-pull-failed`, ...) or RefusedError and nothing else.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from dsfleet.agent.model import ContainerState
from dsfleet.contracts.identifiers import ContainerId
from dsfleet.contracts.messages.configuration import ConfigurationFile

LABEL_AGENT = "dsfleet.agent"
LABEL_INSTANCE = "dsfleet.instance"
LABEL_DIGEST = "dsfleet.digest"
LABEL_CREATED_REVISION = "dsfleet.created_revision"

START_NOTED_LATE = timedelta(seconds=1)
"""By how much an engine may note a start too late (Docker 20.10, measured: up to some 10 ms, more under load)."""


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """Everything the engine needs to make and start one container.

    gpu: device id for a GPU request; runtime: an engine runtime by name, where the platform reaches its GPU that way.
    """

    name: str
    image: str
    command: tuple[str, ...]
    files: tuple[ConfigurationFile, ...]
    labels: Mapping[str, str]
    stop_timeout_s: float
    memory_limit_mib: int | None = None
    gpu: str | None = None
    runtime: str | None = None


@dataclass(frozen=True, slots=True)
class ListedContainer:
    """One container in the engine's list, ours or a stranger's."""

    container_id: ContainerId
    name: str
    state: ContainerState
    image_id: str
    created_at: datetime
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContainerDetails:
    """What only a closer look tells; `started_at` and `finished_at` are None when that never happened.

    finished_at: of the newest run that ended; while the container runs that is the run before. Docker notes a start
    after the program has begun, so its first lines, and even its end, may bear an earlier time than `started_at`.
    """

    state: ContainerState
    started_at: datetime | None
    finished_at: datetime | None
    exit_code: int
    is_oom_killed: bool

    @property
    def output_since(self) -> datetime | None:
        """The earliest time that a line of the newest run may bear, later than the run before; None if never run."""
        if self.started_at is None:
            return None
        earliest = self.started_at - START_NOTED_LATE
        if self.state is ContainerState.EXITED or self.finished_at is None:
            return earliest
        return max(earliest, self.finished_at)


@dataclass(frozen=True, slots=True)
class EngineVersion:
    """The engine's own version and that of its API."""

    version: str
    api_version: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a container's output, standard output and error alike, with the engine's time of it."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """Something happened to one of our containers; `action` is the engine's word for it, such as `die`."""

    container_id: ContainerId
    action: str


class Engine(Protocol):
    """One container engine. Calls may take long; each stands alone and may be cancelled without harm to others."""

    async def version(self) -> EngineVersion:
        """Return the engine's version; the cheapest proof that it answers."""
        ...

    async def containers(self) -> tuple[ListedContainer, ...]:
        """Return every container there is, running or not, in one call."""
        ...

    async def details(self, container_id: ContainerId) -> ContainerDetails | None:
        """Return a closer look at one container, None when it is gone."""
        ...

    async def has_image(self, reference: str) -> bool:
        """Return whether the image can be used without fetching it."""
        ...

    async def pull(self, reference: str) -> None:
        """Make the image present. Raises TemporaryError `image-pull-failed`, with the registry's words."""
        ...

    async def run(self, spec: ContainerSpec) -> ContainerId:
        """Make a container, put its files in and start it.

        A failure may leave a container that never started; whoever looks next removes it.
        """
        ...

    async def start(self, container_id: ContainerId) -> None:
        """Start a container that has exited; one that runs is left running."""
        ...

    async def unpause(self, container_id: ContainerId) -> None:
        """Let a paused container go on; one that is not paused is left as it is."""
        ...

    async def stop(self, container_id: ContainerId, timeout_s: float) -> None:
        """End the program with its stop signal, by force after the timeout; one that is gone counts as stopped."""
        ...

    async def remove(self, container_id: ContainerId) -> None:
        """Remove a container that does not run; one that is gone counts as removed."""
        ...

    async def read_files(
        self, container_id: ContainerId, paths: Sequence[str], limit_bytes: int
    ) -> tuple[ConfigurationFile, ...]:
        """Return the files as they are in the container, in the order asked; a missing one is left out.

        Raises RefusedError `file-too-large` when one is larger than the limit.
        """
        ...

    async def tail(self, container_id: ContainerId, lines: int) -> tuple[LogLine, ...]:
        """Return the newest lines of the container's output, oldest first; none when it is gone."""
        ...

    def follow(
        self, container_id: ContainerId, since: datetime | None, tail: int
    ) -> AsyncIterator[tuple[LogLine, ...]]:
        """Yield the newest `tail` lines after `since`, then every new one, in bundles, until the program ends."""
        ...

    def events(self, agent_label: str) -> AsyncIterator[EngineEvent | None]:
        """Yield None once listening, then what happens to containers whose agent label has this value.

        Ends when the engine goes away.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and threads; containers stay as they are."""
        ...

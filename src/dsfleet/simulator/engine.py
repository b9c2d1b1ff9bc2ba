"""A container engine in memory: keeps the promises of `agent.engine.Engine`, starts nothing, and fails when told to.

One conformance suite runs against it and against Docker. What is done behind an agent's back on a real host (a
container removed, paused or crashed, the engine gone, a stranger's container) are its methods here.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from dsfleet.agent.engine import (
    LABEL_AGENT,
    ContainerDetails,
    ContainerSpec,
    EngineEvent,
    EngineVersion,
    ListedContainer,
    LogLine,
)
from dsfleet.agent.model import ContainerState
from dsfleet.contracts.identifiers import ContainerId
from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.contracts.problems import DsfleetError, Problem, RefusedError, TemporaryError
from dsfleet.kit.clock import Clock

ALIVE = (ContainerState.RUNNING, ContainerState.PAUSED)
KILLED = 137


@dataclass(frozen=True, slots=True)
class Program:
    """What a container does when started: says these lines, then stays (None) or ends with an exit code."""

    lines: tuple[str, ...] = ()
    exit_code: int | None = None


@dataclass(slots=True)
class _Container:
    """One container's present state; `changed` wakes whoever follows its output."""

    listed: ListedContainer
    spec: ContainerSpec
    details: ContainerDetails
    files: dict[str, ConfigurationFile]
    log: list[LogLine] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class SimulatedEngine:
    """A container engine without containers."""

    def __init__(
        self, clock: Clock, images: Sequence[str], program: Callable[[ContainerSpec], Program] = lambda _: Program()
    ) -> None:
        """Hold the images; `program` decides what a started container does."""
        self._clock = clock
        self._program = program
        self._ids = itertools.count(1)
        self._containers: dict[ContainerId, _Container] = {}
        self._listeners: dict[asyncio.Queue[EngineEvent | None], str] = {}
        self._failures: dict[str, list[DsfleetError]] = {}
        self._is_away = False
        self.images: set[str] = set(images)
        self.registry: set[str] = set()
        self.calls: list[tuple[str, str]] = []
        """Every changing call in order: verb, and container id or image."""

    # What the agent asks.

    async def version(self) -> EngineVersion:
        """Return a made-up version."""
        await self._arrive("version")
        return EngineVersion(version="simulated", api_version="1.41")

    async def containers(self) -> tuple[ListedContainer, ...]:
        """Return every container."""
        await self._arrive("containers")
        return tuple(replace(one.listed, state=one.details.state) for one in self._containers.values())

    async def details(self, container_id: ContainerId) -> ContainerDetails | None:
        """Return a closer look."""
        await self._arrive("details")
        container = self._containers.get(container_id)
        return None if container is None else container.details

    async def has_image(self, reference: str) -> bool:
        """Return whether the image is held."""
        await self._arrive("has_image")
        return reference in self.images

    async def pull(self, reference: str) -> None:
        """Take the image over from the registry."""
        await self._arrive("pull", reference)
        if reference not in self.registry:
            raise _problem("image-pull-failed", f"The image {reference} could not be fetched: not in the registry.")
        self.images.add(reference)

    async def run(self, spec: ContainerSpec) -> ContainerId:
        """Make and start a container; a failure told for `start` leaves it created."""
        await self._arrive("run", spec.name)
        if spec.image not in self.images:
            raise _problem("not-found-on-engine", f"The container engine failed: no such image: {spec.image}.")
        if any(one.listed.name == spec.name for one in self._containers.values()):
            raise _problem("engine-conflict", f"The container engine failed: the name {spec.name} is in use.")
        container_id = self._make(spec)
        await self._arrive("start", container_id)
        self._start(self._containers[container_id])
        return container_id

    async def start(self, container_id: ContainerId) -> None:
        """Start an exited container."""
        await self._arrive("start", container_id)
        container = self._existing(container_id)
        if container.details.state not in ALIVE:
            self._start(container)

    async def unpause(self, container_id: ContainerId) -> None:
        """Let a paused container go on."""
        await self._arrive("unpause", container_id)
        container = self._existing(container_id)
        if container.details.state is ContainerState.PAUSED:
            self._become(container, ContainerState.RUNNING, "unpause")

    async def stop(self, container_id: ContainerId, timeout_s: float) -> None:
        """End the program with status 0."""
        del timeout_s
        await self._arrive("stop", container_id)
        container = self._containers.get(container_id)
        if container is not None and container.details.state in ALIVE:
            self._end(container, 0)

    async def remove(self, container_id: ContainerId) -> None:
        """Remove a container that does not run."""
        await self._arrive("remove", container_id)
        container = self._containers.get(container_id)
        if container is None:
            return
        if container.details.state in ALIVE:
            raise _problem("engine-conflict", "The container engine failed: the container runs; stop it first.")
        self._drop(container)

    async def read_files(
        self, container_id: ContainerId, paths: Sequence[str], limit_bytes: int
    ) -> tuple[ConfigurationFile, ...]:
        """Return the files as they are."""
        await self._arrive("read_files")
        files = self._existing(container_id).files
        for path in paths:
            if path in files and len(files[path].content.encode()) > limit_bytes:
                raise RefusedError(Problem(code="file-too-large", message=f"{path} is too large.", field="path"))
        return tuple(files[path] for path in paths if path in files)

    async def tail(self, container_id: ContainerId, lines: int) -> tuple[LogLine, ...]:
        """Return the newest lines."""
        await self._arrive("tail")
        container = self._containers.get(container_id)
        return () if container is None else tuple(container.log[-lines:])

    async def follow(
        self, container_id: ContainerId, since: datetime | None, tail: int
    ) -> AsyncIterator[tuple[LogLine, ...]]:
        """Yield the output until the program ends or the engine goes away."""
        await self._arrive("follow")
        container = self._existing(container_id)
        earlier = [line for line in container.log if since is None or line.at >= since][-tail:]
        said = len(container.log)
        if earlier:
            yield tuple(earlier)
        while container.details.state in ALIVE and not self._is_away:
            container.changed.clear()
            if said == len(container.log):
                await container.changed.wait()
            news, said = tuple(container.log[said:]), len(container.log)
            if news:
                yield news

    async def events(self, agent_label: str) -> AsyncIterator[EngineEvent | None]:
        """Yield None at once, then events, until the engine goes away."""
        await self._arrive("events")
        queue: asyncio.Queue[EngineEvent | None] = asyncio.Queue()
        self._listeners[queue] = agent_label
        try:
            yield None
            while (event := await queue.get()) is not None:
                yield event
        finally:
            self._listeners.pop(queue, None)

    async def close(self) -> None:
        """Nothing is held open."""

    # What happens to a host.

    def say(self, container_id: ContainerId, *lines: str) -> None:
        """Let the container's program write lines."""
        container = self._containers[container_id]
        now = self._clock.now()
        container.log.extend(LogLine(now, line) for line in lines)
        container.changed.set()

    def crash(self, container_id: ContainerId, exit_code: int, *last_words: str) -> None:
        """Let the container's program end by itself."""
        self.say(container_id, *last_words)
        self._end(self._containers[container_id], exit_code)

    def pause_from_outside(self, container_id: ContainerId) -> None:
        """Pause as with `docker pause`."""
        self._become(self._containers[container_id], ContainerState.PAUSED, "pause")

    def remove_from_outside(self, container_id: ContainerId) -> None:
        """Remove as with `docker rm -f`."""
        container = self._containers[container_id]
        if container.details.state in ALIVE:
            self._end(container, KILLED)
        self._drop(container)

    def edit_from_outside(self, container_id: ContainerId, path: str, content: str) -> None:
        """Change a file inside the container."""
        files = self._containers[container_id].files
        files[path] = ConfigurationFile(path=path, content=content)

    def add_from_outside(self, name: str, labels: Mapping[str, str], *, is_started: bool = True) -> ContainerId:
        """Make a container that no agent asked for."""
        container_id = self._make(ContainerSpec(name, "stranger", ("sleep",), (), labels, stop_timeout_s=10.0))
        if is_started:
            self._start(self._containers[container_id])
        return container_id

    def go_away(self) -> None:
        """Stop answering; every stream ends."""
        self._is_away = True
        for queue in list(self._listeners):
            queue.put_nowait(None)
        for container in self._containers.values():
            container.changed.set()

    def come_back(self) -> None:
        """Answer again; containers are as they were."""
        self._is_away = False

    def fail_next(self, verb: str, error: DsfleetError) -> None:
        """Let the next call of this verb fail; told twice, the next two."""
        self._failures.setdefault(verb, []).append(error)

    def forget_failures(self) -> None:
        """Let no further call fail."""
        self._failures.clear()

    def spec_of(self, container_id: ContainerId) -> ContainerSpec:
        """Return what the container was made from."""
        return self._containers[container_id].spec

    async def _arrive(self, verb: str, about: str = "") -> None:
        """Count the call, let others run, and fail where it was told to."""
        if about:
            self.calls.append((verb, about))
        await asyncio.sleep(0)
        if self._is_away:
            raise _problem("engine-unreachable", "The container engine does not answer: it is away.")
        told = self._failures.get(verb)
        if told:
            raise told.pop(0)

    def _existing(self, container_id: ContainerId) -> _Container:
        container = self._containers.get(container_id)
        if container is None:
            raise _problem("not-found-on-engine", "The container engine failed: no such container.")
        return container

    def _make(self, spec: ContainerSpec) -> ContainerId:
        number = next(self._ids)
        container_id = ContainerId(f"{number:064x}")
        listed = ListedContainer(
            container_id, spec.name, ContainerState.CREATED, f"id-of-{spec.image}", self._clock.now(), dict(spec.labels)
        )
        details = ContainerDetails(ContainerState.CREATED, None, None, 0, False)
        files = {file.path: file for file in spec.files}
        self._containers[container_id] = _Container(listed, spec, details, files)
        return container_id

    def _start(self, container: _Container) -> None:
        container.details = replace(container.details, started_at=self._clock.now(), exit_code=0)
        self._become(container, ContainerState.RUNNING, "start")
        program = self._program(container.spec)
        self.say(container.listed.container_id, *program.lines)
        if program.exit_code is not None:
            self._end(container, program.exit_code)

    def _end(self, container: _Container, exit_code: int) -> None:
        container.details = replace(container.details, finished_at=self._clock.now(), exit_code=exit_code)
        self._become(container, ContainerState.EXITED, "die")

    def _drop(self, container: _Container) -> None:
        del self._containers[container.listed.container_id]
        self._tell(container, "destroy")

    def _become(self, container: _Container, state: ContainerState, action: str) -> None:
        container.details = replace(container.details, state=state)
        container.changed.set()
        self._tell(container, action)

    def _tell(self, container: _Container, action: str) -> None:
        for queue, label in self._listeners.items():
            if container.listed.labels.get(LABEL_AGENT) == label:
                queue.put_nowait(EngineEvent(container.listed.container_id, action))


def _problem(code: str, message: str) -> TemporaryError:
    return TemporaryError(Problem(code=code, message=message))

"""Carries out planned actions: one outward call each, no decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from dsfleet.agent.engine import (
    LABEL_AGENT,
    LABEL_CREATED_REVISION,
    LABEL_DIGEST,
    LABEL_INSTANCE,
    ContainerSpec,
    Engine,
)
from dsfleet.agent.model import (
    Action,
    CreateInstance,
    PullImage,
    RemoveInstance,
    StartInstance,
    StopInstance,
    UnpauseInstance,
)
from dsfleet.agent.port_probe import check_ports_free
from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.messages.greeting import Platform
from dsfleet.contracts.problems import DsfleetError
from dsfleet.kit.clock import Clock

JETSON_RUNTIME = "nvidia"
"""Jetson hosts reach the GPU by this runtime, not by a device request (NVIDIA container pages, runtime.md 2)."""


@dataclass(frozen=True, slots=True)
class Done:
    """How one action ended; `error` is None when it was done."""

    action: Action
    error: DsfleetError | None
    at: datetime
    duration_s: float


class Executor:
    """Does what plans say, on one engine, in one agent's name."""

    def __init__(self, engine: Engine, agent_id: AgentId, platform: Platform, clock: Clock) -> None:
        """Keep what every container needs to be known by."""
        self._engine = engine
        self._agent_id = agent_id
        self._platform = platform
        self._clock = clock

    async def execute(self, action: Action) -> Done:
        """Return how the action ended; an engine's error is a value here, for the report and the history."""
        began_s = self._clock.monotonic_s()
        error: DsfleetError | None = None
        try:
            await self._do(action)
        except DsfleetError as raised:
            error = raised
        return Done(action, error, self._clock.now(), self._clock.monotonic_s() - began_s)

    async def _do(self, action: Action) -> None:
        match action:
            case PullImage():
                await self._engine.pull(action.instance.image)
            case CreateInstance():
                check_ports_free(action.instance.ports)
                await self._engine.run(container_spec(action, self._agent_id, self._platform))
            case StartInstance():
                await self._engine.start(action.container_id)
            case UnpauseInstance():
                await self._engine.unpause(action.container_id)
            case StopInstance():
                await self._engine.stop(action.container_id, action.timeout_s)
            case RemoveInstance():
                await self._engine.remove(action.container_id)
            case _:
                assert_never(action)


def container_spec(action: CreateInstance, agent_id: AgentId, platform: Platform) -> ContainerSpec:
    """Return what the engine needs for the instance's container; nothing secret stands outside its files."""
    instance = action.instance
    is_jetson_gpu = platform is Platform.JETSON and instance.gpu is not None
    return ContainerSpec(
        name=action.name,
        image=instance.image,
        command=instance.command,
        files=instance.files,
        labels={
            LABEL_AGENT: agent_id,
            LABEL_INSTANCE: instance.instance_id,
            LABEL_DIGEST: instance.digest,
            LABEL_CREATED_REVISION: str(action.revision),
        },
        stop_timeout_s=instance.stop_timeout_s,
        memory_limit_mib=instance.memory_limit_mib,
        gpu=None if is_jetson_gpu else instance.gpu,
        runtime=JETSON_RUNTIME if is_jetson_gpu else None,
    )

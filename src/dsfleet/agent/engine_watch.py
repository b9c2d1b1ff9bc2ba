"""Whether the engine answers, since when it does not, and a wake-up whenever it says that something happened."""

import asyncio
from collections.abc import Callable

import structlog

from dsfleet.agent.engine import Engine
from dsfleet.contracts.identifiers import AgentId, ContainerId
from dsfleet.contracts.messages import greeting
from dsfleet.contracts.problems import DsfleetError, Problem
from dsfleet.kit.clock import Clock

RETRY_S = (1.0, 2.0, 5.0, 10.0)
"""Pauses between tries while the engine is away; the last one repeats."""
NOT_LOOKED_YET = Problem(code="not-looked-yet", message="The agent has not looked at its host yet.")


class EngineWatch:
    """What is known of one engine."""

    def __init__(self, engine: Engine, agent_id: AgentId, clock: Clock) -> None:
        """Know nothing yet."""
        self._engine = engine
        self._agent_id = agent_id
        self._clock = clock
        self._state = greeting.Engine(reachable=False, problem=NOT_LOOKED_YET.message)
        self._unreachable_since_s: float | None = None
        self._failures = 0
        self._log = structlog.get_logger()

    @property
    def state(self) -> greeting.Engine:
        """The engine as last seen."""
        return self._state

    def unreachable_for_s(self) -> float | None:
        """Return for how long the engine has not answered, None while it does."""
        if self._unreachable_since_s is None:
            return None
        return self._clock.monotonic_s() - self._unreachable_since_s

    def went_away(self, problem: Problem) -> float:
        """Note that the engine did not answer; return after how many seconds to try again."""
        if self._unreachable_since_s is None:
            self._unreachable_since_s = self._clock.monotonic_s()
            self._log.warning("engine unreachable", reason=problem.message)
        self._state = greeting.Engine(reachable=False, problem=problem.message)
        self._failures += 1
        return _pause_s(self._failures)

    async def answered(self) -> None:
        """Note that the engine answered; its version is asked for when it was away. Raises what the engine raises."""
        if self._state.reachable:
            return
        version = await self._engine.version()
        self._state = greeting.Engine(reachable=True, version=version.version, api_version=version.api_version)
        self._unreachable_since_s, self._failures = None, 0
        self._log.info("engine reachable", version=version.version)

    async def listen(self, on_event: Callable[[ContainerId | None], None]) -> None:
        """Call on_event for ever: with a container something happened to, or None when anything may have happened."""
        failures = 0
        while True:
            try:
                async for event in self._engine.events(self._agent_id):
                    failures = 0
                    on_event(None if event is None else event.container_id)
            except DsfleetError as error:
                self._log.debug("engine events not available", code=error.problem.code)
            failures += 1
            on_event(None)
            await asyncio.sleep(_pause_s(failures))


def _pause_s(failures: int) -> float:
    return RETRY_S[min(failures, len(RETRY_S)) - 1]

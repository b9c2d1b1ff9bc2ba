"""The loop: observe, plan, execute, observe, report. A pass begins turns and waits for none of them."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from dsfleet.agent.engine import Engine
from dsfleet.agent.engine_watch import NOT_LOOKED_YET, EngineWatch
from dsfleet.agent.execute import Done, Executor
from dsfleet.agent.memory import Memory
from dsfleet.agent.model import (
    Action,
    ContainerState,
    CreateInstance,
    ObservedHost,
    Plan,
    PullImage,
    Unobserved,
)
from dsfleet.agent.observe import Observer
from dsfleet.agent.output import FollowedRun, OutputFollower
from dsfleet.agent.plan import plan_host
from dsfleet.agent.recollection import Recollection
from dsfleet.agent.report import UNKNOWN_EXPECTATION, Situation
from dsfleet.agent.turns import AFTER_FAILURE_S, SETTLING_S, Ears, Turns
from dsfleet.contracts.identifiers import ContainerId
from dsfleet.contracts.messages import greeting, status
from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.problems import DsfleetError
from dsfleet.kit.clock import Clock

SOONEST_S = 0.05


@dataclass(frozen=True, slots=True)
class Hands:
    """What the loop works with."""

    engine: Engine
    observer: Observer
    executor: Executor
    memory: Memory
    clock: Clock


class Reconciler:
    """Makes one host's containers match its desired state, for ever."""

    def __init__(self, hands: Hands, interval_s: float, on_change: Callable[[], None]) -> None:
        """Know nothing yet; on_change is called in the event loop when a report may have changed."""
        self._hands = hands
        self._interval_s = interval_s
        self._on_change = on_change
        self._follower = OutputFollower(hands.engine, hands.clock, on_change)
        self._recollection = Recollection(hands.memory, hands.clock)
        self._watch = EngineWatch(hands.engine, hands.memory.state.agent_id, hands.clock)
        self._turns = Turns(hands.executor, Ears(self._is_wanted, self._take_done, self._look_again, on_change))
        self._desired: DesiredHost | None = None
        self._observed: ObservedHost | Unobserved = Unobserved(NOT_LOOKED_YET)
        self._plan = Plan()
        self._wake = asyncio.Event()
        self._log = structlog.get_logger()

    @property
    def engine_state(self) -> greeting.Engine:
        """The engine as last seen."""
        return self._watch.state

    def engine_unreachable_for_s(self) -> float | None:
        """Return for how long the engine has not answered, None while it does."""
        return self._watch.unreachable_for_s()

    def set_desired(self, desired: DesiredHost | None) -> None:
        """Make this so from now on; None leaves everything as it is. A pull that nobody wants any more is given up."""
        self._desired = desired
        self._recollection.take_desired(desired)
        self._turns.give_up_unwanted_pulls()
        self._wake.set()

    def situation(self) -> Situation:
        """Return everything a report is made from, as of now."""
        return Situation(
            desired=self._desired,
            observed=self._observed,
            plan=self._plan,
            underway=self._turns.underway(),
            history=self._recollection.history,
            outputs=self._follower.seen(),
            expectations=self._recollection.expectations,
            matched=self._recollection.matched,
        )

    def outcomes(self) -> tuple[status.Outcome, ...]:
        """Return how the actions of each instance's newest turn ended, in the order of time."""
        return self._turns.outcomes()

    async def run(self) -> None:
        """Go on for ever: look, act, wait for a reason to look again. Containers outlive a cancellation."""
        listening = asyncio.create_task(self._watch.listen(self._take_event), name="engine events")
        try:
            while True:
                self._wake.clear()
                try:
                    pause_s = await self.reconcile_once()
                except Exception:  # noqa: BLE001 - the loop's outermost: one bad pass must not be the last
                    self._log.exception("pass failed")
                    pause_s = AFTER_FAILURE_S
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), max(SOONEST_S, pause_s))
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self._turns.close()
            await self._follower.close()

    async def reconcile_once(self) -> float:
        """Look once, begin what is to be done, and return after how many seconds to look again unless woken."""
        busy, desired = self._turns.busy(), self._desired
        observed = await self._look(desired)
        if isinstance(observed, Unobserved):
            self._observed, self._plan = observed, Plan()
            self._on_change()
            return self._watch.went_away(observed.problem)
        self._observed = observed
        if desired is not self._desired:
            return 0.0  # what was seen would be judged, and remembered, by what is desired no more
        if desired is not None:
            await self._recollection.take_seen(desired, observed, busy)
            if desired is not self._desired:
                return 0.0
        now = self._hands.clock.now()
        self._plan = plan_host(desired, observed, self._recollection.history, now)
        self._turns.begin(self._plan, busy)
        self._follow(observed)
        self._on_change()
        waits = [(one.until - now).total_seconds() for one in self._plan.waiting.values() if one.until is not None]
        return min([self._interval_s, *waits])

    async def _look(self, desired: DesiredHost | None) -> ObservedHost | Unobserved:
        observed = await self._hands.observer.observe(desired)
        if isinstance(observed, ObservedHost):
            try:
                await self._watch.answered()
            except DsfleetError as error:
                return Unobserved(error.problem)
            known = {one.instance_id for one in observed.containers}
            wanted = {one.instance_id for one in desired.instances} if desired is not None else set()
            self._turns.forget_all_but(frozenset(known | wanted))
        return observed

    def _is_wanted(self, action: Action) -> bool:
        """Return whether the instance is still wanted with the digest that the action works for."""
        if not isinstance(action, PullImage | CreateInstance) or self._desired is None:
            return True
        wanted = (one for one in self._desired.instances if one.instance_id == action.instance_id)
        return next((one.digest for one in wanted), None) == action.instance.digest

    async def _take_done(self, done: Done) -> None:
        await self._recollection.take_done(self._desired, done)

    def _take_event(self, container_id: ContainerId | None) -> None:
        self._hands.observer.forget(container_id)
        self._look_again(SETTLING_S)

    def _look_again(self, after_s: float) -> None:
        asyncio.get_running_loop().call_later(after_s, self._wake.set)

    def _follow(self, observed: ObservedHost) -> None:
        expectations = self._recollection.expectations
        runs = frozenset(
            FollowedRun(
                one.container_id,
                one.started_at,
                one.output_since or one.started_at,
                expectations.get(one.digest, UNKNOWN_EXPECTATION).perf_interval_s,
            )
            for one in observed.containers
            if one.state is ContainerState.RUNNING and one.started_at is not None
        )
        self._follower.follow(runs)

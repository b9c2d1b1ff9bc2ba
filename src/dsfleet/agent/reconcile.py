"""The loop: observe, plan, execute, observe, report. Turns of different instances run side by side."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog

from dsfleet.agent.backoff import (
    as_refusal,
    forget_unknown,
    remember_endings,
    remember_failure,
    remember_restart,
)
from dsfleet.agent.engine import Engine
from dsfleet.agent.execute import Done, Executor
from dsfleet.agent.health import Expectation
from dsfleet.agent.memory import Memory
from dsfleet.agent.model import (
    Action,
    ContainerState,
    CreateInstance,
    ObservedHost,
    Plan,
    PullImage,
    RemoveInstance,
    StartInstance,
    StopInstance,
    Unobserved,
    verb_of,
)
from dsfleet.agent.observe import Observer
from dsfleet.agent.output import FollowedRun, OutputFollower
from dsfleet.agent.plan import plan_host
from dsfleet.agent.report import UNKNOWN_EXPECTATION, Situation, expectation_of
from dsfleet.contracts.identifiers import Digest, InstanceId, Revision
from dsfleet.contracts.messages import greeting, status
from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.problems import DsfleetError, Problem, RefusedError
from dsfleet.kit.clock import Clock

EVENT_GATHERING_S = 0.05
"""The engine's events come in bundles (kill, die, stop); one look after the bundle is enough."""
AFTER_FAILURE_S = 10.0
ENGINE_RETRY_S = (1.0, 2.0, 5.0, 10.0)
SOONEST_S = 0.05
NOT_LOOKED_YET = Problem(code="not-looked-yet", message="The agent has not looked at its host yet.")


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
        self._desired: DesiredHost | None = None
        self._observed: ObservedHost | Unobserved = Unobserved(NOT_LOOKED_YET)
        self._plan = Plan()
        self._history = hands.memory.history()
        self._turns: dict[InstanceId, asyncio.Task[None]] = {}
        self._underway: dict[InstanceId, Action] = {}
        self._done: dict[InstanceId, tuple[Done, ...]] = {}
        self._matched: dict[InstanceId, tuple[Digest, Revision]] = {}
        self._expectations: dict[Digest, Expectation] = {}
        self._engine_state = greeting.Engine(reachable=False, problem=NOT_LOOKED_YET.message)
        self._unreachable_since_s: float | None = None
        self._engine_failures = 0
        self._wake = asyncio.Event()
        self._log = structlog.get_logger()

    @property
    def engine_state(self) -> greeting.Engine:
        """The engine as last seen."""
        return self._engine_state

    def engine_unreachable_for_s(self) -> float | None:
        """Return for how long the engine has not answered, None while it does."""
        if self._unreachable_since_s is None:
            return None
        return self._hands.clock.monotonic_s() - self._unreachable_since_s

    def set_desired(self, desired: DesiredHost | None) -> None:
        """Make this so from now on; None leaves everything as it is. A pull that nobody wants any more is given up."""
        self._desired = desired
        for instance in desired.instances if desired is not None else ():
            self._expectations[instance.digest] = expectation_of(instance)
        for instance_id, action in self._underway.items():
            if isinstance(action, PullImage) and self._is_superseded(action):
                self._turns[instance_id].cancel()
        self._wake.set()

    def situation(self) -> Situation:
        """Return everything a report is made from, as of now."""
        return Situation(
            desired=self._desired,
            observed=self._observed,
            plan=self._plan,
            underway=dict(self._underway),
            history=self._history,
            outputs=self._follower.seen(),
            expectations=self._expectations,
            matched=self._matched,
        )

    def outcomes(self) -> tuple[status.Outcome, ...]:
        """Return how the actions of each instance's newest turn ended, in the order of time."""
        done = sorted((one for turn in self._done.values() for one in turn), key=lambda one: one.at)
        return tuple(_outcome(one) for one in done)

    async def run(self) -> None:
        """Go on for ever: look, act, wait for a reason to look again. Containers outlive a cancellation."""
        watching = asyncio.create_task(self._watch_events(), name="engine events")
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
            await _end([watching, *self._turns.values()])
            await self._follower.close()

    async def reconcile_once(self) -> float:
        """Look once, begin what is to be done, and return after how many seconds to look again unless woken."""
        busy = frozenset(self._turns)
        desired = self._desired
        observed = await self._hands.observer.observe(desired)
        if isinstance(observed, Unobserved):
            return self._engine_is_away(observed)
        self._observed = observed
        try:
            await self._engine_is_there()
        except DsfleetError as error:
            return self._engine_is_away(Unobserved(error.problem))
        if desired is not self._desired:
            return 0.0
        await self._remember(observed, busy)
        now = self._hands.clock.now()
        self._plan = plan_host(desired, observed, self._history, now)
        self._begin_turns(self._plan, busy)
        self._follow(observed)
        self._on_change()
        waits = [(one.until - now).total_seconds() for one in self._plan.waiting.values() if one.until is not None]
        return min([self._interval_s, *waits])

    def _engine_is_away(self, observed: Unobserved) -> float:
        self._observed, self._plan = observed, Plan()
        if self._unreachable_since_s is None:
            self._unreachable_since_s = self._hands.clock.monotonic_s()
            self._log.warning("engine unreachable", reason=observed.problem.message)
        self._engine_state = greeting.Engine(reachable=False, problem=observed.problem.message)
        self._on_change()
        pause_s = ENGINE_RETRY_S[min(self._engine_failures, len(ENGINE_RETRY_S) - 1)]
        self._engine_failures += 1
        return pause_s

    async def _engine_is_there(self) -> None:
        if self._engine_state.reachable:
            return
        version = await self._hands.engine.version()
        self._engine_state = greeting.Engine(reachable=True, version=version.version, api_version=version.api_version)
        self._unreachable_since_s, self._engine_failures = None, 0
        self._log.info("engine reachable", version=version.version)

    async def _remember(self, observed: ObservedHost, busy: frozenset[InstanceId]) -> None:
        """Bring history and matched revisions up to date; what is under way just now says nothing about a crash."""
        desired = self._desired
        if desired is None:
            return
        calm = ObservedHost(containers=tuple(one for one in observed.containers if one.instance_id not in busy))
        before = self._history
        history = remember_endings(before, desired, calm, self._hands.clock.now())
        wanted = {one.instance_id: one.digest for one in desired.instances}
        self._history = forget_unknown(history, frozenset(wanted) | {one.instance_id for one in observed.containers})
        for one in observed.containers:
            if wanted.get(one.instance_id) == one.digest:
                self._matched[one.instance_id] = (one.digest, desired.revision)
        needed = set(wanted.values()) | {one.digest for one in observed.containers}
        self._expectations = {key: value for key, value in self._expectations.items() if key in needed}
        known = wanted.keys() | {one.instance_id for one in observed.containers} | busy
        self._matched = {key: value for key, value in self._matched.items() if key in known}
        self._done = {key: value for key, value in self._done.items() if key in known}
        if self._history != before:
            await self._keep_history()

    def _begin_turns(self, plan: Plan, busy: frozenset[InstanceId]) -> None:
        for instance_id, actions in plan.turns().items():
            # What was under way while we looked may look half done; it is looked at again when its turn ends.
            if instance_id in busy or instance_id in self._turns:
                continue
            self._done[instance_id] = ()
            turn = asyncio.create_task(self._take_turn(instance_id, actions), name=f"turn {instance_id}")
            self._turns[instance_id] = turn
            turn.add_done_callback(partial(self._turn_ended, instance_id))

    async def _take_turn(self, instance_id: InstanceId, actions: tuple[Action, ...]) -> None:
        try:
            for action in actions:
                if self._is_superseded(action) or not await self._take_action(action):
                    break
        except Exception:  # noqa: BLE001 - a turn's outermost: one bad instance must not hold up the others
            self._log.exception("turn failed", instance=instance_id)
            self._wake_soon(AFTER_FAILURE_S)

    def _turn_ended(self, instance_id: InstanceId, _turn: "asyncio.Task[None]") -> None:
        del self._turns[instance_id]
        last = self._underway.pop(instance_id, None)
        done = self._done.get(instance_id, ())
        has_failed_clearing = isinstance(last, StopInstance | RemoveInstance) and done and done[-1].error is not None
        # Clearing away that failed is no try of the instance: it is done again while it is planned, but not at once.
        self._wake_soon(AFTER_FAILURE_S if has_failed_clearing else EVENT_GATHERING_S)

    async def _take_action(self, action: Action) -> bool:
        """Do one action; return whether the instance's turn goes on."""
        self._underway[action.instance_id] = action
        self._on_change()
        done = await self._hands.executor.execute(action)
        self._done[action.instance_id] = (*self._done.get(action.instance_id, ()), done)
        event = self._log.bind(instance=action.instance_id, action=verb_of(action), cause=action.cause)
        if done.error is None:
            event.info("action done", duration_s=round(done.duration_s, 3))
            if isinstance(action, StartInstance):
                self._history = remember_restart(self._history, action.instance_id)
                await self._keep_history()
            return True
        event.warning("action failed", code=done.error.problem.code, reason=done.error.problem.message)
        await self._remember_failed(action, done, done.error)
        return False

    async def _remember_failed(self, action: Action, done: Done, error: DsfleetError) -> None:
        if isinstance(action, StopInstance | RemoveInstance) or self._desired is None:
            return
        history = remember_failure(self._history, action.instance_id, self._desired, error.problem, done.at)
        if isinstance(error, RefusedError):
            history = as_refusal(history, action.instance_id)
        self._history = history
        await self._keep_history()

    async def _keep_history(self) -> None:
        try:
            await self._hands.memory.change_history(self._history)
        except DsfleetError as error:
            # A full disk must not keep instances from being repaired; the history still holds until the agent ends.
            self._log.warning("history not kept", code=error.problem.code, reason=error.problem.message)

    def _is_superseded(self, action: Action) -> bool:
        """Return whether the instance is wanted with another digest by now, or not at all."""
        if not isinstance(action, PullImage | CreateInstance) or self._desired is None:
            return False
        wanted = (one for one in self._desired.instances if one.instance_id == action.instance_id)
        return next((one.digest for one in wanted), None) != action.instance.digest

    def _follow(self, observed: ObservedHost) -> None:
        runs = frozenset(
            FollowedRun(
                one.container_id,
                one.started_at,
                one.output_since or one.started_at,
                self._expectations.get(one.digest, UNKNOWN_EXPECTATION).perf_interval_s,
            )
            for one in observed.containers
            if one.state is ContainerState.RUNNING and one.started_at is not None
        )
        self._follower.follow(runs)

    async def _watch_events(self) -> None:
        """Look again whenever the engine says that something happened to one of our containers."""
        failures = 0
        while True:
            try:
                async for event in self._hands.engine.events(self._hands.memory.state.agent_id):
                    failures = 0
                    self._hands.observer.forget(None if event is None else event.container_id)
                    self._wake_soon(EVENT_GATHERING_S)
            except DsfleetError:
                self._log.debug("engine events not available")
            self._wake_soon(EVENT_GATHERING_S)
            await asyncio.sleep(ENGINE_RETRY_S[min(failures, len(ENGINE_RETRY_S) - 1)])
            failures += 1

    def _wake_soon(self, delay_s: float) -> None:
        asyncio.get_running_loop().call_later(delay_s, self._wake.set)


def _outcome(done: Done) -> status.Outcome:
    return status.Outcome(
        instance_id=done.action.instance_id,
        action=verb_of(done.action),
        cause=done.action.cause,
        result=status.OutcomeResult.DONE if done.error is None else status.OutcomeResult.FAILED,
        at=done.at,
        duration_s=done.duration_s,
        problem=None if done.error is None else done.error.problem,
    )


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

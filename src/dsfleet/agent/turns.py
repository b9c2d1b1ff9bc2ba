"""Carries plans out: the actions of one instance in order, those of different instances side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from dsfleet.agent.execute import Done, Executor
from dsfleet.agent.model import Action, Plan, PullImage, RemoveInstance, StopInstance, verb_of
from dsfleet.contracts.identifiers import InstanceId
from dsfleet.contracts.messages import status

SETTLING_S = 0.05
"""The engine's events come in bundles (kill, die, stop); one look after the bundle is enough."""
AFTER_FAILURE_S = 10.0


@dataclass(frozen=True, slots=True)
class Ears:
    """Whom turns tell and ask.

    is_wanted: whether an action is still what its instance needs. on_done: takes in how an action ended, before the
    next one begins. look_again: a look at the host is due after so many seconds. on_change: a report may have changed.
    """

    is_wanted: Callable[[Action], bool]
    on_done: Callable[[Done], Awaitable[None]]
    look_again: Callable[[float], None]
    on_change: Callable[[], None]


class Turns:
    """At most one turn per instance at a time; a failure ends its instance's turn and no other."""

    def __init__(self, executor: Executor, ears: Ears) -> None:
        """Begin with no turn."""
        self._executor = executor
        self._ears = ears
        self._tasks: dict[InstanceId, asyncio.Task[None]] = {}
        self._underway: dict[InstanceId, Action] = {}
        self._done: dict[InstanceId, tuple[Done, ...]] = {}
        self._log = structlog.get_logger()

    def busy(self) -> frozenset[InstanceId]:
        """Return the instances whose turn it is."""
        return frozenset(self._tasks)

    def underway(self) -> Mapping[InstanceId, Action]:
        """Return the action each busy instance is at."""
        return dict(self._underway)

    def outcomes(self) -> tuple[status.Outcome, ...]:
        """Return how the actions of each instance's newest turn ended, in the order of time."""
        done = sorted((one for turn in self._done.values() for one in turn), key=lambda one: one.at)
        return tuple(_outcome(one) for one in done)

    def begin(self, plan: Plan, but_not: frozenset[InstanceId]) -> None:
        """Begin the plan's turns, but not those of instances whose turn was on while the host was looked at.

        What was under way may have looked half done; it is looked at again when its turn ends.
        """
        for instance_id, actions in plan.turns().items():
            if instance_id in but_not or instance_id in self._tasks:
                continue
            self._done[instance_id] = ()
            task = asyncio.create_task(self._take(instance_id, actions), name=f"turn {instance_id}")
            self._tasks[instance_id] = task
            task.add_done_callback(partial(self._ended, instance_id))

    def give_up_unwanted_pulls(self) -> None:
        """End the turns that wait for an image which nobody wants any more."""
        for instance_id, action in self._underway.items():
            if isinstance(action, PullImage) and not self._ears.is_wanted(action):
                self._tasks[instance_id].cancel()

    def forget_all_but(self, known: frozenset[InstanceId]) -> None:
        """Forget the outcomes of instances that are neither desired nor seen any more."""
        self._done = {key: value for key, value in self._done.items() if key in known or key in self._tasks}

    async def close(self) -> None:
        """End every turn; what the engine has begun it may still finish."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self, instance_id: InstanceId, actions: tuple[Action, ...]) -> None:
        try:
            for action in actions:
                if not self._ears.is_wanted(action) or not await self._take_action(action):
                    break
        except Exception:  # noqa: BLE001 - a turn's outermost: one bad instance must not hold up the others
            self._log.exception("turn failed", instance=instance_id)
            self._ears.look_again(AFTER_FAILURE_S)

    async def _take_action(self, action: Action) -> bool:
        """Do one action; return whether the instance's turn goes on."""
        self._underway[action.instance_id] = action
        self._ears.on_change()
        done = await self._executor.execute(action)
        self._done[action.instance_id] = (*self._done.get(action.instance_id, ()), done)
        event = self._log.bind(instance=action.instance_id, action=verb_of(action), cause=action.cause)
        if done.error is None:
            event.info("action done", duration_s=round(done.duration_s, 3))
        else:
            event.warning("action failed", code=done.error.problem.code, reason=done.error.problem.message)
        await self._ears.on_done(done)
        return done.error is None

    def _ended(self, instance_id: InstanceId, _task: "asyncio.Task[None]") -> None:
        del self._tasks[instance_id]
        last = self._underway.pop(instance_id, None)
        done = self._done.get(instance_id, ())
        has_failed_clearing = isinstance(last, StopInstance | RemoveInstance) and done and done[-1].error is not None
        # Clearing away that failed is no try of the instance: it is done again while it is planned, but not at once.
        self._ears.look_again(AFTER_FAILURE_S if has_failed_clearing else SETTLING_S)


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

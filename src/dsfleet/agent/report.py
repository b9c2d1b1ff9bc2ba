"""What the agent says about its host: pure, from desired, observed, what is under way and what was remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from dsfleet.agent.choice import chosen_container
from dsfleet.agent.health import NOTHING_SAID, Expectation, Health, SeenOutput, judge, unknown_cameras
from dsfleet.agent.model import (
    NO_HISTORY,
    Action,
    Cause,
    ContainerState,
    CreateInstance,
    History,
    ObservedHost,
    Plan,
    PullImage,
    SeenContainer,
    StartInstance,
    Unobserved,
    Waiting,
)
from dsfleet.contracts.identifiers import ContainerId, Digest, InstanceId, Revision
from dsfleet.contracts.messages.configuration import DesiredHost, DesiredInstance, FrameCounting, Power
from dsfleet.contracts.messages.status import InstanceState, ReportedInstance

ARRIVED = (InstanceState.RUNNING, InstanceState.DEGRADED, InstanceState.NO_FRAMES)
"""The application is as desired and past its start; whether its cameras deliver is told by the state itself."""

UNKNOWN_EXPECTATION = Expectation((), FrameCounting.PERF_LINES, 5.0)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a report is made from.

    underway: the action each busy instance is at. outputs: what each running container said. expectations: by digest,
    for containers of an older revision too. matched: the newest revision whose digest an instance's container matched.
    """

    desired: DesiredHost | None
    observed: ObservedHost | Unobserved
    plan: Plan = field(default_factory=Plan)
    underway: Mapping[InstanceId, Action] = field(default_factory=dict)
    history: History = NO_HISTORY
    outputs: Mapping[ContainerId, SeenOutput] = field(default_factory=dict)
    expectations: Mapping[Digest, Expectation] = field(default_factory=dict)
    matched: Mapping[InstanceId, tuple[Digest, Revision]] = field(default_factory=dict)


def expectation_of(instance: DesiredInstance) -> Expectation:
    """Return what is known beforehand of the instance's frames."""
    return Expectation(instance.cameras, instance.frame_counting, instance.perf_interval_s)


def report_instances(situation: Situation, now: datetime) -> tuple[ReportedInstance, ...]:
    """Return every desired instance and every seen one that is desired no more, by id; `state_age_s` is left at 0."""
    wanted = {one.instance_id: one for one in situation.desired.instances} if situation.desired else {}
    seen: dict[InstanceId, list[SeenContainer]] = {}
    if isinstance(situation.observed, ObservedHost):
        for container in situation.observed.containers:
            seen.setdefault(container.instance_id, []).append(container)
    return tuple(
        _report_instance(situation, instance_id, wanted.get(instance_id), seen.get(instance_id, []), now)
        for instance_id in sorted(wanted.keys() | seen.keys())
    )


def convergence(situation: Situation, instances: tuple[ReportedInstance, ...]) -> tuple[bool, Cause]:
    """Return whether the host is as its desired state says, and why not. Nothing desired is not converged."""
    if situation.desired is None:
        return False, Cause("no desired state was received")
    if isinstance(situation.observed, Unobserved):
        return False, Cause(situation.observed.problem.message)
    wanted = {one.instance_id: one for one in situation.desired.instances}
    for instance in instances:
        desired = wanted.get(instance.instance_id)
        if not _is_as_desired(situation, desired, instance):
            name = instance.instance_id if desired is None else desired.name
            return False, Cause(f"{name}: {instance.cause}")
    return True, Cause("everything is as desired")


def with_ages(
    instances: tuple[ReportedInstance, ...], since: dict[InstanceId, tuple[InstanceState, float]], now_s: float
) -> tuple[ReportedInstance, ...]:
    """Return the instances with the age of their states; `since` is brought up to date (by id: state, monotonic s)."""
    for gone in since.keys() - {one.instance_id for one in instances}:
        del since[gone]
    aged = []
    for one in instances:
        if one.instance_id not in since or since[one.instance_id][0] is not one.state:
            since[one.instance_id] = (one.state, now_s)
        aged.append(msgspec.structs.replace(one, state_age_s=max(0.0, now_s - since[one.instance_id][1])))
    return tuple(aged)


def _is_as_desired(situation: Situation, desired: DesiredInstance | None, instance: ReportedInstance) -> bool:
    is_busy = instance.instance_id in situation.underway or instance.instance_id in situation.plan.turns()
    if desired is None or is_busy:
        return False
    if desired.power is Power.OFF:
        return instance.state is InstanceState.STOPPED
    return instance.state in ARRIVED and instance.observed_digest == desired.digest


def _report_instance(
    situation: Situation,
    instance_id: InstanceId,
    desired: DesiredInstance | None,
    seen: list[SeenContainer],
    now: datetime,
) -> ReportedInstance:
    container = chosen_container(seen, desired.digest if desired else Digest(""))
    health = _health(situation, instance_id, desired, container)
    waiting = situation.plan.waiting.get(instance_id)
    failure = situation.history.failures.get(instance_id)
    exit_code = container.ending.exit_code if container is not None and container.ending is not None else None
    return ReportedInstance(
        instance_id=instance_id,
        state=health.state,
        cause=health.cause,
        state_age_s=0.0,
        observed_digest=None if container is None else container.digest,
        observed_revision=Revision(0) if container is None else _observed_revision(situation, container),
        container_id=None if container is None else container.container_id,
        image_id=None if container is None else container.image_id,
        started_at=None if container is None else container.started_at,
        restarts=situation.history.restarts.get(instance_id, 0),
        exit_code=exit_code,
        next_try_in_s=_next_try_in_s(waiting, now) if health.state is InstanceState.BACKOFF else None,
        last_problem=None if failure is None else failure.problem,
        cameras=health.cameras,
    )


def _health(
    situation: Situation, instance_id: InstanceId, desired: DesiredInstance | None, container: SeenContainer | None
) -> Health:
    """Return the judgement; rules in order, first match wins."""
    cameras = unknown_cameras(desired.cameras) if desired is not None else ()
    if isinstance(situation.observed, Unobserved):
        return Health(InstanceState.UNOBSERVED, Cause("the container engine does not answer"), cameras)
    if desired is None or desired.power is Power.OFF:
        return _unwanted(situation, desired, container)
    measured = _measured(situation, desired, container)
    action = situation.underway.get(instance_id)
    if action is not None:
        return Health(_state_during(action), action.cause, measured.cameras if measured else cameras)
    is_right = container is not None and container.digest == desired.digest
    if is_right and measured is not None:
        return measured
    waiting = situation.plan.waiting.get(instance_id)
    if waiting is not None:
        state = InstanceState.FAILED if waiting.until is None else InstanceState.BACKOFF
        return Health(state, Cause(waiting.problem.message), measured.cameras if measured else cameras)
    state = InstanceState.STARTING if is_right else InstanceState.CREATING
    turn = situation.plan.turns().get(instance_id)
    return Health(state, turn[0].cause if turn else Cause("about to be looked at"), cameras)


def _unwanted(situation: Situation, desired: DesiredInstance | None, container: SeenContainer | None) -> Health:
    why = "not desired any more" if desired is None else "power off"
    measured = _measured(situation, desired, container)
    if measured is None:
        return Health(InstanceState.STOPPED, Cause(why), unknown_cameras(desired.cameras) if desired else ())
    return Health(measured.state, Cause(f"being stopped: {why}"), measured.cameras)


def _measured(situation: Situation, desired: DesiredInstance | None, container: SeenContainer | None) -> Health | None:
    """Return what a container that runs does, None when none runs."""
    if container is None or not container.is_alive:
        return None
    if desired is not None and desired.digest == container.digest:
        expected = expectation_of(desired)
    else:
        expected = situation.expectations.get(container.digest, UNKNOWN_EXPECTATION)
    if container.state is ContainerState.PAUSED:
        return Health(InstanceState.NO_FRAMES, Cause("paused from outside"), unknown_cameras(expected.cameras))
    return judge(expected, situation.outputs.get(container.container_id, NOTHING_SAID))


def _state_during(action: Action) -> InstanceState:
    match action:
        case PullImage():
            return InstanceState.PULLING
        case CreateInstance():
            return InstanceState.CREATING
        case StartInstance():
            return InstanceState.STARTING
        case _:
            return InstanceState.CREATING


def _observed_revision(situation: Situation, container: SeenContainer) -> Revision:
    digest, revision = situation.matched.get(container.instance_id, (Digest(""), Revision(0)))
    return revision if digest == container.digest else container.created_revision


def _next_try_in_s(waiting: Waiting | None, now: datetime) -> float | None:
    if waiting is None or waiting.until is None:
        return None
    return max(0.0, (waiting.until - now).total_seconds())

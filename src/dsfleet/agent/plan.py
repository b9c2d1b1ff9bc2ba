"""Decides what to do next on one host; pure. Containers are compared by digest alone."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from dsfleet.agent.backoff import waiting_of
from dsfleet.agent.choice import chosen_container
from dsfleet.agent.model import (
    Action,
    Cause,
    ContainerState,
    CreateInstance,
    History,
    ObservedHost,
    Plan,
    PullImage,
    RemoveInstance,
    SeenContainer,
    StartInstance,
    StopInstance,
    Unobserved,
    UnpauseInstance,
    Waiting,
)
from dsfleet.contracts.identifiers import Digest, InstanceId
from dsfleet.contracts.messages.configuration import DesiredHost, DesiredInstance, Power

NAME_PREFIX = "dsfleet-"
UNWANTED_STOP_TIMEOUT_S = 20.0
"""How long a container may take to end when nothing desired says so (DeepStream finalises files on SIGINT)."""


def plan_host(
    desired: DesiredHost | None, observed: ObservedHost | Unobserved, history: History, now: datetime
) -> Plan:
    """Choose what to do next on one host; an empty plan means converged, waiting, unobserved or never told anything."""
    if desired is None or isinstance(observed, Unobserved):
        return Plan()
    wanted = {instance.instance_id: instance for instance in desired.instances}
    actions: list[Action] = []
    waiting: dict[InstanceId, Waiting] = {}
    names = _Names(observed)
    for instance_id in sorted(wanted.keys() | {container.instance_id for container in observed.containers}):
        mine = tuple(container for container in observed.containers if container.instance_id == instance_id)
        instance = wanted.get(instance_id)
        if instance is None or instance.power is Power.OFF:
            cause = Cause("not desired any more" if instance is None else "power off")
            actions += _clear(mine, instance, cause)
            continue
        keep = chosen_container(mine, instance.digest)
        held = waiting_of(instance_id, desired, history, now)
        actions += _clear_extras(mine, keep, instance)
        is_right = keep is not None and keep.digest == instance.digest
        if held is not None and not (is_right and keep is not None and keep.is_alive):
            waiting[instance_id] = held
        if keep is not None and is_right:
            actions += _keep_running(keep, held, first_cause(history, instance_id))
        elif held is None:
            actions += _make(keep, instance, desired, observed, names)
    return Plan(tuple(actions), waiting)


def short_digest(digest: Digest) -> str:
    """Return the first eight digits, enough for a person to tell two apart."""
    return digest.removeprefix("sha256:")[:8]


def first_cause(history: History, instance_id: InstanceId) -> Cause:
    """Return why an exited container is started again: its remembered ending, else that it had exited."""
    failure = history.failures.get(instance_id)
    return Cause(failure.problem.message.rstrip(".") if failure is not None else "exited")


def _clear_extras(
    mine: Iterable[SeenContainer], keep: SeenContainer | None, instance: DesiredInstance
) -> Iterator[Action]:
    for container in mine:
        if container is not keep:
            yield from _clear([container], instance, _extra_cause(container, instance))


def _extra_cause(container: SeenContainer, instance: DesiredInstance) -> Cause:
    if container.state is ContainerState.CREATED:
        return Cause("never started")
    if container.state is ContainerState.DEAD:
        return Cause("dead")
    if container.digest != instance.digest:
        return _digest_cause(container.digest, instance.digest)
    return Cause("second container of this instance")


def _digest_cause(old: Digest, new: Digest) -> Cause:
    return Cause(f"digest {short_digest(old)} -> {short_digest(new)}")


def _clear(mine: Iterable[SeenContainer], instance: DesiredInstance | None, cause: Cause) -> Iterator[Action]:
    timeout_s = UNWANTED_STOP_TIMEOUT_S if instance is None else instance.stop_timeout_s
    for container in mine:
        if container.state is ContainerState.REMOVING:
            continue
        if container.is_alive:
            yield StopInstance(container.instance_id, container.container_id, timeout_s, cause)
        yield RemoveInstance(container.instance_id, container.container_id, cause)


def _keep_running(keep: SeenContainer, held: Waiting | None, cause: Cause) -> Iterator[Action]:
    if keep.state is ContainerState.PAUSED:
        yield UnpauseInstance(keep.instance_id, keep.container_id, Cause("paused from outside"))
    elif keep.state is ContainerState.EXITED and held is None:
        yield StartInstance(keep.instance_id, keep.container_id, cause)


def _make(
    old: SeenContainer | None,
    instance: DesiredInstance,
    desired: DesiredHost,
    observed: ObservedHost,
    names: "_Names",
) -> Iterator[Action]:
    cause = Cause("no container") if old is None else _digest_cause(old.digest, instance.digest)
    if not observed.images.get(instance.image, True):
        yield PullImage(instance, Cause(f"image {instance.image} is not on this host"))
    if old is not None:
        yield from _clear([old], instance, cause)
    yield CreateInstance(instance, names.take(instance), desired.revision, cause)


class _Names:
    """Container names for this pass: never one that somebody else holds, never the same twice.

    The instance's own old containers hold nothing: they are gone before the new one is made.
    """

    def __init__(self, observed: ObservedHost) -> None:
        self._taken = set(observed.foreign_names)
        self._ours = observed.containers

    def take(self, instance: DesiredInstance) -> str:
        """Return a free name: `dsfleet-<instance name>-<short id>`, with a number behind when that one is taken."""
        readable = re.sub(r"[^a-zA-Z0-9_.-]+", "-", instance.name).strip("-.") or "instance"
        short_id = re.sub(r"[^a-zA-Z0-9]+", "", instance.instance_id)[-8:]
        base = f"{NAME_PREFIX}{readable[:40]}-{short_id}"
        name, number = base, 2
        taken = self._taken | {one.name for one in self._ours if self._is_in_the_way(one, instance)}
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        self._taken.add(name)
        return name

    @staticmethod
    def _is_in_the_way(one: SeenContainer, instance: DesiredInstance) -> bool:
        return one.instance_id != instance.instance_id or one.state is ContainerState.REMOVING

"""When may an instance be tried again: pure rules over its failures. Only a refusal waits for somebody."""

from dataclasses import replace
from datetime import datetime, timedelta

from dsfleet.agent.choice import chosen_container
from dsfleet.agent.model import EndingKind, Failure, History, ObservedHost, SeenContainer, Waiting
from dsfleet.contracts.identifiers import InstanceId
from dsfleet.contracts.messages.configuration import DesiredHost, Power
from dsfleet.contracts.problems import Problem

FIRST_DELAY_S = 10.0
LONGEST_DELAY_S = 300.0
FORGIVEN_AFTER_S = 600.0
"""A program that ran this long has shown that it can: its next failure counts as the first."""


def delay_s(count: int) -> float:
    """Return the wait after the count-th failure in a row: at once, then 10 s doubling to 300 s."""
    if count <= 1:
        return 0.0
    return float(min(FIRST_DELAY_S * 2 ** min(count - 2, 16), LONGEST_DELAY_S))


def waiting_of(instance_id: InstanceId, desired: DesiredHost, history: History, now: datetime) -> Waiting | None:
    """Return why the instance may not be tried now, None when it may. Rules in order, first match wins:

    1. never failed: try; 2. another revision, or 3. another retry number than at the failure: try at once;
    4. a refusal waits without end; 5. the delay is over, or the clock went back by more than it: try; 6. wait.
    """
    failure = history.failures.get(instance_id)
    if failure is None or failure.revision != desired.revision:
        return None
    retry_number = next((i.retry_number for i in desired.instances if i.instance_id == instance_id), 0)
    if failure.retry_number != retry_number:
        return None
    if failure.is_refusal:
        return Waiting(None, failure.problem)
    delay = timedelta(seconds=delay_s(failure.count))
    until = failure.failed_at + delay
    if now >= until or until - now > delay:
        return None
    return Waiting(until, failure.problem)


def remember_endings(history: History, desired: DesiredHost, observed: ObservedHost, now: datetime) -> History:
    """Return the history with every newly seen ending of a wanted container counted once, and old failures forgiven."""
    for instance in desired.instances:
        mine = [one for one in observed.containers if one.instance_id == instance.instance_id]
        container = chosen_container(mine, instance.digest)
        if container is None or container.digest != instance.digest or instance.power is Power.OFF:
            continue
        failure = history.failures.get(container.instance_id)
        if container.ending is not None and not _is_known(failure, container):
            found = _ending_failure(failure, container, desired, instance.retry_number)
            history = replace(history, failures={**history.failures, container.instance_id: found})
        elif failure is not None and _ran_long(container, now):
            rest = {key: value for key, value in history.failures.items() if key != container.instance_id}
            history = replace(history, failures=rest)
    return history


def remember_failure(
    history: History, instance_id: InstanceId, desired: DesiredHost, problem: Problem, failed_at: datetime
) -> History:
    """Return the history with a failed action counted."""
    before = history.failures.get(instance_id)
    retry_number = next((i.retry_number for i in desired.instances if i.instance_id == instance_id), 0)
    failure = Failure(
        count=before.count + 1 if before is not None else 1,
        failed_at=failed_at,
        problem=problem,
        is_refusal=False,
        revision=desired.revision,
        retry_number=retry_number,
    )
    return replace(history, failures={**history.failures, instance_id: failure})


def as_refusal(history: History, instance_id: InstanceId) -> History:
    """Return the history with the instance's newest failure marked as a refusal, which no time heals."""
    failure = replace(history.failures[instance_id], is_refusal=True)
    return replace(history, failures={**history.failures, instance_id: failure})


def remember_restart(history: History, instance_id: InstanceId) -> History:
    """Return the history with one more start after a crash counted."""
    return replace(history, restarts={**history.restarts, instance_id: history.restarts.get(instance_id, 0) + 1})


def forget_unknown(history: History, known: frozenset[InstanceId]) -> History:
    """Return the history without instances that are neither desired nor seen any more."""
    if known.issuperset(history.failures) and known.issuperset(history.restarts):
        return history
    return History(
        failures={key: value for key, value in history.failures.items() if key in known},
        restarts={key: value for key, value in history.restarts.items() if key in known},
    )


def _is_known(failure: Failure | None, container: SeenContainer) -> bool:
    ending = container.ending
    return (
        failure is not None
        and ending is not None
        and failure.container_id == container.container_id
        and failure.failed_at == ending.finished_at
    )


def _ending_failure(
    before: Failure | None, container: SeenContainer, desired: DesiredHost, retry_number: int
) -> Failure:
    ending = container.ending
    if ending is None:
        raise ValueError("only an ended container has failed")
    ran_s = (ending.finished_at - container.started_at).total_seconds() if container.started_at else 0.0
    count = before.count + 1 if before is not None and ran_s < FORGIVEN_AFTER_S else 1
    return Failure(
        count=count,
        failed_at=ending.finished_at,
        problem=ending.problem,
        is_refusal=ending.kind is EndingKind.REFUSED,
        revision=desired.revision,
        retry_number=retry_number,
        container_id=container.container_id,
    )


def _ran_long(container: SeenContainer, now: datetime) -> bool:
    return (
        container.ending is None
        and container.is_alive
        and container.started_at is not None
        and (now - container.started_at).total_seconds() >= FORGIVEN_AFTER_S
    )

"""How far an update request is, judged by what its hosts report; pure. Values only go forward while a host moves."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from dsfleet.contracts.messages.configuration import Power
from dsfleet.contracts.messages.status import InstanceState, OutcomeResult, ReportedHost, ReportedInstance
from dsfleet.coordinator.reported.model import HostProgress, HostState, Link, Reach, SentInstance, Step

UNFINISHED = (HostState.ACCEPTED, HostState.SENT, HostState.RECEIVED, HostState.APPLYING)
"""In the order a host goes through them."""
SETTLED_STATES = frozenset({InstanceState.RUNNING, InstanceState.STOPPED, InstanceState.DEGRADED})
STALLED = "stalled: "
"""Before the cause of a host that is past its request's deadline."""


def progress_of(host: HostProgress, report: ReportedHost, sent_by_id: Mapping[str, SentInstance] | None) -> Step:
    """Return where the host stands after this report.

    sent_by_id: what the revision that the report answers said about each instance, None where that revision was never
    made here. A host that failed goes on when a later report at the newest revision shows that it recovered: facts are
    followed.
    """
    if report.revision < host.revision:
        return Step(host.state, host.cause)
    if sent_by_id is None:
        unknown = f"the host answers revision {report.revision}, which is not on record here"
        return Step(host.state, f"{unknown}: was an older database restored?")
    reported_by_id: dict[str, ReportedInstance] = {instance.instance_id: instance for instance in report.instances}
    failures = [
        failure_text(sent.name, reported_by_id[instance_id], report)
        for instance_id, sent in sent_by_id.items()
        if instance_id in reported_by_id and reported_by_id[instance_id].state is InstanceState.FAILED
    ]
    if failures:
        return Step(HostState.FAILED, "; ".join(failures))
    if not report.converged:
        moving = host.state is HostState.APPLYING or _something_moves(report)
        return Step(HostState.APPLYING if moving else HostState.RECEIVED, _stalled(report.cause, host.past_deadline))
    doubts = [text for id_, sent in sent_by_id.items() if (text := doubt_text(sent, reported_by_id.get(id_)))]
    if doubts:
        return Step(HostState.APPLYING, _stalled("; ".join(doubts), host.past_deadline))
    return Step(HostState.CONVERGED, "")


def failure_text(name: str, instance: ReportedInstance, report: ReportedHost) -> str:
    """Return `demo-1: create failed: the image is not allowed`: instance, step, reason."""
    outcome = next(
        (
            outcome
            for outcome in reversed(report.outcomes)
            if outcome.instance_id == instance.instance_id and outcome.result is OutcomeResult.FAILED
        ),
        None,
    )
    problem = instance.last_problem or (outcome.problem if outcome else None)
    reason = problem.message if problem else instance.cause
    return f"{name}: {outcome.action} failed: {reason}" if outcome else f"{name} failed: {reason}"


def doubt_text(sent: SentInstance, instance: ReportedInstance | None) -> str | None:
    """Return why a host that calls itself converged is not believed about one instance, None where it is."""
    if instance is None:
        return f"the host says nothing about {sent.name}"
    if sent.power is Power.OFF:
        return None if instance.state is InstanceState.STOPPED else f"{sent.name} should be off and is {instance.state}"
    if instance.observed_digest == sent.digest:
        return None
    return f"{sent.name} runs {_short(instance.observed_digest)} instead of {_short(sent.digest)}"


def waiting_cause(host: HostProgress, reach: Reach) -> str:
    """Return why an unfinished host has not moved, for a person."""
    if host.state is HostState.ACCEPTED:
        text = "not sent yet"
        if reach.messenger_down_since is not None:
            text = f"not sent yet, the messenger is away since {_moment(reach.messenger_down_since)}"
        return _stalled(text, host.past_deadline)
    if reach.link is Link.NEVER:
        text = f"{host.state}, the host was never heard of"
    elif reach.link is not Link.LIVE and reach.last_seen is not None:
        text = f"{host.state}, host {reach.link} since {_moment(reach.last_seen)}"
    elif host.state is HostState.SENT:
        text = "sent, the host has not answered yet"
    else:
        text = host.cause.removeprefix(STALLED)
    return _stalled(text, host.past_deadline)


def request_state(host_states: Iterable[HostState]) -> HostState:
    """Return the state of the whole request: the furthest behind of those that still move, else the worst end."""
    states = set(host_states)
    order = (*UNFINISHED, HostState.FAILED, HostState.CANCELLED, HostState.SUPERSEDED)
    return next((state for state in order if state in states), HostState.CONVERGED)


def _something_moves(report: ReportedHost) -> bool:
    if any(instance.state not in SETTLED_STATES for instance in report.instances):
        return True
    return bool(report.outcomes)


def _stalled(text: str, past_deadline: bool) -> str:
    return f"{STALLED}{text}" if past_deadline else text


def _short(digest: str | None) -> str:
    return "no container" if digest is None else digest.removeprefix("sha256:")[:8]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"

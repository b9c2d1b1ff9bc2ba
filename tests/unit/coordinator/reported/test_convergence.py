"""How far a host of an update request is, and the request with it."""

from datetime import timedelta

import pytest

from dsfleet.contracts.messages.configuration import Power
from dsfleet.contracts.messages.status import InstanceState, ReportedHost
from dsfleet.contracts.problems import Problem
from dsfleet.coordinator.reported.convergence import progress_of, request_state, waiting_cause
from dsfleet.coordinator.reported.model import HostProgress, HostState, Link, Reach, SentInstance, Step
from tests.unit.coordinator.reported.builders import (
    DIGEST,
    NOON,
    OTHER_DIGEST,
    a_failed_outcome,
    a_report,
    an_instance,
)

SENT = {"i-1": SentInstance("demo-1", DIGEST, Power.ON)}
CREATING = an_instance(state=InstanceState.CREATING, cause="digest a -> b")
FAILED = an_instance(
    state=InstanceState.FAILED, last_problem=Problem(code="image-not-allowed", message="image x is not allowed")
)


def a_host(state: HostState = HostState.SENT, revision: int = 1, past_deadline: bool = False) -> HostProgress:
    return HostProgress("u-1", "a-1", revision, state, "before", past_deadline)


@pytest.mark.parametrize(
    ("host", "report", "step"),
    [
        (a_host(revision=2), a_report(an_instance()), Step(HostState.SENT, "before")),
        (a_host(), a_report(an_instance()), Step(HostState.CONVERGED, "")),
        (a_host(HostState.ACCEPTED), a_report(an_instance()), Step(HostState.CONVERGED, "")),
        (a_host(), a_report(an_instance(), revision=3), Step(HostState.CONVERGED, "")),
        (a_host(), a_report(an_instance(), converged=False, cause="seen"), Step(HostState.RECEIVED, "seen")),
        (a_host(), a_report(CREATING, converged=False, cause="busy"), Step(HostState.APPLYING, "busy")),
        (
            a_host(HostState.APPLYING),
            a_report(an_instance(), converged=False, cause="seen"),
            Step(HostState.APPLYING, "seen"),
        ),
        (
            a_host(past_deadline=True),
            a_report(CREATING, converged=False, cause="busy"),
            Step(HostState.APPLYING, "stalled: busy"),
        ),
        (
            a_host(),
            a_report(FAILED, converged=False),
            Step(HostState.FAILED, "demo-1 failed: image x is not allowed"),
        ),
        (
            a_host(),
            a_report(FAILED, converged=False, outcomes=(a_failed_outcome(),)),
            Step(HostState.FAILED, "demo-1: create failed: image x is not allowed"),
        ),
        (a_host(HostState.FAILED), a_report(an_instance()), Step(HostState.CONVERGED, "")),
        (
            a_host(),
            a_report(an_instance(observed_digest=OTHER_DIGEST)),
            Step(HostState.APPLYING, "demo-1 runs bbbbbbbb instead of aaaaaaaa"),
        ),
        (a_host(), a_report(), Step(HostState.APPLYING, "the host says nothing about demo-1")),
    ],
)
def test_report_moves_the_host(host: HostProgress, report: ReportedHost, step: Step) -> None:
    """A host goes forward as its reports say, and is believed converged only where every digest matches."""
    assert progress_of(host, report, SENT) == step


def test_revision_that_was_never_made_here_is_not_believed() -> None:
    """After an older database was restored, a host ahead of it has carried out nothing that was filed since."""
    step = progress_of(a_host(), a_report(an_instance()), None)
    assert step.state is a_host().state
    assert "not on record here" in step.cause


def test_instance_that_should_be_off_needs_no_container() -> None:
    """With power off, a stopped instance without container is converged."""
    sent = {"i-1": SentInstance("demo-1", DIGEST, Power.OFF)}
    stopped = an_instance(state=InstanceState.STOPPED, observed_digest=None)
    assert progress_of(a_host(), a_report(stopped), sent).state is HostState.CONVERGED
    assert progress_of(a_host(), a_report(an_instance()), sent).cause == "demo-1 should be off and is running"


@pytest.mark.parametrize(
    ("host", "reach", "cause"),
    [
        (a_host(HostState.ACCEPTED), Reach(Link.LIVE, NOON, None), "not sent yet"),
        (
            a_host(HostState.ACCEPTED),
            Reach(Link.STALE, NOON, NOON),
            "not sent yet, the messenger is away since 2026-01-01 12:00:00 UTC",
        ),
        (a_host(), Reach(Link.LIVE, NOON, None), "sent, the host has not answered yet"),
        (a_host(), Reach(Link.NEVER, None, None), "sent, the host was never heard of"),
        (
            a_host(past_deadline=True),
            Reach(Link.OFFLINE, NOON - timedelta(hours=1), None),
            "stalled: sent, host offline since 2026-01-01 11:00:00 UTC",
        ),
        (a_host(HostState.APPLYING), Reach(Link.LIVE, NOON, None), "before"),
        (a_host(HostState.APPLYING, past_deadline=True), Reach(Link.LIVE, NOON, None), "stalled: before"),
        (
            a_host(HostState.APPLYING),
            Reach(Link.STALE, NOON, None),
            "applying, host stale since 2026-01-01 12:00:00 UTC",
        ),
    ],
)
def test_waiting_host_says_why(host: HostProgress, reach: Reach, cause: str) -> None:
    """A host that does not move names what it waits for, and a stalled one says so."""
    assert waiting_cause(host, reach) == cause


@pytest.mark.parametrize(
    ("hosts", "state"),
    [
        ("converged converged", "converged"),
        ("sent applying converged", "sent"),
        ("failed applying", "applying"),
        ("failed converged", "failed"),
        ("cancelled converged", "cancelled"),
        ("superseded converged", "superseded"),
        ("accepted failed superseded", "accepted"),
    ],
)
def test_request_state_derives_from_its_hosts(hosts: str, state: str) -> None:
    """While anything moves, the request is as far as its slowest host; then its worst end counts."""
    assert request_state([HostState(each) for each in hosts.split()]) == state

"""When an instance may be tried again."""

import pytest

from dsfleet.agent.backoff import (
    as_refusal,
    delay_s,
    forget_unknown,
    remember_endings,
    remember_failure,
    waiting_of,
)
from dsfleet.agent.model import NO_HISTORY, History
from dsfleet.contracts.identifiers import InstanceId
from dsfleet.contracts.messages.configuration import Power
from dsfleet.contracts.problems import Problem
from tests.unit.agent.builders import (
    a_container,
    a_failure,
    a_host,
    an_exited,
    an_instance,
    at,
    failed,
    seen,
)

I_1 = InstanceId("i-1")


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, 0), (1, 0), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 300), (8, 300), (999, 300)],
)
def test_delays(count: int, expected: float):
    """The first try after a failure comes at once, the next after 10 s, doubling to 300 s and no further."""
    assert delay_s(count) == expected


@pytest.mark.parametrize(
    ("count", "after_s", "may_try"), [(1, 0, True), (2, 9.9, False), (2, 10, True), (7, 299, False), (7, 300, True)]
)
def test_wait_lasts_its_delay(count: int, after_s: float, may_try: bool):
    """An instance is held back until its delay is over, and no longer."""
    waiting = waiting_of(I_1, a_host(an_instance()), failed(a_failure(count)), at(after_s))
    assert (waiting is None) is may_try


def test_new_revision_tries_at_once():
    """A new revision permits a try, after a refusal too."""
    history = failed(a_failure(count=7, revision=1, is_refusal=True))
    assert waiting_of(I_1, a_host(an_instance(), revision=2), history, at(1)) is None


def test_retry_now_tries_at_once():
    """A higher retry number permits a try, after a refusal too."""
    history = failed(a_failure(count=7, is_refusal=True))
    assert waiting_of(I_1, a_host(an_instance(retry_number=1)), history, at(1)) is None


def test_refusal_waits_for_somebody():
    """No time heals a refusal."""
    waiting = waiting_of(I_1, a_host(an_instance()), failed(a_failure(is_refusal=True)), at(1_000_000))
    assert waiting is not None
    assert waiting.until is None


def test_clock_that_went_back_does_not_hold_anything_up():
    """After the calendar jumped back by an hour an instance is tried, not held for an hour."""
    history = failed(a_failure(count=3, failed_s=3600))
    assert waiting_of(I_1, a_host(an_instance()), history, at(0)) is None


def test_an_ending_is_counted_once():
    """Seeing the same ended container again counts nothing more."""
    observed, desired = seen(an_exited(finished_s=0)), a_host(an_instance())
    once = remember_endings(NO_HISTORY, desired, observed, at(1))
    assert once.failures[I_1].count == 1
    assert remember_endings(once, desired, observed, at(2)) == once


def test_endings_in_a_row_add_up():
    """Each further ending of a short run counts one more."""
    desired = a_host(an_instance())
    first = remember_endings(NO_HISTORY, desired, seen(an_exited(finished_s=0)), at(0))
    second = remember_endings(first, desired, seen(an_exited(finished_s=70)), at(70))
    assert second.failures[I_1].count == 2


def test_long_run_forgives():
    """A container that has run for ten minutes is forgiven its failures; before that it is not."""
    history, desired = failed(a_failure(count=5)), a_host(an_instance())
    assert remember_endings(history, desired, seen(a_container(created_s=-599)), at(0)) == history
    assert remember_endings(history, desired, seen(a_container(created_s=-600)), at(0)) == NO_HISTORY


def test_rejected_configuration_is_a_refusal():
    """Exit code 255 after the parser's complaint is remembered as a refusal."""
    said = ["** ERROR: <parse_source:123>: parse_source failed", "App run failed"]
    history = remember_endings(NO_HISTORY, a_host(an_instance()), seen(an_exited(exit_code=255, said=said)), at(0))
    assert history.failures[I_1].is_refusal
    assert history.failures[I_1].problem.code == "configuration-rejected"


def test_container_of_another_digest_says_nothing():
    """What an old configuration's container did is not held against the new one."""
    observed = seen(an_exited(digest="old"))
    assert remember_endings(NO_HISTORY, a_host(an_instance(digest="new")), observed, at(0)) == NO_HISTORY


def test_switched_off_instance_has_not_failed():
    """A container that ended because it was switched off is no failure."""
    observed = seen(an_exited())
    assert remember_endings(NO_HISTORY, a_host(an_instance(power=Power.OFF)), observed, at(0)) == NO_HISTORY


def test_failed_action_counts_and_may_become_a_refusal():
    """A failed action counts like an ending; marked as a refusal it waits for somebody."""
    desired, problem = a_host(an_instance()), Problem(code="engine-refused", message="no")
    history = remember_failure(failed(a_failure(count=2)), I_1, desired, problem, at(5))
    assert (history.failures[I_1].count, history.failures[I_1].is_refusal) == (3, False)
    assert as_refusal(history, I_1).failures[I_1].is_refusal


def test_history_of_vanished_instances_is_forgotten():
    """What is neither desired nor seen any more is not remembered for ever."""
    history = History(failures={I_1: a_failure()}, restarts={I_1: 3, InstanceId("i-2"): 1})
    kept = forget_unknown(history, frozenset({InstanceId("i-2")}))
    assert (dict(kept.failures), dict(kept.restarts)) == ({}, {"i-2": 1})

"""What a greeting leads to, and what may be decided."""

import pytest

from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.contracts.problems import ConflictError, NotFoundError
from dsfleet.coordinator.admission.rules import (
    WAITING_ROOM_SIZE,
    KnownAgent,
    Reception,
    Standing,
    check_fingerprint,
    check_known,
    check_may_be_denied,
    check_name_is_free,
    receive,
    unique_name,
)
from tests.unit.coordinator.reported.builders import AGENT, a_greeting


def known(standing: Standing, number: int = 0, order: tuple[int, int] = (1, 1)) -> KnownAgent:
    return KnownAgent(AGENT, "edge", standing, number, "", "sha256:f1", order)


@pytest.mark.parametrize(
    ("greeting", "agent", "by_itself", "reception"),
    [
        (a_greeting(), None, False, Reception.WAIT),
        (a_greeting(), None, True, Reception.ENTER),
        (a_greeting(), known(Standing.WAITING), False, Reception.REFRESH),
        (a_greeting(), known(Standing.WAITING), True, Reception.ENTER),
        (a_greeting(), known(Standing.WAITING, number=3), True, Reception.REFRESH),
        (a_greeting(), known(Standing.ADMITTED, 1), False, Reception.ANSWER_AGAIN),
        (a_greeting(), known(Standing.DENIED, 1), True, Reception.ANSWER_AGAIN),
        (a_greeting(order=(1, 1)), known(Standing.ADMITTED, 1, (2, 1)), False, Reception.IGNORE_OLD),
        (a_greeting(fingerprint="sha256:f2"), known(Standing.ADMITTED, 1), False, Reception.WAIT_AGAIN),
        (a_greeting(fingerprint="sha256:f2"), known(Standing.ADMITTED, 1), True, Reception.WAIT_AGAIN),
    ],
)
def test_greeting_leads_to(greeting: Greeting, agent: KnownAgent | None, by_itself: bool, reception: Reception) -> None:
    """The new wait or enter, the decided are answered again, and another key under a known id never enters silently."""
    assert receive(greeting, agent, by_itself, waiting=0) is reception


def test_full_waiting_room_takes_nobody_new() -> None:
    """A flood of greetings ends at the waiting room's size."""
    assert receive(a_greeting(), None, False, WAITING_ROOM_SIZE) is Reception.ROOM_FULL


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("edge", set(), "edge"),
        ("edge", {"edge"}, "edge-2"),
        ("edge", {"edge", "edge-2"}, "edge-3"),
        ("  ", set(), "host"),
        ("x" * 80, set(), "x" * 63),
        ("x" * 80, {"x" * 63}, "x" * 61 + "-2"),
    ],
)
def test_name_is_made_unique(wanted: str, taken: set[str], name: str) -> None:
    """Two hosts that call themselves alike are told apart by a number."""
    assert unique_name(wanted, taken) == name


def test_decisions_are_refused_with_a_typed_problem() -> None:
    """An unknown agent, another fingerprint, a taken name and a no to an admitted agent are each refused by code."""
    with pytest.raises(NotFoundError, match="No agent has the id 'a-9'"):
        check_known("a-9", None)
    with pytest.raises(ConflictError) as differs:
        check_fingerprint(known(Standing.WAITING), "sha256:f9")
    with pytest.raises(ConflictError) as taken:
        check_name_is_free("edge", {"edge"})
    with pytest.raises(ConflictError) as admitted:
        check_may_be_denied(known(Standing.ADMITTED))
    codes = [each.value.problem.code for each in (differs, taken, admitted)]
    assert codes == ["fingerprint-differs", "agent-name-taken", "agent-is-admitted"]

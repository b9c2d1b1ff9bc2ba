"""What the clients' complaints and the broker's answers make of the link."""

from datetime import timedelta

from dsfleet.transport.link import NOT_YET, LinkWatch
from tests.unit.transport.clocks import NOON, HandClock


def test_begins_down_and_wants_to_be_asked() -> None:
    """Before any answer the link is down since the start, and somebody should ask."""
    link = LinkWatch(HandClock())
    assert not link.state.is_up
    assert link.state.since == NOON
    assert link.state.detail == NOT_YET
    assert link.needs_asking


def test_an_answer_makes_it_up_once() -> None:
    """The first answer makes the link up; later ones do not move `since`."""
    clock = HandClock()
    link = LinkWatch(clock)
    clock.move(5)
    link.answered()
    clock.move(5)
    link.answered()
    assert link.state.is_up
    assert link.state.since == NOON + timedelta(seconds=5)
    assert link.state.detail == ""
    assert not link.needs_asking


def test_a_complaint_alone_is_no_outage() -> None:
    """A client's complaint asks for a question to the broker and changes nothing else."""
    link = LinkWatch(HandClock())
    link.answered()
    link.doubt()
    assert link.state.is_up
    assert link.needs_asking


def test_no_answer_makes_it_down_since_the_first_one() -> None:
    """An outage has one beginning, however often the broker is asked, and the newest detail."""
    clock = HandClock()
    link = LinkWatch(clock)
    link.answered()
    clock.move(10)
    link.went_unanswered("refused")
    clock.move(10)
    link.went_unanswered("timed out")
    assert not link.state.is_up
    assert link.state.since == NOON + timedelta(seconds=10)
    assert link.state.detail == "timed out"
    assert link.needs_asking


def test_an_old_answer_is_not_believed_for_ever() -> None:
    """With an interval, an answer older than it asks for another question; without one it does not."""
    clock = HandClock()
    asking, trusting = LinkWatch(clock, ask_every_s=10), LinkWatch(clock)
    asking.answered()
    trusting.answered()
    clock.move(9)
    assert not asking.needs_asking
    clock.move(1)
    assert asking.needs_asking
    assert not trusting.needs_asking
    asking.answered()
    assert not asking.needs_asking

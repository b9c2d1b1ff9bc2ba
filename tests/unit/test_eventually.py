"""The waiting that all other tests lean on."""

import asyncio

import pytest

from tests.eventually import eventually, eventually_sync


async def _ready_after(calls: list[int], needed: int) -> str | None:
    calls.append(1)
    return "ready" if len(calls) >= needed else None


def test_returns_the_first_truthy_answer() -> None:
    """A check is asked again until its answer is truthy, and that answer is returned."""
    answers = iter([None, 0, "", "ready"])
    assert eventually_sync(lambda: next(answers), timeout_s=5) == "ready"


def test_an_assertion_inside_the_check_means_not_yet() -> None:
    """An AssertionError in a check is waited out, not reported at once."""
    seen: list[int] = []

    def check() -> int:
        seen.append(1)
        assert len(seen) > 2
        return len(seen)

    assert eventually_sync(check, timeout_s=5) == 3


def test_a_missed_deadline_names_the_check_and_its_last_answer() -> None:
    """When the time is up the failure says what was waited for and what it answered last."""

    def door_is_open() -> bool:
        return False

    with pytest.raises(AssertionError, match=r"door_is_open did not become true within 0\.05 s; .* was False"):
        eventually_sync(door_is_open, timeout_s=0.05)


def test_another_error_fails_at_once() -> None:
    """An error other than an assertion is a failure of the check, not a reason to wait."""
    with pytest.raises(ZeroDivisionError):
        eventually_sync(lambda: 1 / 0, timeout_s=5)


def test_awaits_an_asynchronous_check() -> None:
    """A check that returns an awaitable is awaited and its result judged."""
    calls: list[int] = []
    assert asyncio.run(eventually(lambda: _ready_after(calls, 3), timeout_s=5)) == "ready"
    assert len(calls) == 3

"""Waiting for something to become true, with a deadline: what the tests do instead of sleeping.

A check is true when it returns something truthy; an AssertionError inside it means "not yet". Whatever else it raises
is a failure at once.
"""

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar, cast

T = TypeVar("T")

DEFAULT_TIMEOUT_S = 10.0
DEFAULT_INTERVAL_S = 0.02


async def eventually(
    check: Callable[[], T | Awaitable[T]], timeout_s: float = DEFAULT_TIMEOUT_S, interval_s: float = DEFAULT_INTERVAL_S
) -> T:
    """Return the check's first truthy result; raise AssertionError with its last answer after `timeout_s` seconds."""
    deadline = monotonic() + timeout_s
    while True:
        answer, result = await _ask(check)
        if answer is None and result:
            return result
        if monotonic() >= deadline:
            raise AssertionError(_missed(check, timeout_s, answer, result)) from answer
        await asyncio.sleep(interval_s)


def eventually_sync(
    check: Callable[[], T], timeout_s: float = DEFAULT_TIMEOUT_S, interval_s: float = DEFAULT_INTERVAL_S
) -> T:
    """Return the check's first truthy result, as `eventually` does, for tests without an event loop."""
    deadline = monotonic() + timeout_s
    pause = threading.Event()
    while True:
        answer: AssertionError | None = None
        result: T | None = None
        try:
            result = check()
        except AssertionError as error:
            answer = error
        if answer is None and result:
            return result
        if monotonic() >= deadline:
            raise AssertionError(_missed(check, timeout_s, answer, result)) from answer
        pause.wait(interval_s)


async def _ask(check: Callable[[], T | Awaitable[T]]) -> tuple[AssertionError | None, T | None]:
    try:
        result = check()
        if inspect.isawaitable(result):
            result = await result
    except AssertionError as error:
        return error, None
    return None, cast(T, result)


def _missed(check: Callable[[], object], timeout_s: float, answer: AssertionError | None, result: object) -> str:
    name = getattr(check, "__qualname__", repr(check))
    last = f"failed with: {answer}" if answer is not None else f"was {result!r}"
    return f"{name} did not become true within {timeout_s} s; its last answer {last}"

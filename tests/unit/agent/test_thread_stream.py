"""A blocking stream read from the event loop: its end is always told."""

import asyncio
import threading
from collections.abc import Iterator

from dsfleet.agent.thread_stream import ThreadStream


def broken() -> Iterator[str]:
    """Yield one item, then fail in a way nobody expects."""
    yield "one"
    raise ValueError("not expected by anybody")


def test_stream_that_breaks_unexpectedly_still_ends() -> None:
    """Whoever waits for the next item hears of the end, whatever ended the reading."""

    async def scenario() -> list[str]:
        async with ThreadStream(broken(), lambda: None, ()) as stream:
            return [item async for item in stream]

    told: list[type[BaseException]] = []
    before = threading.excepthook
    threading.excepthook = lambda args: told.append(args.exc_type)
    try:
        assert asyncio.run(asyncio.wait_for(scenario(), timeout=10)) == ["one"]
    finally:
        threading.excepthook = before
    assert told == [ValueError]

"""Waiting without spinning: until something is set, told to stop, or a time has passed."""

import asyncio

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 5.0


def pause_after(failures: int) -> float:
    """Return how long to wait after so many failures in a row: 0.5 s, doubling to 5 s."""
    return min(FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE_S)


async def wait_for_any(*events: asyncio.Event, timeout_s: float | None = None) -> None:
    """Return when one of the events is set, or after the time; at once when one is set already."""
    tasks = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()

"""Time as an argument: the one place that reads the machine's clocks.

Pure code takes `now`; loops take a `Clock`, so a test can turn the time by hand.
"""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two readings: the calendar for people and records, the monotonic one for durations."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Return seconds from an arbitrary start; never goes back, whatever happens to the calendar."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Return seconds since boot or another arbitrary start."""
        return time.monotonic()

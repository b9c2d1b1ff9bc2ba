"""A clock that a test turns by hand."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


class HandClock:
    """Stands still until moved."""

    def __init__(self) -> None:
        """Begin at noon."""
        self.passed_s = 0.0

    def now(self) -> datetime:
        """Return noon and what has passed."""
        return NOON + timedelta(seconds=self.passed_s)

    def monotonic_s(self) -> float:
        """Return what has passed, in seconds."""
        return self.passed_s

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.passed_s += seconds

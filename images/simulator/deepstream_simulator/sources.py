"""What the application asks of its set of inputs, whether they are fixed or come and go over REST."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gi.repository import Gst


@dataclass(frozen=True, slots=True)
class Endings:
    """How a set of inputs ends the application: with status 0 after a text on stdout, or as a bus error."""

    finished: Callable[[str], None]
    failed: Callable[[], None]


class Sources(Protocol):
    """All methods are called on the main loop's thread."""

    def start(self) -> None:
        """Every input is being opened."""

    def stop(self) -> None:
        """Nothing is open."""

    def watch(self, now_s: float) -> None:
        """Called every second with monotonic time: silent inputs are opened again by the rules of the mode."""

    def set_paused(self, paused: bool) -> None:
        """All inputs stand still, or go on."""

    def drop(self, source_id: int) -> None:
        """The input is lost for good, as the operator of the simulator asked."""

    def counts(self) -> Mapping[int, int]:
        """Frames so far by source id, in the order of the PERF columns."""

    def names(self) -> Mapping[int, str] | None:
        """What stands before each PERF value; None in classic mode."""

    def picture(self, source_id: int) -> Gst.Sample | None:
        """The newest picture of an input, None when there is none."""

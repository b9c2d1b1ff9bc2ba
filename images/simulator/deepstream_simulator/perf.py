"""The **PERF lines: frames counted per interval, printed in the shapes of perf_cb in both applications (9.1)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_HEADER_EVERY = 20


@dataclass(frozen=True, slots=True)
class Rate:
    """Frames a second in the last interval, and on average since the first frame."""

    fps: float
    average_fps: float

    def __str__(self) -> str:
        return f"{self.fps:.2f} ({self.average_fps:.2f})"


class FrameMeter:
    """Turns growing frame counts into rates; one meter per reader, because each has its own interval."""

    def __init__(self, now_s: float, factor: float = 1.0) -> None:
        self._factor = factor
        self._last_s = now_s
        self._last_counts: dict[int, int] = {}
        self._first_frame_s: dict[int, float] = {}

    def take(self, counts: Mapping[int, int], now_s: float) -> dict[int, Rate]:
        """Rates by source id since the last take; `now_s` is monotonic time. An id given to another stream restarts."""
        elapsed = max(now_s - self._last_s, 1e-3)
        self._forget_changed(counts)
        rates = {}
        for source_id, count in counts.items():
            if count and source_id not in self._first_frame_s:
                self._first_frame_s[source_id] = self._last_s
            frames = (count - self._last_counts.get(source_id, 0)) * self._factor
            lifetime = max(now_s - self._first_frame_s.get(source_id, now_s), elapsed)
            rates[source_id] = Rate(frames / elapsed, count * self._factor / lifetime)
        self._last_s, self._last_counts = now_s, dict(counts)
        return rates

    def _forget_changed(self, counts: Mapping[int, int]) -> None:
        for source_id, last_count in list(self._last_counts.items()):
            if counts.get(source_id, -1) < last_count:
                del self._last_counts[source_id]
                self._first_frame_s.pop(source_id, None)


class PerfText:
    """Writes the blocks; keeps only the count that decides when the header is due."""

    def __init__(self, is_test5: bool) -> None:
        self._is_test5 = is_test5
        self._blocks = 0

    def block(self, rates: Mapping[int, Rate], names: Mapping[int, str] | None, asctime: str | None = None) -> str:
        """One block, line ends included. `names` (id -> "sensor[name]" or "") is given with live sources only."""
        lines = self._header(tuple(rates)) if self._blocks % _HEADER_EVERY == 0 else ""
        self._blocks += 1
        if self._is_test5:
            active = sum(1 for rate in rates.values() if rate.fps > 0)
            lines = f"Active sources : {active}\n{lines}{asctime or time.asctime()}\n"
        if names is None or not self._is_test5:
            return f"{lines}**PERF:  {row([str(rate) for rate in rates.values()])}\n"
        named = [f"{names.get(source_id, '')} {rate}".strip() for source_id, rate in rates.items()]
        return f"{lines}**PERF:  \n{row(named)}\n"

    def _header(self, source_ids: Sequence[int]) -> str:
        return f"\n**PERF:  {row([f'FPS {source_id} (Avg)' for source_id in source_ids])}\n"


def row(cells: Sequence[str]) -> str:
    """Cells each followed by a tab, as the real program writes them."""
    return "".join(f"{cell}\t" for cell in cells)

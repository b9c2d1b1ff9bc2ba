"""The inputs of [sourceN] groups: fixed, with the watchdog of deepstream_source_bin.c (9.1)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from gi.repository import Gst

from deepstream_simulator.config import AppConfig
from deepstream_simulator.console import Console
from deepstream_simulator.source import Source, SourceEvents, on_main_loop
from deepstream_simulator.sources import Endings

_MIN_BETWEEN_RESETS_S = 3.0
_SERVER_ERROR = "500 (Internal Server Error)"


@dataclass(slots=True)
class Watch:
    """What the watchdog remembers of one input; times are monotonic seconds."""

    source: Source
    count: int = 0
    last_data_s: float | None = None
    last_reset_s: float = 0.0
    resets: int = 0
    is_reconfiguring: bool = False
    is_over: bool = False


class ClassicSources:
    """Opens every input at start and resets silent RTSP inputs; see sources.Sources for the methods."""

    def __init__(self, config: AppConfig, console: Console, endings: Endings, forces_tcp: bool, retry_s: float) -> None:
        events = SourceEvents(failed=self._on_failed, ended=self._on_ended)
        self._console = console
        self._endings = endings
        self._retry_s = retry_s
        self._last_reset_of_any_s = 0.0
        self._watches = [Watch(Source(source, events, forces_tcp, config.loops_files)) for source in config.sources]

    def start(self) -> None:
        for watch in self._watches:
            watch.source.start()

    def stop(self) -> None:
        for watch in self._watches:
            watch.source.stop()

    def set_paused(self, paused: bool) -> None:
        for watch in self._watches:
            watch.source.set_paused(paused)

    def drop(self, source_id: int) -> None:
        if source_id < len(self._watches):
            self._watches[source_id].source.drop()

    def counts(self) -> Mapping[int, int]:
        return {index: watch.source.frames() for index, watch in enumerate(self._watches)}

    def names(self) -> Mapping[int, str] | None:
        return None

    def picture(self, source_id: int) -> Gst.Sample | None:
        return self._watches[source_id].source.last_sample() if source_id < len(self._watches) else None

    def watch(self, now_s: float) -> None:
        for watch in self._watches:
            if not watch.is_over and watch.source.is_rtsp:
                self._watch_one(watch, now_s)

    def _watch_one(self, watch: Watch, now_s: float) -> None:
        count = watch.source.frames()
        if count != watch.count:
            watch.count, watch.last_data_s = count, now_s
            watch.is_reconfiguring, watch.resets = False, 0
        if now_s - self._last_reset_of_any_s <= _MIN_BETWEEN_RESETS_S:
            return
        if watch.is_reconfiguring:
            if now_s - watch.last_reset_s >= self._retry_s:
                self._reset(watch)
            return
        interval, silent_s = watch.source.config.reconnect_interval_s, now_s - (watch.last_data_s or now_s)
        if interval > 0 and silent_s >= interval:
            self._console.warn(
                "watch_source_status:759",
                f"No data from source {watch.source.config.index} since last {int(silent_s)} sec. Trying reconnection",
            )
            self._reset(watch)

    def _reset(self, watch: Watch) -> None:
        now_s, config = time.monotonic(), watch.source.config
        if 0 <= config.reconnect_attempts <= watch.resets:
            self._give_up(watch)
            return
        self._console.info("reset_source_pipeline:824", f"Resetting source {config.index}")
        watch.resets += 1
        # The real program takes the reset for data, so that the interval runs anew.
        watch.last_data_s = watch.last_reset_s = self._last_reset_of_any_s = now_s
        watch.source.restart()

    def _give_up(self, watch: Watch) -> None:
        index = watch.source.config.index
        watch.is_over = True
        watch.source.stop()
        self._console.diagnose(
            f"WARNING from src_sub_bin{index}: Number of RTSP reconnect attempts exceeded, stopping source: {index}\n"
        )
        if all(watch.is_over for watch in self._watches):
            self._endings.finished("Reconnection attempt  exceeded or EOS received for all sources. Exiting.\n")

    def _on_failed(self, source: Source, element: str, text: str, debug: str) -> None:
        watch = self._watches[source.config.index]
        self._console.element_error(element, text, debug)
        if not self._watches[0].source.is_rtsp:
            self._endings.failed()
        elif not watch.is_over and (not watch.is_reconfiguring or _SERVER_ERROR in debug):
            watch.is_reconfiguring = True
            on_main_loop(lambda: self._reset(watch))

    def _on_ended(self, source: Source) -> None:
        if source.is_rtsp and source.config.reconnect_interval_s > 0:
            return  # The real bin swallows this end of stream; its watchdog notices the silence.
        self._watches[source.config.index].is_over = True
        if all(watch.is_over for watch in self._watches):
            self._endings.finished("** INFO: <bus_callback:679>: Received EOS. Exiting ...\n\n")

"""The running application: joins inputs, PERF lines, outputs, keyboard and endings around one main loop."""

import signal
import time
from collections.abc import Callable

from gi.repository import GLib

from deepstream_simulator.build_rules import Refusal, first_refusal
from deepstream_simulator.classic_sources import ClassicSources
from deepstream_simulator.config import AppConfig
from deepstream_simulator.console import Console
from deepstream_simulator.keyboard import COMMANDS, TILER_NOTE, Keyboard
from deepstream_simulator.live_sources import LiveSources
from deepstream_simulator.misbehave import Misbehaviour, after, build_engine
from deepstream_simulator.outputs import Outputs
from deepstream_simulator.perf import FrameMeter, PerfText
from deepstream_simulator.rest import RestServer
from deepstream_simulator.rest_calls import RestCalls
from deepstream_simulator.settings import Settings
from deepstream_simulator.sources import Endings, Sources

SUCCESS, FAILURE = 0, 255
# The process must not end before the answer to app/quit has left it.
_ANSWER_LEAVES_S = 0.1


class Application:
    """One application from a parsed file to its exit status."""

    def __init__(self, config: AppConfig, is_test5: bool, settings: Settings, console: Console) -> None:
        self._config = config
        self._is_test5 = is_test5
        self._settings = settings
        self._console = console
        self._loop = GLib.MainLoop()
        self._status = SUCCESS
        self._perf_text = PerfText(is_test5)
        self._meter = FrameMeter(time.monotonic(), settings.fps_factor)
        self._rest: RestServer | None = None
        self._sources: Sources = self._make_sources()
        self._outputs = Outputs(config, self._sources, console)

    def run(self) -> int:
        """The exit status, after the last line but before `App run ...`."""
        refusal = first_refusal(self._config)
        if refusal is not None:
            self._print_refusal(refusal)
            return FAILURE
        if self._rest is not None:
            self._rest.start()
        if self._settings.engine_build_s > 0:
            build_engine(self._config, self._settings.engine_build_s, self._console)
        self._outputs.open()
        self._catch_sigint()
        self._console.text(COMMANDS + (TILER_NOTE if self._config.tiler.mode else ""))
        self._start()
        self._loop.run()
        self._outputs.close()
        self._sources.stop()
        return self._status

    def _make_sources(self) -> Sources:
        endings = Endings(finished=self._finish, failed=self._fail)
        live = self._config.live_sources
        if live is not None:
            streams = LiveSources(self._config, live, self._console, endings)
            has_metrics = any(sink.logs_metrics for sink in self._config.sinks)
            calls = RestCalls(streams, has_metrics, self._quit_after_answer)
            self._rest = RestServer(live.http_port, calls, self._console)
            return streams
        return ClassicSources(self._config, self._console, endings, self._is_test5, self._settings.retry_s)

    def _start(self) -> None:
        self._console.info("bus_callback:642", "Pipeline ready\n")
        self._sources.start()
        self._console.info("bus_callback:628", "Pipeline running\n")
        Keyboard(self._console, self._on_key).start()
        Misbehaviour(self._settings, self._sources.drop).start()
        every(1000, lambda: self._sources.watch(time.monotonic()))
        if self._config.perf_enabled:
            # Without an interval the real program prints without pause; 1 ms keeps this one alive for its SIGINT.
            every(self._config.perf_interval_s * 1000 or 1, self._print_perf)

    def _print_perf(self) -> None:
        rates = self._meter.take(self._sources.counts(), time.monotonic())
        self._console.text(self._perf_text.block(rates, self._sources.names()))

    def _print_refusal(self, refusal: Refusal) -> None:
        if refusal.element:
            self._console.element_error(refusal.element, refusal.text, f"/GstPipeline:pipeline/{refusal.element}")
            self._console.error("main:831", "Failed to set pipeline to PAUSED")
            return
        self._console.error(refusal.place, refusal.text)
        if refusal.place.startswith("create"):
            self._console.error("create_pipeline:1730", "create_pipeline failed")
            self._console.error("main:789", "Failed to create pipeline")

    def _catch_sigint(self) -> None:
        if self._settings.ignores_sigint:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        else:
            GLib.unix_signal_add(GLib.PRIORITY_HIGH, signal.SIGINT, self._on_sigint)

    def _on_sigint(self) -> bool:
        self._console.error("_intr_handler:140", "User Interrupted.. \n")
        self._quit(SUCCESS)
        return False  # A second SIGINT finds its default action again and kills.

    def _on_key(self, key: str) -> None:
        match key:
            case "q":
                self._quit(SUCCESS)
            case "h":
                self._console.text(COMMANDS)
            case "p" | "r":
                self._sources.set_paused(key == "p")
                self._console.info("bus_callback:634", f"Pipeline {'paused' if key == 'p' else 'running'}\n")

    def _finish(self, text: str) -> None:
        self._console.text(text)
        self._quit(SUCCESS)

    def _fail(self) -> None:
        self._quit(FAILURE)

    def _quit_after_answer(self) -> None:
        after(_ANSWER_LEAVES_S, lambda: self._quit(SUCCESS))

    def _quit(self, status: int) -> None:
        self._status = status
        self._loop.quit()


def every(milliseconds: int, work: Callable[[], None]) -> None:
    """`work` runs again and again on the main loop."""

    def run() -> bool:
        work()
        return True

    GLib.timeout_add(milliseconds, run)

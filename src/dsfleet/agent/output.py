"""Follows the output of running containers and keeps what each said: rates, last frames, reconnects, start marks."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from dsfleet.agent.engine import Engine, LogLine
from dsfleet.agent.health import NOTHING_SAID, SeenOutput, SeenSource, silent_after_s
from dsfleet.contracts.identifiers import ContainerId
from dsfleet.contracts.problems import DsfleetError
from dsfleet.deepstream.facts import (
    ApplicationError,
    EngineBuilding,
    EngineReady,
    OutputFact,
    PerfReport,
    PipelineMark,
    PipelineState,
    SourceLost,
    SourceRate,
    SourceResetting,
    SourceSilent,
    StreamRemoved,
)
from dsfleet.deepstream.output import OutputParser
from dsfleet.kit.clock import Clock

WINDOW_S = 5.0
TAIL_LINES = 400
"""Enough to know an adopted container's rates at once, without reading megabytes of old output."""
TOLD_APART_BLOCKS = 4
"""Each of a run's first measurements may change a judgement; later ones only when frames come or stay away."""


class _Source:
    """One source's figures so far; times are monotonic seconds."""

    def __init__(self, window: int) -> None:
        self._window = window
        # One more than is averaged: the first interval with frames after a gap is a short one.
        self._rates: deque[float] = deque(maxlen=max(2, window) + 1)
        self.average_fps: float | None = None
        self.last_frame_s: float | None = None
        self.reconnects = 0
        self.is_reconnecting = False
        self.is_lost = False

    def take_rate(self, rate: SourceRate, at_s: float) -> None:
        self._rates.append(rate.fps)
        self.average_fps = rate.average_fps
        if rate.fps > 0.0:
            self.last_frame_s, self.is_reconnecting, self.is_lost = at_s, False, False

    def seen(self, now_s: float) -> SeenSource:
        rates = tuple(self._rates)
        is_settled = len(rates) == self._rates.maxlen and all(rate > 0.0 for rate in rates)
        return SeenSource(
            fps=rates[-1] if rates else None,
            has_frames=any(rate > 0.0 for rate in rates[-self._window :]) if rates else None,
            settled_fps=sum(rates[1:]) / len(rates[1:]) if is_settled else None,
            average_fps=self.average_fps,
            last_frame_age_s=None if self.last_frame_s is None else max(0.0, now_s - self.last_frame_s),
            reconnects=self.reconnects,
            is_reconnecting=self.is_reconnecting,
            is_lost=self.is_lost,
        )


class RunOutput:
    """What one run of an application has said so far; fed line by line, in order."""

    def __init__(self, perf_interval_s: float, started_s: float) -> None:
        """Begin with nothing said; started_s: when the run began, monotonic."""
        self._parser = OutputParser()
        self._silent_after_s = silent_after_s(perf_interval_s)
        self._window = max(1, round(WINDOW_S / perf_interval_s)) if perf_interval_s > 0 else 1
        self._sources: dict[int | str, _Source] = {}
        self._heard_s = started_s
        self._is_running = False
        self._is_building = False
        self._blocks = 0
        self._last_error = ""

    def take(self, text: str, at_s: float) -> bool:
        """Take in one line, written at `at_s`; return whether it may change a judgement."""
        changes = [self._take_fact(fact, at_s) for fact in self._parser.feed(text)]
        return any(changes)

    def seen(self, now_s: float) -> SeenOutput:
        """Return what is known now, ages measured from `now_s`."""
        return SeenOutput(
            is_pipeline_running=self._is_running,
            is_building_engine=self._is_building,
            blocks=self._blocks,
            silent_s=max(0.0, now_s - self._heard_s),
            sources={key: source.seen(now_s) for key, source in self._sources.items()},
            last_error=self._last_error,
        )

    def _take_fact(self, fact: OutputFact, at_s: float) -> bool:
        match fact:
            case PerfReport(values=values):
                return self._take_perf(values, at_s)
            case PipelineMark(state=PipelineState.RUNNING):
                self._is_running, self._is_building, self._heard_s = True, False, at_s
            case SourceSilent(index=index):
                self._source(index).is_reconnecting = True
            case SourceResetting(index=index):
                source = self._source(index)
                source.reconnects += 1
                source.is_reconnecting = True
            case SourceLost(index=index):
                self._source(index).is_lost = True
            case StreamRemoved(index=index, sensor_id=sensor_id):
                self._sources.pop(index, None)
                self._sources.pop(sensor_id, None)
            case EngineBuilding():
                self._is_building = True
            case EngineReady():
                self._is_building = False
            case ApplicationError(element=element, text=text):
                self._last_error = f"{element}: {text}"
            case _:
                return False
        return True

    def _take_perf(self, values: tuple[SourceRate, ...], at_s: float) -> bool:
        had_frames = {key: source.seen(at_s).has_frames for key, source in self._sources.items()}
        was_silent = at_s - self._heard_s > self._silent_after_s
        self._blocks += 1
        self._heard_s = at_s
        self._is_building = False
        for rate in values:
            key = rate.sensor_id if rate.sensor_id is not None else rate.index
            if key is not None:
                self._source(key).take_rate(rate, at_s)
        have_frames = {key: source.seen(at_s).has_frames for key, source in self._sources.items()}
        return self._blocks <= TOLD_APART_BLOCKS or was_silent or had_frames != have_frames

    def _source(self, key: int | str) -> _Source:
        return self._sources.setdefault(key, _Source(self._window))


@dataclass(frozen=True, slots=True)
class FollowedRun:
    """One run to follow: a container, since when it runs and speaks, and how often it tells its rates."""

    container_id: ContainerId
    started_at: datetime
    output_since: datetime = field(compare=False)
    perf_interval_s: float = field(compare=False)


class OutputFollower:
    """Follows the output of exactly the runs it was last told, one stream each."""

    def __init__(self, engine: Engine, clock: Clock, on_change: Callable[[], None]) -> None:
        """Follow nothing yet; on_change is called in the event loop when a judgement may have changed."""
        self._engine = engine
        self._clock = clock
        self._on_change = on_change
        self._outputs: dict[FollowedRun, RunOutput] = {}
        self._tasks: dict[FollowedRun, asyncio.Task[None]] = {}
        self._read_to: dict[FollowedRun, datetime] = {}
        self._log = structlog.get_logger()

    def follow(self, runs: frozenset[FollowedRun]) -> None:
        """Follow these runs from now on; a stream that broke off while its run goes on is taken up again."""
        for run in self._outputs.keys() - runs:
            self._drop(run)
        for run in runs:
            task = self._tasks.get(run)
            if task is None or task.done():
                self._outputs.setdefault(run, RunOutput(run.perf_interval_s, self._as_monotonic_s(run.started_at)))
                self._tasks[run] = asyncio.create_task(self._read(run), name=f"output {run.container_id[:12]}")

    def seen(self) -> Mapping[ContainerId, SeenOutput]:
        """Return what each followed run has said, by container id."""
        now_s = self._clock.monotonic_s()
        return {run.container_id: output.seen(now_s) for run, output in self._outputs.items()}

    def seen_of(self, container_id: ContainerId) -> SeenOutput:
        """Return what one container's run has said; nothing when it is not followed."""
        return self.seen().get(container_id, NOTHING_SAID)

    async def close(self) -> None:
        """Stop following everything."""
        tasks = list(self._tasks.values())
        for run in list(self._outputs):
            self._drop(run)
        await asyncio.gather(*tasks, return_exceptions=True)

    def _drop(self, run: FollowedRun) -> None:
        self._outputs.pop(run, None)
        self._read_to.pop(run, None)
        task = self._tasks.pop(run, None)
        if task is not None:
            task.cancel()

    async def _read(self, run: FollowedRun) -> None:
        output = self._outputs[run]
        last = self._read_to.get(run)
        since = run.output_since if last is None else last + timedelta(microseconds=1)
        try:
            async for lines in self._engine.follow(run.container_id, since, TAIL_LINES):
                if self._take(run, output, lines):
                    self._on_change()
        except DsfleetError as error:
            self._log.info("output stream broke off", container=run.container_id[:12], problem=error.problem.code)

    def _take(self, run: FollowedRun, output: RunOutput, lines: tuple[LogLine, ...]) -> bool:
        changes = [output.take(line.text, self._as_monotonic_s(line.at)) for line in lines]
        if lines:
            self._read_to[run] = lines[-1].at
        return any(changes)

    def _as_monotonic_s(self, at: datetime) -> float:
        """Return when that was by the monotonic clock; the calendar may jump, so never later than now."""
        age_s = (self._clock.now() - at).total_seconds()
        return self._clock.monotonic_s() - max(0.0, age_s)

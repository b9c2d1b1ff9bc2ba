"""A part that runs as a process of its own: started, watched, started again when it dies, stopped in time."""

import asyncio
import ctypes
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dsfleet.cli.demo.model import Say
from dsfleet.kit.clock import Clock

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
FORGIVEN_AFTER_S = 60.0
LOG_BYTES = 10 * 1024 * 1024
LOG_CHECK_S = 30.0
PR_SET_PDEATHSIG = 1
"""prctl(2), linux/prctl.h."""


@dataclass(frozen=True, slots=True)
class ChildCommand:
    """What to run. environment is added to our own; log_file takes both outputs and is kept below 10 MiB."""

    name: str
    words: Sequence[str]
    log_file: Path
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """One part. It runs from `start` to `stop`, whatever happens to its process in between."""

    def __init__(self, command: ChildCommand, clock: Clock, say: Say) -> None:
        """Keep what to run; nothing runs yet."""
        self._command = command
        self._clock = clock
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self.deaths = 0
        """How often it ended without being asked to."""

    async def start(self) -> None:
        """The process runs, and is watched."""
        await self._spawn()
        self._watch = asyncio.create_task(self._keep_running(), name=f"keep {self._command.name} running")

    async def stop(self, timeout_s: float) -> None:
        """The process is gone: asked by SIGTERM, killed after `timeout_s` seconds."""
        self._stop.set()
        if self._watch is not None:
            await asyncio.wait({self._watch})  # whatever became of the watching, the process is ended
        process = self._process
        if process is None or process.returncode is not None:
            return
        _signal(process, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), timeout_s)
        except TimeoutError:
            _signal(process, signal.SIGKILL)
            await process.wait()

    def last_words(self, lines: int = 8) -> str:
        """Return the end of its log."""
        try:
            text = self._command.log_file.read_text(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    async def _spawn(self) -> None:
        keep_small(self._command.log_file)
        self._command.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._command.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command.words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self._command.environment},
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )

    async def _keep_running(self) -> None:
        """Return once told to stop; until then the process is started again, after growing pauses, when it ends."""
        pause_s = FIRST_PAUSE_S
        started_s = self._clock.monotonic_s()
        while True:
            code = await self._ended_or_stop()
            if code is None:
                return
            self.deaths += 1
            if self._clock.monotonic_s() - started_s > FORGIVEN_AFTER_S:
                pause_s = FIRST_PAUSE_S
            self._say(f"the {self._command.name} ended ({_ending(code)}); starting it again in {pause_s:g} s")
            if await _is_set_within(self._stop, pause_s):
                return
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            started_s = self._clock.monotonic_s()
            await self._spawn()
            self._say(f"the {self._command.name} is started again")

    async def _ended_or_stop(self) -> int | None:
        """Return the exit code once the process ended, None once told to stop; the log is kept small meanwhile."""
        assert self._process is not None
        ended = asyncio.create_task(self._process.wait())
        told = asyncio.create_task(self._stop.wait())
        try:
            while not (ended.done() or told.done()):
                await asyncio.wait({ended, told}, timeout=LOG_CHECK_S, return_when=asyncio.FIRST_COMPLETED)
                keep_small(self._command.log_file)
        finally:
            ended.cancel()
            told.cancel()
        return None if self._stop.is_set() else self._process.returncode


def die_with_parent() -> Callable[[], None]:
    """Return what a new process does first: ask Linux for SIGTERM on its parent's death, however that dies."""
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(0)

    return ask


def keep_small(log_file: Path) -> None:
    """A log beyond its limit is moved aside by copying, for its writer holds it open; one older one is kept."""
    try:
        size = log_file.stat().st_size
    except FileNotFoundError:
        return
    if size <= LOG_BYTES:
        return
    with log_file.open("rb") as log:
        log.seek(size - LOG_BYTES)
        log_file.with_suffix(".log.1").write_bytes(log.read())
    os.truncate(log_file, 0)


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except ProcessLookupError:
        return  # it has just ended by itself


def _ending(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


async def _is_set_within(event: asyncio.Event, timeout_s: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), timeout_s)
    except TimeoutError:
        return False
    return True

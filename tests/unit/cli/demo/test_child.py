"""A part's process: started again when it dies, stopped in time, its log kept small."""

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from dsfleet.cli.demo import child as module
from dsfleet.cli.demo.child import Child, ChildCommand, keep_small
from dsfleet.kit.clock import SystemClock
from tests.eventually import eventually, eventually_sync

pytestmark = pytest.mark.anyio

FOREVER = "import os, signal, sys; print(os.getpid(), os.environ.get('GREETING'), flush=True); signal.pause()"
STUBBORN = "import signal, os; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid(), flush=True)\n" + (
    "while True: signal.pause()"
)


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio, as the demo does."""
    return "asyncio"


def a_child(folder: Path, code: str, said: list[str]) -> Child:
    words = [sys.executable, "-c", code]
    return Child(ChildCommand("part", words, folder / "part.log", {"GREETING": "hello"}), SystemClock(), said.append)


def pids(folder: Path) -> list[int]:
    return [int(line.split()[0]) for line in (folder / "part.log").read_text().splitlines()]


async def test_killed_process_is_started_again_and_said(tmp_path: Path) -> None:
    """A process killed from outside is started again, told in a line; stopping ends the new one."""
    said: list[str] = []
    child = a_child(tmp_path, FOREVER, said)
    await child.start()
    await eventually(lambda: len(pids(tmp_path)) == 1)
    os.kill(pids(tmp_path)[0], signal.SIGKILL)
    await eventually(lambda: len(pids(tmp_path)) == 2)
    await child.stop(timeout_s=5)
    assert child.deaths == 1
    assert not psutil.pid_exists(pids(tmp_path)[1])
    assert said[0] == "the part ended (killed by SIGKILL); starting it again in 0.5 s"
    assert child.last_words(1).endswith("hello")


async def test_process_that_ignores_being_asked_is_killed(tmp_path: Path) -> None:
    """A process deaf to SIGTERM is gone when its time is over."""
    child = a_child(tmp_path, STUBBORN, [])
    await child.start()
    await eventually(lambda: len(pids(tmp_path)) == 1)
    await child.stop(timeout_s=0.2)
    assert not psutil.pid_exists(pids(tmp_path)[0])


async def test_stop_while_waiting_to_start_again_starts_nothing(tmp_path: Path) -> None:
    """A part that is stopped in the pause after its death stays down."""
    said: list[str] = []
    child = a_child(tmp_path, "import os; print(os.getpid())", said)
    await child.start()
    await eventually(lambda: said)
    await child.stop(timeout_s=1)
    assert len(pids(tmp_path)) == 1


def test_process_ends_with_a_killed_parent(tmp_path: Path) -> None:
    """A parent killed with -9 takes its part along."""
    script = f"""
import asyncio, sys
sys.path[:0] = {sys.path!r}
from pathlib import Path
from tests.unit.cli.demo.test_child import FOREVER, a_child
async def go():
    await a_child(Path({str(tmp_path)!r}), FOREVER, []).start()
    await asyncio.Event().wait()
asyncio.run(go())
"""
    with psutil.Popen([sys.executable, "-c", script]) as parent:
        eventually_sync(lambda: (tmp_path / "part.log").exists() and pids(tmp_path))
        (orphan,) = pids(tmp_path)
        parent.kill()
    eventually_sync(lambda: not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE)


def test_long_log_is_moved_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log beyond its limit starts anew and its end is kept beside it; a short one is left alone."""
    monkeypatch.setattr(module, "LOG_BYTES", 10)
    log = tmp_path / "part.log"
    keep_small(log)
    log.write_text("0123456789")
    keep_small(log)
    assert log.read_text() == "0123456789"
    with log.open("a") as writer:
        writer.write("abc")
        writer.flush()
        keep_small(log)
        writer.write("new")
    assert log.read_text() == "new"
    assert (tmp_path / "part.log.1").read_text() == "3456789abc"

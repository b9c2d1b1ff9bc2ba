"""The demo's data folder: one demo at a time in it, and what it remembers from one start to the next."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec

from dsfleet.agent.state import FILE_NAME as AGENT_STATE
from dsfleet.cli.demo.model import DemoSettings, Memory
from dsfleet.cli.demo.ports import choose_camera_port, choose_instance_ports
from dsfleet.contracts.problems import ConflictError, InputError, Problem

MEMORY_NAME = "demo.json"


class _AgentState(msgspec.Struct):
    """The one field of the agent's state file that the demo reads."""

    agent_id: str


@contextmanager
def only_demo(data_dir: Path) -> Iterator[None]:
    """Hold the folder while inside; the hold ends with the process, however that ends.

    Raises InputError `data-dir-unusable`, ConflictError `demo-already-running`.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (data_dir / "demo.lock").open("a+")
    except OSError as error:
        raise InputError(
            Problem(
                code="data-dir-unusable",
                message=f"The data folder {data_dir} cannot be used: {error.strerror}.",
                field="--data-dir",
                value=str(data_dir),
                mend="Name a folder that you may write to.",
            )
        ) from error
    with lock:
        _take(lock.fileno(), data_dir)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _take(descriptor: int, data_dir: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ConflictError(
            Problem(
                code="demo-already-running",
                message=f"Another demo runs with the data folder {data_dir}.",
                field="--data-dir",
                value=str(data_dir),
                mend="Use its page, stop it, or name another folder (and another --port).",
            )
        ) from error


def recall(settings: DemoSettings) -> Memory:
    """Return what the folder remembers; a new folder chooses its ports now. Never fewer cameras than before."""
    file = settings.data_dir / MEMORY_NAME
    try:
        known = msgspec.json.decode(file.read_bytes(), type=Memory)
    except FileNotFoundError:
        first, last = choose_instance_ports()
        known = Memory(choose_camera_port(), first, last, settings.cameras)
    except msgspec.DecodeError as error:
        raise InputError(
            Problem(
                code="demo-memory-unreadable",
                message=f"{file} cannot be read: {error}.",
                mend="Move the data folder away to start afresh.",
            )
        ) from error
    memory = replace(known, cameras=max(known.cameras, settings.cameras))
    remember(settings, memory)
    return memory


def remember(settings: DemoSettings, memory: Memory) -> None:
    """Keep the memory for the next start; a crash in between leaves the old one whole."""
    file = settings.data_dir / MEMORY_NAME
    new = file.with_suffix(".new")
    new.write_bytes(msgspec.json.format(msgspec.json.encode(memory), indent=2) + b"\n")
    new.replace(file)


def agent_id(settings: DemoSettings) -> str | None:
    """Return the id of the demo's agent; None before its first start."""
    try:
        return msgspec.json.decode((settings.agent_dir / AGENT_STATE).read_bytes(), type=_AgentState).agent_id
    except (FileNotFoundError, msgspec.DecodeError):
        return None

"""The agent's state file: who it is, what it was last told, what failed. Written whole, never half.

A crash at any moment leaves the old file or the new one. When the file cannot be read the one before it is taken; when
neither can, the agent does not start: it would be a stranger to its coordinator and to its own containers.
"""

import base64
import fcntl
import os
import threading
import uuid
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from dsfleet.contracts.identifiers import AgentId, ContainerId, InstanceId, Revision
from dsfleet.contracts.messages.greeting import PublicKeys
from dsfleet.contracts.problems import InputError, Problem
from dsfleet.kit.canonical import digest_of_bytes

FILE_NAME = "state.json"
PREVIOUS_NAME = "state.json.previous"
LOCK_NAME = "lock"
PRIVATE = 0o600


class StoredRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record exactly as it was received: Kafka key, headers by name, value in base64."""

    key: str
    headers: dict[str, str]
    value: str


class StoredFailure(msgspec.Struct, frozen=True, kw_only=True):
    """One instance's newest failure, as in `model.Failure`."""

    count: int
    failed_at: datetime
    problem: Problem
    is_refusal: bool
    revision: Revision
    retry_number: int
    container_id: ContainerId | None = None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the agent keeps. The keys are the private halves, 32 bytes in base64.

    start_number: of this start. request_number: the newest request that was taken up.
    """

    agent_id: AgentId
    start_number: int
    signing_key: str
    sealing_key: str
    admission: StoredRecord | None = None
    configuration: StoredRecord | None = None
    request_number: int = 0
    failures: dict[InstanceId, StoredFailure] = {}
    restarts: dict[InstanceId, int] = {}


class StateStore:
    """One state directory, held by one agent at a time."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is missing and take it. Raises InputError `state-dir-unusable`, `state-in-use`."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._writing = threading.Lock()
            self._lock: IO[str] = (folder / LOCK_NAME).open("w")
        except OSError as error:
            raise _unusable(folder, error) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise _problem(
                "state-in-use",
                f"Another agent uses the state directory {folder}.",
                "Stop it, or give this agent a state_dir of its own.",
            ) from error

    def start(self) -> State:
        """Return the state for a new start, its start number one higher, already on disk; a new identity at the first.

        Raises InputError `state-unreadable` when there was a state and nothing of it can be read.
        """
        state, is_previous = self._load()
        if state is None:
            state = _new_identity()
        # The previous file may be one start behind: its next number may have been used already.
        state = msgspec.structs.replace(state, start_number=state.start_number + (2 if is_previous else 1))
        self.save(state)
        return state

    def save(self, state: State) -> None:
        """Put the state on disk, whole and durable; the file before it stays as the previous one."""
        # A caller that was cancelled is gone while its thread still writes: the next one waits for it here.
        with self._writing:
            self._save(state)

    def _save(self, state: State) -> None:
        current, fresh = self.folder / FILE_NAME, self.folder / f"{FILE_NAME}.new"
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(state))
                file.flush()
                os.fsync(file.fileno())
            if current.exists():
                previous = self.folder / PREVIOUS_NAME
                previous.unlink(missing_ok=True)
                os.link(current, previous)
            fresh.replace(current)
            self._sync_folder()
        except OSError as error:
            raise _unusable(self.folder, error) from error

    def close(self) -> None:
        """Let go of the directory."""
        self._lock.close()

    def _sync_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _load(self) -> tuple[State | None, bool]:
        current, previous = self.folder / FILE_NAME, self.folder / PREVIOUS_NAME
        if not current.exists() and not previous.exists():
            return None, False
        for path in (current, previous):
            state = _read(path)
            if state is not None:
                return state, path is previous
        raise _problem(
            "state-unreadable",
            f"The state file {current} cannot be read, nor can the one before it.",
            "Put back a copy; or remove both files, and this host becomes a new agent that must be admitted again.",
        )


def public_keys(state: State) -> PublicKeys:
    """Return the public halves of the agent's keys."""
    signing = Ed25519PrivateKey.from_private_bytes(base64.b64decode(state.signing_key)).public_key()
    sealing = X25519PrivateKey.from_private_bytes(base64.b64decode(state.sealing_key)).public_key()
    return PublicKeys(signing=_text(signing.public_bytes_raw()), sealing=_text(sealing.public_bytes_raw()))


def fingerprint_of(keys: PublicKeys) -> str:
    """Return what a person compares: `sha256:` over the bytes of both public keys, signing first."""
    return digest_of_bytes(base64.b64decode(keys.signing) + base64.b64decode(keys.sealing))


def _new_identity() -> State:
    raw, private, plain = (
        serialization.Encoding.Raw,
        serialization.PrivateFormat.Raw,
        serialization.NoEncryption(),
    )
    return State(
        agent_id=AgentId(str(uuid.uuid4())),
        start_number=0,
        signing_key=_text(Ed25519PrivateKey.generate().private_bytes(raw, private, plain)),
        sealing_key=_text(X25519PrivateKey.generate().private_bytes(raw, private, plain)),
    )


def _read(path: Path) -> State | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _unusable(folder: Path, error: OSError) -> InputError:
    return _problem(
        "state-dir-unusable",
        f"The state directory {folder} cannot be used: {error.strerror or error}.",
        "Give a state_dir that the agent's user may write, on a disk with room.",
    )


def _problem(code: str, message: str, mend: str) -> InputError:
    return InputError(Problem(code=code, message=message, field="state_dir", mend=mend))

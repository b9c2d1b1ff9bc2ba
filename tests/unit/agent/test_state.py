"""The state file: an identity for life, written whole, recovered or refused but never silently replaced."""

import stat
from pathlib import Path

import pytest

from dsfleet.agent.state import StateStore, fingerprint_of, public_keys
from dsfleet.contracts.problems import InputError


def started(folder: Path) -> tuple[str, int, str]:
    """Start once on the folder and let go of it; return agent id, start number and fingerprint."""
    store = StateStore(folder)
    try:
        state = store.start()
        return state.agent_id, state.start_number, fingerprint_of(public_keys(state))
    finally:
        store.close()


def test_identity_lasts_and_starts_are_counted(tmp_path: Path):
    """Every start has the same id and keys and a higher start number."""
    first, second = started(tmp_path), started(tmp_path)
    assert (first[0], first[2]) == (second[0], second[2])
    assert (first[1], second[1]) == (1, 2)


def test_two_agents_are_two_identities(tmp_path: Path):
    """Each state directory makes an identity of its own."""
    assert started(tmp_path / "one")[0] != started(tmp_path / "two")[0]


def test_files_are_private(tmp_path: Path):
    """Nobody but the owner can read the keys."""
    started(tmp_path / "state")
    files = [path for path in (tmp_path / "state").iterdir() if path.name.startswith("state.json")]
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.mark.parametrize("content", [b"", b"{", b"\x00" * 100, b"[]", b'{"agent_id": 3}'])
def test_unreadable_file_is_replaced_by_the_one_before(tmp_path: Path, content: bytes):
    """With a broken state file the one before it is taken, and no start number is ever used twice."""
    first, second = started(tmp_path), started(tmp_path)
    (tmp_path / "state.json").write_bytes(content)
    third = started(tmp_path)
    assert third[0] == first[0]
    assert third[1] > second[1]


def test_state_that_is_lost_is_said(tmp_path: Path):
    """When neither file can be read the agent does not start as a stranger: it says what to do."""
    started(tmp_path)
    started(tmp_path)
    for name in ("state.json", "state.json.previous"):
        (tmp_path / name).write_bytes(b"{")
    with pytest.raises(InputError) as error:
        started(tmp_path)
    assert error.value.problem.code == "state-unreadable"
    assert error.value.problem.mend is not None


def test_one_directory_serves_one_agent(tmp_path: Path):
    """A second agent on the same directory is refused, and may take over once the first has let go."""
    store = StateStore(tmp_path)
    with pytest.raises(InputError) as error:
        StateStore(tmp_path)
    assert error.value.problem.code == "state-in-use"
    store.close()
    StateStore(tmp_path).close()


def test_directory_that_cannot_be_used_is_said(tmp_path: Path):
    """A state directory that cannot be made is named with the reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as error:
        StateStore(tmp_path / "file" / "state")
    assert error.value.problem.code == "state-dir-unusable"
    assert str(tmp_path) in error.value.problem.message

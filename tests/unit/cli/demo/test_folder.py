"""The data folder: one demo at a time, and ports that stay the same from one start to the next."""

from dataclasses import replace
from pathlib import Path

import pytest

from dsfleet.agent.state import StateStore
from dsfleet.cli.demo.folder import agent_id, only_demo, recall, remember
from dsfleet.cli.demo.model import DemoSettings
from dsfleet.contracts.problems import ConflictError, InputError


def settings_in(folder: Path, cameras: int = 4) -> DemoSettings:
    return DemoSettings(8080, cameras, folder, "simulator:x", "camera:x")


def test_second_demo_in_one_folder_is_refused(tmp_path: Path) -> None:
    """While one demo holds the folder another one is refused by name; afterwards it may have it."""
    with only_demo(tmp_path):
        with pytest.raises(ConflictError) as caught, only_demo(tmp_path):
            pass
        assert caught.value.problem.code == "demo-already-running"
        assert caught.value.problem.value == str(tmp_path)
    with only_demo(tmp_path):
        assert (tmp_path / "demo.lock").exists()


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A data folder below a file is refused with its name and the reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Not a directory") as caught, only_demo(tmp_path / "file" / "data"):
        pass
    assert caught.value.problem.field == "--data-dir"


def test_ports_are_chosen_once(tmp_path: Path) -> None:
    """The second start finds the ports and the seeding of the first."""
    first = recall(settings_in(tmp_path))
    remember(settings_in(tmp_path), replace(first, is_seeded=True))
    assert recall(settings_in(tmp_path)) == replace(first, is_seeded=True)
    assert first.port_last - first.port_first + 1 >= 20


def test_cameras_once_described_stay_served(tmp_path: Path) -> None:
    """A later start with fewer cameras serves all that were described; one with more serves more."""
    assert recall(settings_in(tmp_path, cameras=4)).cameras == 4
    assert recall(settings_in(tmp_path, cameras=1)).cameras == 4
    assert recall(settings_in(tmp_path, cameras=6)).cameras == 6


def test_unreadable_memory_is_said(tmp_path: Path) -> None:
    """A damaged memory is refused with the file's name rather than overwritten."""
    (tmp_path / "demo.json").write_text("{")
    with pytest.raises(InputError, match=r"demo\.json"):
        recall(settings_in(tmp_path))
    assert (tmp_path / "demo.json").read_text() == "{"


def test_agent_id_is_read_from_the_agents_own_state(tmp_path: Path) -> None:
    """The demo knows its agent's id as soon as the agent has written its state, and not before."""
    settings = settings_in(tmp_path)
    assert agent_id(settings) is None
    store = StateStore(settings.agent_dir)
    state = store.start()
    store.close()
    assert agent_id(settings) == state.agent_id

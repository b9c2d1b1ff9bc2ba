"""Where settings come from, and which wins."""

from pathlib import Path

import pytest

from dsfleet.agent.settings import load_settings
from dsfleet.contracts.problems import InputError


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DSFLEET_KAFKA", "DSFLEET_AGENT_KAFKA", "DSFLEET_AGENT_CAMERAS", "DSFLEET_AGENT_NAME"):
        monkeypatch.delenv(name, raising=False)


def test_flag_beats_environment_beats_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A flag wins over the environment, which wins over the file, which wins over the default."""
    file = tmp_path / "agent.toml"
    file.write_text('cameras = 1\nname = "from-file"\nport_first = 20000\nport_last = 20010\n')
    monkeypatch.setenv("DSFLEET_AGENT_CAMERAS", "2")
    monkeypatch.setenv("DSFLEET_AGENT_NAME", "from-environment")
    settings = load_settings(file, {"cameras": 3, "name": None})
    assert (settings.cameras, settings.name, settings.port_first) == (3, "from-environment", 20000)
    assert settings.reconcile_interval_s == 60.0


def test_kafka_is_found_under_both_names(monkeypatch: pytest.MonkeyPatch):
    """DSFLEET_KAFKA serves every part; the agent's own variable is stronger, and a flag the strongest."""
    monkeypatch.setenv("DSFLEET_KAFKA", "shared:9092")
    assert load_settings(None, {}).kafka == "shared:9092"
    monkeypatch.setenv("DSFLEET_AGENT_KAFKA", "own:9092")
    assert load_settings(None, {}).kafka == "own:9092"
    assert load_settings(None, {"kafka": "flag:9092"}).kafka == "flag:9092"


@pytest.mark.parametrize(
    "flags", [{"cameras": -1}, {"port_first": 80}, {"port_first": 19000, "port_last": 18000}, {"status_interval_s": 0}]
)
def test_impossible_settings_are_refused(flags: dict[str, object]):
    """A value that cannot work is refused at the start."""
    with pytest.raises(InputError) as error:
        load_settings(None, flags)
    assert error.value.problem.code == "setting-invalid"


def test_unknown_setting_in_the_file_is_refused(tmp_path: Path):
    """A misspelt setting in the file is an error that names it, not silence."""
    file = tmp_path / "agent.toml"
    file.write_text("camera = 1\n")
    with pytest.raises(InputError) as error:
        load_settings(file, {})
    assert error.value.problem.field == "camera"


@pytest.mark.parametrize("content", [None, "cameras = = 3\n"])
def test_file_that_cannot_be_read_is_said(tmp_path: Path, content: str | None):
    """A settings file that is missing or no TOML is named."""
    file = tmp_path / "agent.toml"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError) as error:
        load_settings(file, {})
    assert (error.value.problem.code, error.value.problem.value) == ("settings-file-unreadable", str(file))

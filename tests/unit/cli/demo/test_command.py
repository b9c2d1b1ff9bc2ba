"""The demo's flags: which source of a setting wins, and what is refused before anything starts."""

from pathlib import Path

import pytest

from dsfleet.cli import main as program
from dsfleet.cli.demo.model import DemoSettings


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[DemoSettings]:
    """What the command would have run."""
    seen: list[DemoSettings] = []

    async def note(settings: DemoSettings, *_: object) -> None:
        seen.append(settings)

    monkeypatch.setattr("dsfleet.cli.demo.command.run_demo", note)
    for name in ("DSFLEET_DEMO_PORT", "DSFLEET_DEMO_CAMERAS", "DSFLEET_DEMO_DATA_DIR", "DSFLEET_KAFKA"):
        monkeypatch.delenv(name, raising=False)
    return seen


def test_defaults(asked: list[DemoSettings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without flags: port 8080, four cameras, a folder of the user, a Kafka of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert program.main(["demo"]) == 0
    assert asked == [
        DemoSettings(8080, 4, tmp_path / "dsfleet" / "demo", "dsfleet/simulator:dev", "dsfleet/camera:dev", None)
    ]


def test_flag_wins_over_environment(asked: list[DemoSettings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting given twice is the flag's; one given in the environment alone is the environment's."""
    monkeypatch.setenv("DSFLEET_DEMO_PORT", "9001")
    monkeypatch.setenv("DSFLEET_DEMO_CAMERAS", "7")
    monkeypatch.setenv("DSFLEET_KAFKA", "127.0.0.1:9092")
    assert program.main(["demo", "--port", "9002", "--data-dir", str(tmp_path)]) == 0
    (settings,) = asked
    assert (settings.port, settings.cameras, settings.kafka) == (9002, 7, "127.0.0.1:9092")
    assert settings.data_dir == tmp_path


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--port", "0"], "--port"),
        (["--port", "http"], "--port"),
        (["--cameras", "0"], "--cameras"),
        (["--cameras", "65"], "--cameras"),
        (["--colour", "red"], "--colour"),
    ],
)
def test_wrong_flag_is_refused_by_name(
    words: list[str], named: str, asked: list[DemoSettings], capsys: pytest.CaptureFixture[str]
) -> None:
    """A flag that cannot be taken is named, with exit code 2, and nothing runs."""
    assert program.main(["demo", *words]) == 2
    assert named in capsys.readouterr().err
    assert asked == []

"""`dsfleet simulate camera`: what it hands to the container, and what it says when there is none to run."""

import os
from pathlib import Path

import pytest

from dsfleet.cli import main as program

DOCKER = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
case "$*" in "image inspect missing") echo "no such image" >&2; exit 1;; esac
"""


@pytest.fixture
def docker_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program named docker that notes how it is called."""
    fake = tmp_path / "docker"
    fake.write_text(DOCKER)
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "calls"


def test_flags_reach_the_container_and_it_is_removed(docker_calls: Path) -> None:
    """Count, port, login and control port are the container's own arguments; at the end it is removed by name."""
    words = ["--count", "2", "--port", "8600", "--login", "viewer:p@ss", "--control-port", "8601"]
    assert program.main(["simulate", "camera", *words, "--image", "cameras:x"]) == 0
    inspected, run, removed = docker_calls.read_text().splitlines()
    assert inspected == "image inspect cameras:x"
    assert run.endswith("cameras:x --port 8600 --count 2 --control-port 8601 --login viewer:p@ss")
    assert "--network host" in run
    assert removed.split()[-1] in run


def test_missing_image_is_named_with_its_mend(docker_calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An image that is not there is named, with what to do, and nothing is run."""
    assert program.main(["simulate", "camera", "--image", "missing"]) == 2
    said = capsys.readouterr().err
    assert "given: --image = missing" in said
    assert "make setup" in said
    assert len(docker_calls.read_text().splitlines()) == 1


def test_machine_without_docker_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a docker program the command ends with exit code 2."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program.main(["simulate", "camera"]) == 2

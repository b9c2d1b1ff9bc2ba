"""The program as a whole: its list of commands, its errors, its exit codes."""

import subprocess
import sys

import pytest

from dsfleet import __version__
from dsfleet.cli import main as program
from dsfleet.cli.errors import error_text
from dsfleet.cli.lazy import MOUNTED, load_command
from dsfleet.contracts.problems import ConflictError, InputError, Problem


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`dsfleet version` prints the version and ends well."""
    assert program.main(["version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


def test_help_lists_every_command_without_importing_any() -> None:
    """`dsfleet --help` names each command, and loads neither web framework, Kafka nor Docker."""
    code = (
        "import sys; from dsfleet.cli.main import main; main(['--help']);"
        "print(sorted({'fastapi', 'confluent_kafka', 'docker', 'sqlalchemy'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name, mounted in MOUNTED.items():
        assert f"  {name} " in answer.stdout
        assert mounted.help.split(":")[0] in answer.stdout
    assert answer.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", list(MOUNTED))
def test_every_command_has_help_worth_reading(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each mounted command loads, and its help holds more than its flags."""
    load_command(name, MOUNTED[name])
    assert program.main([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert f"dsfleet {name}" in said
    assert len(said.split("Options")[0].split()) > 12


def test_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A command nobody knows is named, with exit code 2."""
    assert program.main(["frobnicate"]) == 2
    assert "frobnicate" in capsys.readouterr().err


def test_our_error_is_one_sentence_with_field_value_and_mend(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of ours ends in exit code 2 and its text, without a traceback."""
    problem = Problem(code="port-taken", message="Port 1 is taken.", field="--port", value="1", mend="Choose another.")

    def failing(*_: object, **__: object) -> object:
        raise ConflictError(problem)

    monkeypatch.setattr("dsfleet.cli.lazy.load_command", failing)
    assert program.main(["demo"]) == 2
    assert capsys.readouterr().err == ("dsfleet: Port 1 is taken.\n  given: --port = 1\n  mend:  Choose another.\n")


def test_all_problems_of_one_input_are_told() -> None:
    """An input with two problems is told about both."""
    error = InputError(Problem(code="a", message="First."), Problem(code="b", message="Second.", field="name"))
    assert error_text(error).splitlines() == ["dsfleet: First.", "dsfleet: Second.", "  given: name"]

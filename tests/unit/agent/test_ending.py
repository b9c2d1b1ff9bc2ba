"""Why a program ended, from its exit code and last lines."""

import pytest

from dsfleet.agent.ending import diagnose
from dsfleet.agent.model import EndingKind
from tests.unit.agent.builders import NOON


@pytest.mark.parametrize(
    ("exit_code", "said", "code"),
    [
        (0, ["** INFO: <bus_callback:1>: Received EOS. Exiting ...", "App run successful"], "end-of-stream"),
        (0, ["Reconnection attempt  exceeded or EOS received for all sources. Exiting."], "sources-lost"),
        (0, [], "ended"),
        (255, ["ERROR from sink: could not open", "App run failed"], "application-failed"),
        (139, [], "crashed"),
        (134, ["terminate called after throwing an instance of 'YAML::BadFile'"], "crashed"),
        (137, [], "killed"),
        (1, [], "application-failed"),
    ],
)
def test_causes(exit_code: int, said: list[str], code: str):
    """Each way to end has its own code, and none of these waits for a new revision."""
    ending = diagnose(exit_code, False, said, NOON)
    assert (ending.problem.code, ending.kind, ending.exit_code) == (code, EndingKind.CRASHED, exit_code)


@pytest.mark.parametrize(
    "line",
    [
        "** ERROR: <main:700>: Failed to parse config file '/config/app.txt'",
        "** ERROR: <parse_sink:99>: parse_sink failed",
        "ERROR from primary_gie: Configuration file parsing failed",
    ],
)
def test_rejected_configuration_is_a_refusal(line: str):
    """A configuration that the application could not read will not be read next time either."""
    ending = diagnose(255, False, [line, "App run failed"], NOON)
    assert (ending.kind, ending.problem.code) == (EndingKind.REFUSED, "configuration-rejected")


@pytest.mark.parametrize("exit_code", [126, 127])
def test_command_that_cannot_be_run_is_a_refusal(exit_code: int):
    """A command that the image lacks will be lacking next time too; the init's words are repeated."""
    ending = diagnose(exit_code, False, ["[FATAL tini (7)] exec x failed: No such file or directory"], NOON)
    assert (ending.kind, ending.problem.code) == (EndingKind.REFUSED, "command-not-found")
    assert "No such file" in ending.problem.message


def test_last_words_stand_in_for_a_cause():
    """A program that names no error is quoted with its last line, logins masked."""
    ending = diagnose(1, False, ["hello", "cannot reach rtsp://user:secret@10.0.0.1/x", ""], NOON)
    assert "cannot reach" in ending.problem.message
    assert "secret" not in ending.problem.message


def test_out_of_memory_is_told_from_a_kill():
    """Exit code 137 with the engine's note of memory is out of memory."""
    assert diagnose(137, True, [], NOON).problem.code == "out-of-memory"


def test_logins_stay_out_of_the_cause():
    """An error that repeats a camera's address does not repeat its login."""
    ending = diagnose(255, False, ["ERROR from src_elem0: no rtsp://user:secret@10.0.0.1/x there"], NOON)
    assert "secret" not in ending.problem.message

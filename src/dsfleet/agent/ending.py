"""Why a container's program ended: pure reading of its exit code and last lines.

Exit codes and signatures: DeepStream 9.1 sources (`deepstream_app_main.c`, `deepstream_app.c`).
"""

import re
from collections.abc import Iterable
from datetime import datetime

from dsfleet.agent.model import Ending, EndingKind
from dsfleet.contracts.problems import Problem
from dsfleet.deepstream.facts import ApplicationEnded, ApplicationError, EndMark, OutputFact
from dsfleet.deepstream.output import OutputParser
from dsfleet.deepstream.uri import redact_logins

EXIT_FAILED = 255
"""A configuration that was not read, a pipeline that was not built, or an error on the pipeline's bus."""

_REFUSAL = re.compile(r"parse_\w+ failed|Failed to parse config file|Configuration file parsing failed", re.IGNORECASE)

COMMAND_FAILED = (126, 127)
"""What the container's init ends with when it may not run the command, or does not find it."""
LONGEST_WORDS = 200

_REFUSED_TEXTS = {
    "configuration-rejected": (
        "The application rejects its configuration",
        "Mend the configuration, or ask for a retry once what it names is there.",
    ),
    "command-not-found": (
        "The command cannot be run in this image",
        "Correct the pipeline's command or image.",
    ),
}

_SIGNALS = {
    134: "the program aborted (SIGABRT)",
    135: "the program crashed (SIGBUS)",
    136: "the program crashed (SIGFPE)",
    139: "the program crashed (SIGSEGV)",
    143: "the program was ended with SIGTERM",
}


def diagnose(exit_code: int, is_oom_killed: bool, lines: Iterable[str], finished_at: datetime) -> Ending:
    """Return why the program ended.

    A configuration that the application could not read, and a command that cannot be run, are refusals.
    """
    parser = OutputParser()
    said = [line.strip() for line in lines if line.strip()]
    facts = [fact for line in said for fact in parser.feed(line)]
    errors = [f"{fact.element}: {fact.text}" for fact in facts if isinstance(fact, ApplicationError)]
    refusals = [error for error in errors if _REFUSAL.search(error)]
    if exit_code == EXIT_FAILED and refusals:
        return _ending(EndingKind.REFUSED, "configuration-rejected", refusals[0], exit_code, finished_at)
    if exit_code in COMMAND_FAILED:
        words = _last_words(said)
        return _ending(EndingKind.REFUSED, "command-not-found", words, exit_code, finished_at)
    code, text = _explain(exit_code, is_oom_killed, facts, errors or [_last_words(said)])
    return _ending(EndingKind.CRASHED, code, text, exit_code, finished_at)


def _explain(exit_code: int, is_oom_killed: bool, facts: list[OutputFact], errors: list[str]) -> tuple[str, str]:
    marks = {fact.mark for fact in facts if isinstance(fact, ApplicationEnded)}
    if is_oom_killed:
        return "out-of-memory", "the program was killed because it ran out of memory"
    if exit_code == 137:
        return "killed", "the program was killed (SIGKILL)"
    if exit_code in _SIGNALS:
        return "crashed", _SIGNALS[exit_code]
    if exit_code == 0 and EndMark.SOURCES_LOST in marks:
        return "sources-lost", "every camera used up its reconnect attempts"
    if exit_code == 0 and EndMark.END_OF_STREAM in marks:
        return "end-of-stream", "every source came to its end"
    if exit_code == 0:
        return "ended", "the program ended by itself"
    return "application-failed", errors[0]


def _last_words(said: list[str]) -> str:
    if not said:
        return "the program failed without a word"
    return f"its last words were: {redact_logins(said[-1])[:LONGEST_WORDS]}"


def _ending(kind: EndingKind, code: str, text: str, exit_code: int, finished_at: datetime) -> Ending:
    if kind is EndingKind.REFUSED:
        begin, mend = _REFUSED_TEXTS[code]
        message = f"{begin}: {text}"
    else:
        message, mend = f"Exited with {exit_code}: {text}", None
    problem = Problem(code=code, message=message.rstrip(".") + ".", mend=mend, facts={"exit_code": exit_code})
    return Ending(kind=kind, problem=problem, exit_code=exit_code, finished_at=finished_at)

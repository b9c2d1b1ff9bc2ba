"""What a check finds: named rules at four levels, each finding with its place, its fault and its mend."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from dsfleet.deepstream.errors import ConfigurationError
from dsfleet.deepstream.uri import redact_logins

Subject = TypeVar("Subject")
_LONGEST = 300


class Level(StrEnum):
    """How bad: the program refuses or crashes; it silently does something else; it cannot be seen from here; it could
    be better.
    """

    REJECTED = "rejected"
    MISUNDERSTOOD = "misunderstood"
    UNCHECKED = "unchecked"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `line` counts from 1, 0 where no line is at fault.

    Logins in `value` and `message` are masked, and what is longer than 300 characters is cut, which `...` shows.
    """

    level: Level
    rule: str
    file: str
    line: int
    group: str
    key: str
    value: str
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a rule is broken, and how; the rule's name and level come from its row."""

    message: str
    mend: str
    group: str = ""
    key: str = ""
    value: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A named rule: `says` is its sentence for the documentation, `find` yields each place that breaks it."""

    name: str
    level: Level
    says: str
    find: Callable[[Subject], Iterable[Fault]]


def apply_rules(rules: Iterable[Rule[Subject]], subject: Subject, file: str) -> tuple[Finding, ...]:
    """What all rules find in one subject, each thing once, in the order of the file; findings without a line first."""
    found = [
        _finding(rule.level, rule.name, file, fault) for rule in rules for fault in dict.fromkeys(rule.find(subject))
    ]
    return tuple(sorted(found, key=lambda finding: finding.line))


def finding_of_error(error: ConfigurationError, rule: str) -> Finding:
    """The `rejected` finding that says what the error says."""
    fault = Fault(error.message, error.mend, error.group, error.key, error.value, error.line)
    return _finding(Level.REJECTED, rule, error.file, fault)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _finding(level: Level, rule: str, file: str, fault: Fault) -> Finding:
    return Finding(
        level=level,
        rule=rule,
        file=file,
        line=fault.line,
        group=fault.group,
        key=fault.key,
        value=_shortened(redact_logins(fault.value)),
        message=_shortened(redact_logins(fault.message)),
        mend=fault.mend,
    )

"""The answer of a rule: accepted, or refused with every reason."""

from dataclasses import dataclass

from dsfleet.contracts.problems import Problem


@dataclass(frozen=True, slots=True)
class Accepted:
    """Nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not be done; at least one reason, each with field, value and mend."""

    reasons: tuple[Problem, ...]


Verdict = Accepted | Refused

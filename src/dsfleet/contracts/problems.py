"""Errors, and the problem that each of them carries to log, report, HTTP body and screen.

    DsfleetError
    |-- InputError       the sender can mend it: field, value and mend are named
    |-- NotFoundError    nothing bears that id
    |-- ConflictError    built on something that has changed since
    |-- TemporaryError   try again, after `retry_after_s`
    `-- RefusedError     will not be done until a new revision or "retry now"

The class alone decides whether anybody tries again.
"""

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that went wrong, said once and shown everywhere alike.

    code: stable, lower case with dashes, such as `camera-name-taken`; programs match on it.
    message: one sentence for a person.
    field, value: what was given, where the sender gave something; a secret value is never repeated.
    mend: what to do about it.
    """

    code: str
    message: str
    field: str | None = None
    value: str | None = None
    mend: str | None = None
    facts: dict[str, str | int | float | bool | None] = {}


class DsfleetError(Exception):
    """Anything this product raises on purpose; carries its problem."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem; the exception's text is the problem's message."""
        super().__init__(problem.message)
        self.problem = problem


class InputError(DsfleetError):
    """What was sent cannot be taken; the sender can mend it. May carry several problems, the first one leading."""

    def __init__(self, problem: Problem, *more: Problem) -> None:
        """Keep all problems of one input, so that the sender can mend them in one go."""
        super().__init__(problem)
        self.problems = (problem, *more)


class NotFoundError(DsfleetError):
    """Nothing bears the id that was named."""


class ConflictError(DsfleetError):
    """The request was built on something that has changed since."""


class TemporaryError(DsfleetError):
    """It may work later."""

    def __init__(self, problem: Problem, retry_after_s: float | None = None) -> None:
        """Keep when to try again, in seconds; None leaves it to the caller's backoff."""
        super().__init__(problem)
        self.retry_after_s = retry_after_s


class RefusedError(DsfleetError):
    """It will not be done until a new revision or "retry now"."""

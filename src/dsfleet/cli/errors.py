"""How an error of our own reads on a terminal: one sentence, what was given, what to do about it; no traceback."""

from dsfleet.contracts.problems import DsfleetError, InputError, Problem

EXIT_CODE = 2
"""What the program ends with after an error of our own."""


def error_text(error: DsfleetError) -> str:
    """Return the lines for standard error, without a line end; an input's problems one below the other."""
    problems = error.problems if isinstance(error, InputError) else (error.problem,)
    return "\n".join(_problem_text(problem) for problem in problems)


def _problem_text(problem: Problem) -> str:
    parts = [f"dsfleet: {problem.message}"]
    if problem.field is not None:
        given = "" if problem.value is None else f" = {problem.value}"
        parts.append(f"  given: {problem.field}{given}")
    if problem.mend is not None:
        parts.append(f"  mend:  {problem.mend}")
    return "\n".join(parts)

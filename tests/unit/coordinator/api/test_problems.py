"""Errors as HTTP."""

import pytest

from dsfleet.contracts.problems import (
    ConflictError,
    DsfleetError,
    InputError,
    NotFoundError,
    Problem,
    RefusedError,
    TemporaryError,
)
from dsfleet.coordinator.api.problems import ForbiddenError, OperationRefusedError, UnauthorizedError, status_of
from dsfleet.coordinator.api.validation import problem_of_validation
from dsfleet.deepstream.errors import MASKED

PROBLEM = Problem(code="x", message="X.")


class SpecialInputError(InputError):
    """An error of a class that the table does not name."""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError(PROBLEM), 422),
        (SpecialInputError(PROBLEM), 422),
        (NotFoundError(PROBLEM), 404),
        (ConflictError(PROBLEM), 409),
        (RefusedError(PROBLEM), 409),
        (OperationRefusedError((PROBLEM,)), 409),
        (TemporaryError(PROBLEM), 503),
        (UnauthorizedError(), 401),
        (ForbiddenError(), 403),
        (DsfleetError(PROBLEM), 500),
    ],
)
def test_class_decides_the_status(error: DsfleetError, status: int) -> None:
    """The class alone decides; a class that is not named has its nearest base's status."""
    assert status_of(error) == status


def test_validation_problem_names_field_value_and_mend() -> None:
    """Pydantic's error becomes a problem at the field as the body names it."""
    error = {"type": "greater_than", "loc": ("body", "expected_fps"), "msg": "Input...", "input": 0, "ctx": {"gt": 0}}
    problem = problem_of_validation(error)
    assert (problem.code, problem.field, problem.value) == ("greater-than", "expected_fps", "0")
    assert problem.mend == "Give a number above 0."


@pytest.mark.parametrize("field", ["password", "username", "token"])
def test_secret_value_is_never_repeated(field: str) -> None:
    """A login field's value stands nowhere in the problem."""
    error = {"type": "string_too_long", "loc": ("body", field), "msg": "m", "input": "s3cr3t", "ctx": {"max_length": 1}}
    assert "s3cr3t" not in str(problem_of_validation(error))


def test_login_in_an_address_is_masked() -> None:
    """An address that could not be taken is repeated without its login."""
    error = {"type": "string_pattern", "loc": ("body", "uri"), "msg": "m", "input": "rtsp://joe:pw@h/x"}
    problem = problem_of_validation(error)
    assert problem.value == f"rtsp://{MASKED}:{MASKED}@h/x"

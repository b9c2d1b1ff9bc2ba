"""Errors as HTTP: the one table from problem class to status, and the documents of RFC 9457."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from dsfleet.contracts.problems import (
    ConflictError,
    DsfleetError,
    InputError,
    NotFoundError,
    Problem,
    RefusedError,
    TemporaryError,
)
from dsfleet.coordinator.api.bodies import ProblemDocument, ProblemFacts
from dsfleet.coordinator.api.validation import problem_of_validation

MEDIA_TYPE = "application/problem+json"


class UnauthorizedError(DsfleetError):
    """Nobody known is asking."""

    def __init__(self) -> None:
        """Say how to log in."""
        super().__init__(
            Problem(
                code="not-logged-in",
                message="This needs a session or a token.",
                mend="Open the one-time link that the program printed, or send 'Authorization: Bearer TOKEN'.",
            )
        )


class ForbiddenError(DsfleetError):
    """A change that did not come from our own page."""

    def __init__(self) -> None:
        """Say which header decides."""
        super().__init__(
            Problem(
                code="cross-origin",
                message="A change with a session must come from this site's own page.",
                mend="Use the page, or a token in the Authorization header.",
            )
        )


class OperationRefusedError(RefusedError):
    """An operation refused by the rules, with every reason."""

    def __init__(self, reasons: tuple[Problem, ...]) -> None:
        """Keep the reasons, the first one leading."""
        super().__init__(reasons[0])
        self.problems = reasons


STATUS_BY_ERROR: Mapping[type[DsfleetError], HTTPStatus] = MappingProxyType(
    {
        UnauthorizedError: HTTPStatus.UNAUTHORIZED,
        ForbiddenError: HTTPStatus.FORBIDDEN,
        InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
        NotFoundError: HTTPStatus.NOT_FOUND,
        ConflictError: HTTPStatus.CONFLICT,
        RefusedError: HTTPStatus.CONFLICT,
        TemporaryError: HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""The one place where a class of error becomes a status; the nearest base class counts."""


def status_of(error: DsfleetError) -> int:
    """Return the status of the error's class; 500 for a class that the table does not know."""
    for base in type(error).__mro__:
        if issubclass(base, DsfleetError) and base in STATUS_BY_ERROR:
            return STATUS_BY_ERROR[base]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def facts_of(problem: Problem) -> ProblemFacts:
    """Return the problem as the API shows it."""
    return ProblemFacts(
        code=problem.code, message=problem.message, field=problem.field, value=problem.value, mend=problem.mend
    )


def respond(status: int, problems: tuple[Problem, ...], path: str, headers: Mapping[str, str]) -> JSONResponse:
    """Return the document; the first problem gives it its type, title and detail."""
    first = problems[0]
    document = ProblemDocument(
        type=f"urn:dsfleet:problem:{first.code}",
        title=first.message,
        status=status,
        detail=first.mend or first.message,
        instance=path,
        code=first.code,
        problems=[facts_of(problem) for problem in problems],
    )
    return JSONResponse(
        document.model_dump(mode="json"), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers)
    )


def install_problem_documents(app: FastAPI) -> None:
    """Every error of this application becomes a problem document from here on."""
    app.add_exception_handler(DsfleetError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DsfleetError)
    problems = getattr(error, "problems", (error.problem,))
    headers: dict[str, str] = {}
    if isinstance(error, UnauthorizedError):
        headers["WWW-Authenticate"] = 'Bearer realm="dsfleet"'
    if isinstance(error, TemporaryError) and error.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    return respond(status_of(error), problems, request.url.path, headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = tuple(problem_of_validation(each) for each in error.errors())
    return respond(HTTPStatus.UNPROCESSABLE_ENTITY, problems, request.url.path, {})


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-")
    message = f"{request.method} {request.url.path}: {phrase.lower()}."
    return respond(error.status_code, (Problem(code=code, message=message),), request.url.path, error.headers or {})


async def _unexpected(request: Request, _error: Exception) -> JSONResponse:
    """Answer a bug; the server logs it with its traceback."""
    problem = Problem(
        code="unexpected", message="The coordinator met an error of its own.", mend="Look into the coordinator's log."
    )
    return respond(HTTPStatus.INTERNAL_SERVER_ERROR, (problem,), request.url.path, {})

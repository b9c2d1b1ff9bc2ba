"""The OpenAPI document: what FastAPI derives from the routes, completed with logins, problems and live changes."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from dsfleet import __version__
from dsfleet.coordinator.api.auth import SESSION_COOKIE
from dsfleet.coordinator.api.bodies import Changes, ProblemDocument
from dsfleet.coordinator.api.problems import MEDIA_TYPE

API = "/api/v1"
_REFERENCE = "#/components/schemas/{model}"
_TEXT = """What operators and programs do with a fleet.

Edits of cameras, instances and pipelines change a **draft**. `GET /api/v1/plan` says what the fleet would do about it,
and `POST /api/v1/update-requests` with that `plan_id` makes it so. Lists answer `{"items", "next_cursor"}`; errors are
problem documents (RFC 9457) that name field, value and mend. Every route wants `Authorization: Bearer TOKEN` or a
session."""
_PROBLEMS = {
    "401": "Nobody known is asking.",
    "403": "A change with a session that does not come from this site's own page.",
    "404": "Nothing bears that id.",
    "409": "The rules refuse it, or it was built on something that has changed since.",
    "422": "What was sent cannot be taken: `problems` names each field, its value and what would be right.",
    "503": "It may work later; `Retry-After` says when.",
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the application's routes; equal routes give equal documents."""
    document = get_openapi(
        title="dsfleet", version=__version__, description=_TEXT, routes=app.routes, openapi_version="3.1.0"
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    models: list[Any] = [(Changes, "serialization"), (ProblemDocument, "serialization")]
    _, extra = models_json_schema(models, ref_template=_REFERENCE)
    for name, schema in extra["$defs"].items():
        schemas.setdefault(name, schema)
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    }
    for path, method, operation in _operations(document):
        _complete(path, method, operation)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    if not path.startswith(API):
        return
    operation["security"] = [{"token": []}, {"session": []}]
    for status in _statuses(path, method, operation):
        responses[status] = {
            "description": _PROBLEMS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model="ProblemDocument")}}},
        }


def _statuses(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield "401"
    if method != "get":
        yield "403"
    if "{" in path:
        yield "404"
    if method != "get":
        yield "409"
    if operation.get("parameters") or operation.get("requestBody"):
        yield "422"
    yield "503"

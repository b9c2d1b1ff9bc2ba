"""The OpenAPI document that clients are generated from."""

import json
from pathlib import Path
from typing import Any

import pytest

from dsfleet.coordinator.api.app import make_routes
from dsfleet.coordinator.api.description import describe

PUBLISHED = Path(__file__).parents[4] / "docs" / "contracts" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document of the routes as they are."""
    return describe(make_routes())


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return each operation under its method and path."""
    return [(f"{method} {path}", each) for path, item in document["paths"].items() for method, each in item.items()]


def test_published_document_is_the_one_the_routes_make(document: dict[str, Any]) -> None:
    """docs/contracts/openapi.json is what `dsfleet coordinator --openapi FILE` writes."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == document


def test_operations_have_a_name_of_their_own_and_words(document: dict[str, Any]) -> None:
    """Every operation has a unique id and says what it does."""
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert [name for name, operation in operations(document) if not operation.get("description")] == []


def test_every_route_of_the_api_names_its_login_and_its_problems(document: dict[str, Any]) -> None:
    """Below /api/v1 every operation wants a token or session and describes its errors as problem documents."""
    for name, operation in operations(document):
        if "/api/v1" in name:
            assert operation["security"] == [{"token": []}, {"session": []}]
            assert "application/problem+json" in operation["responses"]["401"]["content"]


def test_passwords_go_in_and_never_out(document: dict[str, Any]) -> None:
    """Login fields are write-only where they are taken, and stand in no answer."""
    schemas = document["components"]["schemas"]
    assert schemas["CameraCreate"]["properties"]["password"]["writeOnly"] is True
    assert [name for name, schema in schemas.items() if "password" in schema.get("properties", {})] == [
        "CameraCreate",
        "CameraUpdate",
    ]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """No schema refers to one that is not in the document."""
    text = json.dumps(document)
    wanted = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= set(document["components"]["schemas"])

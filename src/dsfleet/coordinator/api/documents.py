"""The published contracts: OpenAPI, AsyncAPI, and the JSON Schemas of configurations and messages."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dsfleet.contracts.problems import NotFoundError, Problem
from dsfleet.contracts.schemas import asyncapi_document, message_schemas
from dsfleet.coordinator.api.description import describe
from dsfleet.deepstream.json_schema import json_schema
from dsfleet.deepstream.model import Kind
from dsfleet.deepstream.schema import load_schema

router = APIRouter(tags=["contracts"])


@router.get("/openapi.json", include_in_schema=False)
async def get_openapi(request: Request) -> JSONResponse:
    """Return the description of this API."""
    return JSONResponse(describe(request.app))


@router.get("/asyncapi.json", operation_id="get_asyncapi")
async def get_asyncapi(request: Request) -> dict[str, Any]:
    """Return the AsyncAPI 3 document of the topics between coordinator and agents."""
    server: str = request.app.state.messenger_address
    return asyncapi_document(server)


@router.get("/schemas/{kind}.json", operation_id="get_configuration_schema")
async def get_configuration_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of one kind of DeepStream configuration."""
    return json_schema(load_schema(kind))


@router.get("/schemas/messages/{name}.json", operation_id="get_message_schema")
async def get_message_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of one message, or of the envelope around all of them."""
    schemas = message_schemas()
    if name not in schemas:
        raise NotFoundError(
            Problem(
                code="schema-not-found",
                message=f"No message is named {name!r}.",
                field="name",
                value=name[:100],
                mend=f"Ask for one of {', '.join(sorted(schemas))}.",
            )
        )
    return schemas[name]

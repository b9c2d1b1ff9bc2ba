"""The published contracts between coordinator and agents: AsyncAPI, and the JSON Schemas of messages."""

from typing import Any

from fastapi import APIRouter, Request

from dsfleet.contracts.problems import NotFoundError, Problem
from dsfleet.contracts.schemas import asyncapi_document, message_schemas

router = APIRouter(tags=["contracts"])


@router.get("/asyncapi.json", operation_id="get_asyncapi")
async def get_asyncapi(request: Request) -> dict[str, Any]:
    """Return the AsyncAPI 3 document of the topics between coordinator and agents."""
    server: str = request.app.state.messenger_address
    return asyncapi_document(server)


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

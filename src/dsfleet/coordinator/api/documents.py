"""The published contracts of the API itself and of DeepStream configurations."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dsfleet.coordinator.api.description import describe
from dsfleet.deepstream.json_schema import json_schema
from dsfleet.deepstream.model import Kind
from dsfleet.deepstream.schema import load_schema

router = APIRouter(tags=["contracts"])


@router.get("/openapi.json", include_in_schema=False)
async def get_openapi(request: Request) -> JSONResponse:
    """Return the description of this API."""
    return JSONResponse(describe(request.app))


@router.get("/schemas/{kind}.json", operation_id="get_configuration_schema")
async def get_configuration_schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of one kind of DeepStream configuration."""
    return json_schema(load_schema(kind))

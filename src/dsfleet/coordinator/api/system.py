"""/api/v1/system: how the coordinator itself is."""

from fastapi import APIRouter

from dsfleet.coordinator.api.bodies import System
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.views.system import system_body

router = APIRouter(prefix="/system", tags=["system"])


@router.get("", operation_id="get_system")
async def get_system(context: Context) -> System:
    """Return version, links to messenger and database, and counts by state."""
    return system_body(context)

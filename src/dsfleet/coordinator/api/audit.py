"""/api/v1/audit: who changed what, when."""

from typing import Annotated

from fastapi import APIRouter, Query

from dsfleet.coordinator.api.bodies import AuditEntry, AuditList
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.paging import PageOf, next_cursor
from dsfleet.coordinator.audit.store import list_entries

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("", operation_id="list_audit")
async def get_audit(
    context: Context,
    page: PageOf,
    subject_id: Annotated[str | None, Query(description="Only changes of this object.")] = None,
) -> AuditList:
    """List changes, newest first; `q` looks into the names."""
    with context.database.reading() as connection:
        rows = list_entries(connection, page, subject_id)
    items = [AuditEntry.model_validate(row, from_attributes=True) for row in rows]
    return AuditList(items=items, next_cursor=next_cursor([(row.id,) for row in rows], page))

"""/api/v1/update-requests: the operator's "make it so", and how far each host is."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from dsfleet.coordinator.api.auth import ActorOf
from dsfleet.coordinator.api.bodies import UpdateRequest, UpdateRequestCreate, UpdateRequestList, UpdateState
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.paging import PageOf, next_cursor
from dsfleet.coordinator.api.views.update_requests import one_update_request, update_request_bodies
from dsfleet.coordinator.desired.request_store import list_update_requests, request_key
from dsfleet.coordinator.operations.cancel_update_request import cancel_update_request
from dsfleet.coordinator.operations.file_update_request import NewUpdateRequest, file_update_request

router = APIRouter(prefix="/update-requests", tags=["changes"])


@router.get("", operation_id="list_update_requests")
async def get_update_requests(
    context: Context,
    page: PageOf,
    state: Annotated[UpdateState | None, Query(description="Only requests in this state.")] = None,
    agent_id: Annotated[str | None, Query(description="Only requests that touch this host.")] = None,
) -> UpdateRequestList:
    """List update requests, newest first; `q` looks into the note."""
    with context.database.reading() as connection:
        rows = list_update_requests(connection, page, state, agent_id)
        items = update_request_bodies(context, connection, rows)
    return UpdateRequestList(items=items, next_cursor=next_cursor([request_key(row) for row in rows], page))


@router.post("", operation_id="file_update_request", status_code=202)
async def post_update_request(
    body: UpdateRequestCreate, context: Context, actor: ActorOf, response: Response
) -> UpdateRequest:
    """Send the draft to the hosts of the plan. Answers at once; 409 `plan-outdated` when the draft moved since."""
    with context.change(actor.name) as change:
        wanted = NewUpdateRequest(
            plan_id=body.plan_id, agent_ids=body.agent_ids, note=body.note, deadline=context.behaviour.deadline
        )
        request_id = file_update_request(change, context.fleet, wanted)
    response.headers["Location"] = f"/api/v1/update-requests/{request_id}"
    return one_update_request(context, request_id)


@router.get("/{request_id}", operation_id="get_update_request")
async def get_update_request(request_id: str, context: Context) -> UpdateRequest:
    """Return one update request."""
    return one_update_request(context, request_id)


@router.post("/{request_id}/cancel", operation_id="cancel_update_request")
async def post_cancel(request_id: str, context: Context, actor: ActorOf) -> UpdateRequest:
    """Take the request back on every host that has not converged: its previous content, as a new revision."""
    with context.change(actor.name) as change:
        cancel_update_request(change, request_id)
    return one_update_request(context, request_id)

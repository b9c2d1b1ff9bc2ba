"""/api/v1/instances: containers on hosts, each running one pipeline version for some cameras."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from dsfleet.coordinator.api.auth import ActorOf
from dsfleet.coordinator.api.bodies import (
    Instance,
    InstanceConfiguration,
    InstanceCreate,
    InstanceList,
    InstanceState,
    InstanceUpdate,
    UpdateRequest,
)
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.paging import PageOf, next_cursor
from dsfleet.coordinator.api.results import accepted
from dsfleet.coordinator.api.views.configurations import configuration_of
from dsfleet.coordinator.api.views.instances import instance_bodies, one_instance
from dsfleet.coordinator.api.views.update_requests import one_update_request
from dsfleet.coordinator.inventory.model import InstanceEdit, InstanceFilter, NewInstance
from dsfleet.coordinator.inventory.store.instances import list_instances
from dsfleet.coordinator.operations.create_instance import create_instance
from dsfleet.coordinator.operations.edit_instance import edit_instance
from dsfleet.coordinator.operations.remove_instance import remove_instance
from dsfleet.coordinator.operations.restart_instance import restart_instance, retry_instance

router = APIRouter(prefix="/instances", tags=["instances"])


@router.get("", operation_id="list_instances")
async def get_instances(
    context: Context,
    page: PageOf,
    state: Annotated[InstanceState | Literal["unsent"] | None, Query(description="Only instances so.")] = None,
    agent_id: Annotated[str | None, Query(description="Only instances on this host.")] = None,
    pipeline_id: Annotated[str | None, Query(description="Only instances of this pipeline.")] = None,
) -> InstanceList:
    """List instances by name."""
    wanted = InstanceFilter(state=state, agent_id=agent_id, pipeline_id=pipeline_id)
    with context.database.reading() as connection:
        rows = list_instances(connection, page, wanted)
        items = instance_bodies(context, connection, rows)
    return InstanceList(items=items, next_cursor=next_cursor([(row.name,) for row in rows], page))


@router.post("", operation_id="create_instance", status_code=201)
async def post_instance(body: InstanceCreate, context: Context, actor: ActorOf, response: Response) -> Instance:
    """Describe a new instance. Nothing reaches a host before an update request."""
    with context.change(actor.name) as change:
        instance_id = accepted(create_instance(change, NewInstance(**body.model_dump())))
    response.headers["Location"] = f"/api/v1/instances/{instance_id}"
    return one_instance(context, instance_id)


@router.get("/{instance_id}", operation_id="get_instance")
async def get_instance(instance_id: str, context: Context) -> Instance:
    """Return one instance."""
    return one_instance(context, instance_id)


@router.patch("/{instance_id}", operation_id="edit_instance")
async def patch_instance(instance_id: str, body: InstanceUpdate, context: Context, actor: ActorOf) -> Instance:
    """Change an instance's description: mode, power, pipeline version, cameras."""
    with context.change(actor.name) as change:
        accepted(edit_instance(change, instance_id, InstanceEdit(**body.model_dump(exclude_unset=True))))
    return one_instance(context, instance_id)


@router.delete("/{instance_id}", operation_id="remove_instance", status_code=204)
async def delete_instance(instance_id: str, context: Context, actor: ActorOf) -> None:
    """Remove an instance; its cameras become unassigned. Its container goes with the next update request."""
    with context.change(actor.name) as change:
        remove_instance(change, instance_id)


@router.get("/{instance_id}/configuration", operation_id="get_instance_configuration")
async def get_configuration(
    instance_id: str,
    context: Context,
    read_back: Annotated[bool, Query(description="Also ask the host for the files in the container, now.")] = False,
) -> InstanceConfiguration:
    """Return an instance's files, logins masked: as the draft makes them, as sent, and as they are on the host."""
    return await configuration_of(context, instance_id, read_back)


@router.post("/{instance_id}/restart", operation_id="restart_instance", status_code=202)
async def post_restart(instance_id: str, context: Context, actor: ActorOf) -> UpdateRequest:
    """Make the container anew, now, exactly as last sent; edits not yet sent stay out of it."""
    with context.change(actor.name) as change:
        request_id = accepted(restart_instance(change, instance_id, context.behaviour.deadline))
    return one_update_request(context, request_id)


@router.post("/{instance_id}/retry", operation_id="retry_instance", status_code=202)
async def post_retry(instance_id: str, context: Context, actor: ActorOf) -> UpdateRequest:
    """Try again, now, what failed or waits for its next try."""
    with context.change(actor.name) as change:
        request_id = accepted(retry_instance(change, instance_id, context.behaviour.deadline))
    return one_update_request(context, request_id)

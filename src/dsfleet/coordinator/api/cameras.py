"""/api/v1/cameras: video sources, as the operator describes them."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from dsfleet.coordinator.api.auth import ActorOf
from dsfleet.coordinator.api.bodies import Camera, CameraCreate, CameraList, CameraState, CameraUpdate
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.paging import PageOf, next_cursor
from dsfleet.coordinator.api.results import accepted
from dsfleet.coordinator.api.validation import label_filter
from dsfleet.coordinator.api.views.cameras import camera_bodies, one_camera
from dsfleet.coordinator.inventory.model import CameraEdit, CameraFilter, NewCamera
from dsfleet.coordinator.inventory.store.cameras import list_cameras
from dsfleet.coordinator.operations.create_camera import create_camera
from dsfleet.coordinator.operations.edit_camera import edit_camera
from dsfleet.coordinator.operations.remove_camera import remove_camera

router = APIRouter(prefix="/cameras", tags=["cameras"])


@router.get("", operation_id="list_cameras")
async def get_cameras(
    context: Context,
    page: PageOf,
    state: Annotated[CameraState | None, Query(description="Only cameras in this state.")] = None,
    instance_id: Annotated[str | None, Query(description="Only cameras of this instance.")] = None,
    agent_id: Annotated[str | None, Query(description="Only cameras on this host.")] = None,
    label: Annotated[str | None, Query(description="Only cameras with this label, `key` or `key=value`.")] = None,
) -> CameraList:
    """List cameras by name."""
    wanted = CameraFilter(state=state, instance_id=instance_id, agent_id=agent_id, label=label_filter(label))
    with context.database.reading() as connection:
        rows = list_cameras(connection, page, wanted)
        items = camera_bodies(context, connection, rows)
    return CameraList(items=items, next_cursor=next_cursor([(row.name,) for row in rows], page))


@router.post("", operation_id="create_camera", status_code=201)
async def post_camera(body: CameraCreate, context: Context, actor: ActorOf, response: Response) -> Camera:
    """Describe a new camera. Nothing reaches a host before an update request."""
    with context.change(actor.name) as change:
        camera_id = accepted(create_camera(change, NewCamera(**body.model_dump())))
    response.headers["Location"] = f"/api/v1/cameras/{camera_id}"
    return one_camera(context, camera_id)


@router.get("/{camera_id}", operation_id="get_camera")
async def get_camera(camera_id: str, context: Context) -> Camera:
    """Return one camera."""
    return one_camera(context, camera_id)


@router.patch("/{camera_id}", operation_id="edit_camera")
async def patch_camera(camera_id: str, body: CameraUpdate, context: Context, actor: ActorOf) -> Camera:
    """Change a camera's description, or assign it to an instance."""
    with context.change(actor.name) as change:
        accepted(edit_camera(change, camera_id, CameraEdit(**body.model_dump(exclude_unset=True))))
    return one_camera(context, camera_id)


@router.delete("/{camera_id}", operation_id="remove_camera", status_code=204)
async def delete_camera(camera_id: str, context: Context, actor: ActorOf) -> None:
    """Remove a camera; its instance goes on without it after the next update request."""
    with context.change(actor.name) as change:
        remove_camera(change, camera_id)

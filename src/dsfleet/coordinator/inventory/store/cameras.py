"""Cameras' rows: read, added, changed, removed. The caller's transaction holds all of it together."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, insert, literal, select, update

from dsfleet.coordinator.inventory.model import CameraFilter, CameraRow
from dsfleet.coordinator.inventory.store.labels import has_label
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.paging import Page, contains, paged
from dsfleet.coordinator.storage.tables import CAMERAS, INSTANCES, REPORTED_CAMERAS

REPORT_OF_CAMERA = and_(
    REPORTED_CAMERAS.c.camera_id == CAMERAS.c.id, REPORTED_CAMERAS.c.instance_id == CAMERAS.c.instance_id
)
"""A report counts while it comes from the instance that the camera belongs to."""


def camera_state() -> ColumnElement[str]:
    """Return the state a camera is shown in; needs CAMERAS outer-joined with REPORTED_CAMERAS."""
    return case(
        (CAMERAS.c.enabled.is_(False), literal("off")),
        (CAMERAS.c.instance_id.is_(None), literal("unassigned")),
        else_=func.coalesce(REPORTED_CAMERAS.c.state, literal("unknown")),
    )


def list_cameras(connection: Connection, page: Page, wanted: CameraFilter) -> tuple[CameraRow, ...]:
    """Return a page of cameras in order of name."""
    query = select(CAMERAS)
    if wanted.state is not None:
        query = query.outerjoin(REPORTED_CAMERAS, REPORT_OF_CAMERA).where(camera_state() == wanted.state)
    if wanted.agent_id is not None:
        query = query.join(INSTANCES, INSTANCES.c.id == CAMERAS.c.instance_id)
        query = query.where(INSTANCES.c.agent_id == wanted.agent_id)
    if wanted.instance_id is not None:
        query = query.where(CAMERAS.c.instance_id == wanted.instance_id)
    if wanted.label is not None:
        query = query.where(has_label(CAMERAS.c.labels, wanted.label))
    if page.text is not None:
        query = query.where(contains(CAMERAS.c.name, page.text))
    return _rows(connection, paged(query, page, CAMERAS.c.name))


def read_camera(connection: Connection, camera_id: str) -> CameraRow | None:
    """Return the camera, None where no camera has that id."""
    return next(iter(read_cameras(connection, [camera_id])), None)


def read_cameras(connection: Connection, camera_ids: Collection[str]) -> tuple[CameraRow, ...]:
    """Return those of the cameras that exist, in order of name."""
    return _rows(connection, select(CAMERAS).where(CAMERAS.c.id.in_(camera_ids)).order_by(CAMERAS.c.name))


def read_assigned_cameras(
    connection: Connection, instance_ids: Collection[str] | None = None
) -> dict[str, list[CameraRow]]:
    """Return the instances' cameras by instance id, each list in its order; None asks for all instances."""
    query = select(CAMERAS).order_by(CAMERAS.c.position, CAMERAS.c.name)
    if instance_ids is None:
        query = query.where(CAMERAS.c.instance_id.is_not(None))
    else:
        query = query.where(CAMERAS.c.instance_id.in_(instance_ids))
    cameras: dict[str, list[CameraRow]] = {}
    for row in _rows(connection, query):
        assert row.instance_id is not None
        cameras.setdefault(row.instance_id, []).append(row)
    return cameras


def find_camera_named(connection: Connection, name: str) -> str | None:
    """Return the id of the camera with this name."""
    return connection.execute(select(CAMERAS.c.id).where(CAMERAS.c.name == name)).scalar_one_or_none()


def count_cameras_on_agent(connection: Connection, agent_id: str) -> int:
    """Return how many cameras the draft puts on the host, disabled ones included."""
    return count_cameras_by_agent(connection, [agent_id]).get(agent_id, 0)


def count_cameras_elsewhere_on_agent(
    connection: Connection, agent_id: str, instance_id: str, camera_ids: Collection[str]
) -> int:
    """Return how many of these cameras the draft puts on the host, in another instance than this one."""
    query = (
        select(func.count())
        .select_from(CAMERAS)
        .join(INSTANCES, CAMERAS.c.instance_id == INSTANCES.c.id)
        .where(CAMERAS.c.id.in_(camera_ids), INSTANCES.c.agent_id == agent_id, INSTANCES.c.id != instance_id)
    )
    return connection.execute(query).scalar_one()


def count_cameras_by_agent(connection: Connection, agent_ids: Collection[str]) -> dict[str, int]:
    """Return how many cameras the draft puts on each host that has any."""
    query = (
        select(INSTANCES.c.agent_id, func.count())
        .join(CAMERAS, CAMERAS.c.instance_id == INSTANCES.c.id)
        .where(INSTANCES.c.agent_id.in_(agent_ids))
        .group_by(INSTANCES.c.agent_id)
    )
    return dict(connection.execute(query).all())


def next_position(connection: Connection, instance_id: str) -> int:
    """Return the position behind the instance's last camera."""
    query = select(func.max(CAMERAS.c.position)).where(CAMERAS.c.instance_id == instance_id)
    last = connection.execute(query).scalar_one()
    return 0 if last is None else last + 1


def add_camera(connection: Connection, row: CameraRow) -> None:
    """The camera exists."""
    connection.execute(insert(CAMERAS).values(**_values(row)))


def change_camera(connection: Connection, camera_id: str, values: Mapping[str, Any]) -> None:
    """These columns of the camera have these values."""
    connection.execute(update(CAMERAS).where(CAMERAS.c.id == camera_id).values(**values))


def remove_camera_row(connection: Connection, camera_id: str) -> None:
    """The camera, and what was reported of it, is gone."""
    connection.execute(delete(REPORTED_CAMERAS).where(REPORTED_CAMERAS.c.camera_id == camera_id))
    connection.execute(delete(CAMERAS).where(CAMERAS.c.id == camera_id))


def _rows(connection: Connection, query: Any) -> tuple[CameraRow, ...]:
    return tuple(_camera(row) for row in connection.execute(query))


def _camera(row: Row[Any]) -> CameraRow:
    return CameraRow(**row._asdict())


def _values(row: CameraRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CAMERAS.c.keys()}  # noqa: SIM118 a column collection is no mapping

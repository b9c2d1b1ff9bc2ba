"""Cameras as the API shows them."""

from collections.abc import Sequence

from dsfleet.coordinator.api.bodies import Camera, CameraState
from dsfleet.coordinator.api.context import ApiContext
from dsfleet.coordinator.inventory.model import CameraRow
from dsfleet.coordinator.inventory.store.cameras import read_cameras
from dsfleet.coordinator.operations.lookups import found_camera
from dsfleet.coordinator.reported.model import CameraReport
from dsfleet.coordinator.reported.views import camera_reports
from dsfleet.coordinator.storage.database import Connection

Reports = dict[str, CameraReport]


def one_camera(context: ApiContext, camera_id: str) -> Camera:
    """Return the camera; raises NotFoundError."""
    with context.database.reading() as connection:
        return camera_bodies(context, connection, [found_camera(connection, camera_id)])[0]


def cameras_with(context: ApiContext, camera_ids: Sequence[str]) -> list[Camera]:
    """Return those of the cameras that exist."""
    with context.database.reading() as connection:
        return camera_bodies(context, connection, read_cameras(connection, camera_ids))


def camera_bodies(context: ApiContext, connection: Connection, rows: Sequence[CameraRow]) -> list[Camera]:
    """Return the cameras in the order of the rows."""
    pending = context.fleet.read(connection).changed_camera_ids
    reports = camera_reports(connection, [row.id for row in rows], context.messenger.hearing())
    return [_camera(row, report_of(row, reports), row.id in pending) for row in rows]


def report_of(row: CameraRow, reports: Reports) -> CameraReport | None:
    """Return the camera's report while it says something about the camera as described: enabled, same instance."""
    report = reports.get(row.id)
    return report if report is not None and row.enabled and report.instance_id == row.instance_id else None


def shown_state(row: CameraRow, report: CameraReport | None) -> CameraState:
    """Return the state a camera is shown in; agrees with `camera_state` in the camera store."""
    if not row.enabled:
        return "off"
    if row.instance_id is None:
        return "unassigned"
    return "unknown" if report is None else report.state  # type: ignore[return-value] # agents say these


def _camera(row: CameraRow, report: CameraReport | None, pending: bool) -> Camera:
    return Camera(
        id=row.id,
        name=row.name,
        uri=row.uri,
        has_login=row.has_login,
        labels=dict(row.labels),
        enabled=row.enabled,
        instance_id=row.instance_id,
        expected_fps=row.expected_fps,
        state=shown_state(row, report),
        fps=report.fps if report else None,
        average_fps=report.average_fps if report else None,
        last_frame_age_s=report.last_frame_age_s if report else None,
        reconnects=report.reconnects if report else 0,
        stale=report.is_stale if report else False,
        received_at=report.received_at if report else None,
        pending=pending,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )

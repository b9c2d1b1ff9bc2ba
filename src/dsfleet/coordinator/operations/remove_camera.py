"""Remove a camera from the draft."""

from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.inventory.store.cameras import remove_camera_row
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import found_camera
from dsfleet.coordinator.operations.record import draft_changed, record


def remove_camera(change: Change, camera_id: str) -> None:
    """The camera is gone; its instance goes on without it after the next update request."""
    row = found_camera(change.connection, camera_id)
    remove_camera_row(change.connection, camera_id)
    record(change, (Subject.CAMERA, camera_id, row.name), "camera removed", {"uri": row.uri}, {})
    draft_changed(change, [row.instance_id])
    change.remove(Kind.CAMERAS, camera_id)

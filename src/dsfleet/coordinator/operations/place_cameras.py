"""Give an instance its cameras by hand, in order; a camera moves from wherever it was."""

from collections.abc import Collection, Sequence

from dsfleet.contracts.problems import InputError, Problem
from dsfleet.coordinator.inventory.model import InstanceRow
from dsfleet.coordinator.inventory.store.cameras import change_camera, read_assigned_cameras, read_cameras
from dsfleet.coordinator.operations.assignment import may_carry
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.placement.model import Verdict
from dsfleet.coordinator.storage.database import Connection


def may_place(connection: Connection, instance: InstanceRow, camera_ids: Sequence[str]) -> Verdict:
    """Return whether the instance may carry exactly these cameras.

    Raises InputError `unknown-camera` or `camera-twice`.
    """
    _check_ids(connection, camera_ids)
    return may_carry(connection, instance, len(camera_ids), "camera_ids", camera_ids)


def place_cameras(change: Change, instance_id: str, camera_ids: Sequence[str]) -> Collection[str]:
    """The instance has exactly these cameras, in this order. Return the instances that lost one."""
    before = {camera.id for camera in read_assigned_cameras(change.connection, [instance_id]).get(instance_id, ())}
    rows = {row.id: row for row in read_cameras(change.connection, camera_ids)}
    for camera_id in before - rows.keys():
        change_camera(change.connection, camera_id, {"instance_id": None, "updated_at": change.now})
    for position, camera_id in enumerate(camera_ids):
        change_camera(
            change.connection,
            camera_id,
            {"instance_id": instance_id, "position": position, "updated_at": change.now},
        )
    change.touch(Kind.CAMERAS, *before, *rows)
    owners = {row.instance_id for row in rows.values() if row.instance_id is not None}
    return owners - {instance_id}


def _check_ids(connection: Connection, camera_ids: Sequence[str]) -> None:
    known = {row.id for row in read_cameras(connection, camera_ids)}
    problems = [
        _problem("unknown-camera", f"No camera has the id '{id_}'.", id_) for id_ in camera_ids if id_ not in known
    ]
    twice = {id_ for id_ in camera_ids if camera_ids.count(id_) > 1}
    problems += [_problem("camera-twice", f"Camera '{id_}' is named twice.", id_) for id_ in sorted(twice)]
    if problems:
        raise InputError(*problems)


def _problem(code: str, message: str, value: str) -> Problem:
    mend = "Take ids from /api/v1/cameras, each once."
    return Problem(code=code, message=message, field="camera_ids", value=value, mend=mend)

"""Describe a new camera."""

from uuid import uuid4

from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.inventory.model import CameraRow, NewCamera
from dsfleet.coordinator.inventory.store.cameras import add_camera, find_camera_named, next_position
from dsfleet.coordinator.inventory.store.instances import read_instance
from dsfleet.coordinator.operations.assignment import may_take_one_more
from dsfleet.coordinator.operations.camera_address import Login, check_renders, read_address
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import require_input
from dsfleet.coordinator.operations.record import draft_changed, record
from dsfleet.coordinator.placement.model import Accepted, Refused, Verdict
from dsfleet.coordinator.placement.rules import all_of, name_is_free, name_is_plain, reference_exists


def create_camera(change: Change, new: NewCamera) -> str | Refused:
    """Return the new camera's id; the login in its address is split off and sealed."""
    address = read_address(new.uri)
    login = Login(new.username or address.username, new.password or address.password)
    check_renders(address.uri, login)
    require_input(name_is_plain("camera", new.name))
    verdict = all_of(
        name_is_free("camera", new.name, find_camera_named(change.connection, new.name) is not None),
        _may_be_assigned(change, new.instance_id),
    )
    if isinstance(verdict, Refused):
        return verdict
    row = _row(change, new, address.uri, login)
    add_camera(change.connection, row)
    facts = {"uri": row.uri, "enabled": row.enabled, "instance_id": row.instance_id, "labels": row.labels}
    secrets = {"username": login.username, "password": login.password, "expected_fps": row.expected_fps}
    record(change, (Subject.CAMERA, row.id, row.name), "camera created", {}, {**facts, **secrets})
    draft_changed(change, [row.instance_id])
    change.touch(Kind.CAMERAS, row.id)
    return row.id


def _may_be_assigned(change: Change, instance_id: str | None) -> Verdict:
    if instance_id is None:
        return Accepted()
    instance = read_instance(change.connection, instance_id)
    require_input(reference_exists("instance", "instance_id", instance_id, instance is not None))
    assert instance is not None
    return may_take_one_more(change.connection, instance)


def _row(change: Change, new: NewCamera, uri: str, login: Login) -> CameraRow:
    sealed = login.sealed(change.box)
    return CameraRow(
        id=str(uuid4()),
        name=new.name,
        uri=uri,
        username_sealed=sealed["username_sealed"],
        password_sealed=sealed["password_sealed"],
        labels=dict(new.labels),
        enabled=new.enabled,
        instance_id=new.instance_id,
        position=0 if new.instance_id is None else next_position(change.connection, new.instance_id),
        expected_fps=new.expected_fps,
        created_at=change.now,
        updated_at=change.now,
    )

"""Change a camera's description, its login, or the instance it belongs to."""

from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, UnsetType

from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.inventory.model import CameraEdit, CameraRow
from dsfleet.coordinator.inventory.store.cameras import change_camera, find_camera_named, next_position
from dsfleet.coordinator.inventory.store.instances import read_instance
from dsfleet.coordinator.operations.assignment import may_take_one_more
from dsfleet.coordinator.operations.camera_address import Login, check_renders, read_address
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import found_camera, require_input
from dsfleet.coordinator.operations.record import draft_changed, record
from dsfleet.coordinator.placement.model import Accepted, Refused, Verdict
from dsfleet.coordinator.placement.rules import all_of, name_is_free, name_is_plain, reference_exists

_PLAIN_FIELDS = ("name", "labels", "enabled", "expected_fps", "instance_id")


@dataclass(frozen=True, slots=True)
class _Edited:
    """The columns to write, and the facts the audit compares."""

    columns: dict[str, Any] = field(default_factory=dict, repr=False)
    old: dict[str, object] = field(default_factory=dict, repr=False)
    new: dict[str, object] = field(default_factory=dict, repr=False)


def edit_camera(change: Change, camera_id: str, edit: CameraEdit) -> Refused | None:
    """The camera is as the edit says; what the edit leaves out stays. The same edit again changes nothing."""
    row = found_camera(change.connection, camera_id)
    edited = _edited(change, row, edit)
    verdict = all_of(_name_is_right(change, row, edit.name), _may_move(change, row, edit.instance_id))
    if isinstance(verdict, Refused):
        return verdict
    if not edited.columns:
        return None
    change_camera(change.connection, camera_id, {**edited.columns, "updated_at": change.now})
    name = edited.columns.get("name", row.name)
    record(change, (Subject.CAMERA, camera_id, name), "camera edited", edited.old, edited.new)
    draft_changed(change, [row.instance_id, edited.columns.get("instance_id", row.instance_id)])
    change.touch(Kind.CAMERAS, camera_id)
    return None


def _edited(change: Change, row: CameraRow, edit: CameraEdit) -> _Edited:
    edited = _Edited()
    for name in _PLAIN_FIELDS:
        value, before = getattr(edit, name), getattr(row, name)
        if value is not UNSET and value != before:
            edited.columns[name] = edited.new[name] = value
            edited.old[name] = before
    if "instance_id" in edited.columns and edited.columns["instance_id"] is not None:
        edited.columns["position"] = next_position(change.connection, edited.columns["instance_id"])
    _edit_address(change, row, edit, edited)
    return edited


def _edit_address(change: Change, row: CameraRow, edit: CameraEdit, edited: _Edited) -> None:
    address = None if isinstance(edit.uri, UnsetType) else read_address(edit.uri)
    uri = row.uri if address is None else address.uri
    before = Login(_opened(change, row.username_sealed), _opened(change, row.password_sealed))
    username = edit.username if not isinstance(edit.username, UnsetType) else before.username
    password = edit.password if not isinstance(edit.password, UnsetType) else before.password
    if address is not None and address.username is not None:
        username, password = address.username, address.password
    login = Login(username or None, password or None)
    check_renders(uri, login)
    if uri != row.uri:
        edited.columns["uri"] = edited.new["uri"] = uri
        edited.old["uri"] = row.uri
    if login != before:
        edited.columns.update(login.sealed(change.box))
        edited.old.update(username=before.username, password=before.password)
        edited.new.update(username=login.username, password=login.password)


def _opened(change: Change, sealed: bytes | None) -> str | None:
    return None if sealed is None else change.box.open(sealed).decode()


def _name_is_right(change: Change, row: CameraRow, name: str | UnsetType) -> Verdict:
    if isinstance(name, UnsetType) or name == row.name:
        return Accepted()
    require_input(name_is_plain("camera", name))
    return name_is_free("camera", name, find_camera_named(change.connection, name) is not None)


def _may_move(change: Change, row: CameraRow, instance_id: str | UnsetType | None) -> Verdict:
    if isinstance(instance_id, UnsetType) or instance_id is None or instance_id == row.instance_id:
        return Accepted()
    instance = read_instance(change.connection, instance_id)
    require_input(reference_exists("instance", "instance_id", instance_id, instance is not None))
    assert instance is not None
    return may_take_one_more(change.connection, instance, [row.id])

"""Change an instance's description: name, mode, power, pipeline version, GPU, cameras."""

from dataclasses import replace
from typing import Any

from msgspec import UNSET, UnsetType

from dsfleet.contracts.messages.configuration import Mode, Power
from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.inventory.model import InstanceEdit, InstanceRow
from dsfleet.coordinator.inventory.store.cameras import read_assigned_cameras
from dsfleet.coordinator.inventory.store.instances import change_instance, find_instance_named
from dsfleet.coordinator.operations.assignment import may_carry
from dsfleet.coordinator.operations.change import Change
from dsfleet.coordinator.operations.lookups import found_instance, found_pipeline, require_input
from dsfleet.coordinator.operations.place_cameras import may_place, place_cameras
from dsfleet.coordinator.operations.record import draft_changed, record
from dsfleet.coordinator.pipelines.store import read_version
from dsfleet.coordinator.placement.model import Accepted, Refused, Verdict
from dsfleet.coordinator.placement.rules import all_of, gpu_is_plain, name_is_free, name_is_plain, version_exists

_FIELDS = ("name", "pipeline_version", "mode", "power", "gpu")


def edit_instance(change: Change, instance_id: str, edit: InstanceEdit) -> Refused | None:
    """The instance is as the edit says; what the edit leaves out stays. The same edit again changes nothing."""
    row = found_instance(change.connection, instance_id)
    columns = _columns(row, edit)
    edited = replace(row, **columns)
    before = [camera.id for camera in read_assigned_cameras(change.connection, [row.id]).get(row.id, ())]
    after = before if isinstance(edit.camera_ids, UnsetType) else edit.camera_ids
    _check(change, columns, edited)
    verdict = all_of(_name_is_right(change, columns), _may_carry(change, edited, before, after))
    if isinstance(verdict, Refused):
        return verdict
    if not columns and after == before:
        return None
    if columns:
        change_instance(change.connection, instance_id, {**columns, "updated_at": change.now})
    moved_from = place_cameras(change, instance_id, after) if after != before else ()
    old = {**{name: getattr(row, name) for name in columns}, "camera_ids": before}
    record(
        change,
        (Subject.INSTANCE, row.id, edited.name),
        "instance edited",
        old,
        {**columns, "camera_ids": list(after)},
    )
    draft_changed(change, [row.id, *moved_from])
    return None


def _columns(row: InstanceRow, edit: InstanceEdit) -> dict[str, Any]:
    given = {name: value for name in _FIELDS if (value := getattr(edit, name)) is not UNSET}
    if "mode" in given:
        given["mode"] = Mode(given["mode"])
    if "power" in given:
        given["power"] = Power(given["power"])
    return {name: value for name, value in given.items() if value != getattr(row, name)}


def _check(change: Change, columns: dict[str, Any], edited: InstanceRow) -> None:
    version = read_version(change.connection, edited.pipeline_id, edited.pipeline_version)
    pipeline = found_pipeline(change.connection, edited.pipeline_id)
    require_input(
        all_of(
            name_is_plain("instance", edited.name) if "name" in columns else Accepted(),
            version_exists(pipeline.name, edited.pipeline_version, version is not None),
            gpu_is_plain(edited.gpu),
        )
    )


def _name_is_right(change: Change, columns: dict[str, Any]) -> Verdict:
    if "name" not in columns:
        return Accepted()
    return name_is_free(
        "instance", columns["name"], find_instance_named(change.connection, columns["name"]) is not None
    )


def _may_carry(change: Change, edited: InstanceRow, before: list[str], after: list[str]) -> Verdict:
    if after != before:
        return may_place(change.connection, edited, after)
    return may_carry(change.connection, edited, len(before), "pipeline_version")

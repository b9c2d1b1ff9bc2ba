"""What every edit of the draft leaves behind: an audit entry, a newer draft, and who must look again."""

from collections.abc import Collection, Mapping

from dsfleet.coordinator.audit.model import Entry, Subject
from dsfleet.coordinator.audit.rules import difference
from dsfleet.coordinator.audit.store import add_entry
from dsfleet.coordinator.inventory.store.cameras import read_assigned_cameras
from dsfleet.coordinator.inventory.store.instances import read_instances
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.storage.counters import DRAFT, advance

Facts = Mapping[str, object]


def record(change: Change, subject: tuple[Subject, str, str], action: str, old: Facts, new: Facts) -> None:
    """The audit says who did it and what differs; subject: kind, id, name."""
    kind, id_, name = subject
    add_entry(
        change.connection,
        Entry(
            at=change.now,
            actor=change.actor,
            action=action,
            subject_kind=kind,
            subject_id=id_,
            subject_name=name,
            difference=difference(old, new),
        ),
    )


def draft_changed(change: Change, instance_ids: Collection[str | None]) -> None:
    """The draft is newer, and these instances, their cameras and hosts are to be shown anew."""
    advance(change.connection, DRAFT)
    ids = [each for each in instance_ids if each is not None]
    change.touch(Kind.INSTANCES, *ids)
    change.touch(Kind.AGENTS, *(row.agent_id for row in read_instances(change.connection, ids)))
    for cameras in read_assigned_cameras(change.connection, ids).values():
        change.touch(Kind.CAMERAS, *(camera.id for camera in cameras))

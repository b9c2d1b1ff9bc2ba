"""Remove an instance from the draft."""

from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.inventory.store.instances import remove_instance_row
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import found_instance
from dsfleet.coordinator.operations.place_cameras import place_cameras
from dsfleet.coordinator.operations.record import draft_changed, record


def remove_instance(change: Change, instance_id: str) -> None:
    """The instance is gone, its cameras are unassigned; its container goes with the next update request."""
    row = found_instance(change.connection, instance_id)
    place_cameras(change, instance_id, [])
    remove_instance_row(change.connection, instance_id)
    record(change, (Subject.INSTANCE, row.id, row.name), "instance removed", {"agent_id": row.agent_id}, {})
    draft_changed(change, [])
    change.remove(Kind.INSTANCES, instance_id)
    change.touch(Kind.AGENTS, row.agent_id)
    change.touch(Kind.PIPELINES, row.pipeline_id)

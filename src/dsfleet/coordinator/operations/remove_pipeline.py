"""Remove a pipeline that nothing runs."""

from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.inventory.store.instances import count_instances_by_pipeline
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import found_pipeline
from dsfleet.coordinator.operations.record import record
from dsfleet.coordinator.pipelines.store import remove_pipeline_row
from dsfleet.coordinator.placement.model import Refused
from dsfleet.coordinator.placement.rules import pipeline_is_unused


def remove_pipeline(change: Change, pipeline_id: str) -> Refused | None:
    """The pipeline and its versions are gone."""
    row = found_pipeline(change.connection, pipeline_id)
    used = count_instances_by_pipeline(change.connection, [pipeline_id]).get(pipeline_id, 0)
    verdict = pipeline_is_unused(row.name, used)
    if isinstance(verdict, Refused):
        return verdict
    remove_pipeline_row(change.connection, pipeline_id)
    record(change, (Subject.PIPELINE, pipeline_id, row.name), "pipeline removed", {"kind": row.kind}, {})
    change.remove(Kind.PIPELINES, pipeline_id)
    return None

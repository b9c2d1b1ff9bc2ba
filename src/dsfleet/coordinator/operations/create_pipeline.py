"""Define a pipeline, and add versions to it."""

from uuid import uuid4

from dsfleet.contracts.messages.configuration import FrameCounting
from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import found_pipeline, require_input
from dsfleet.coordinator.operations.record import record
from dsfleet.coordinator.pipelines.model import DEFAULT_COMMAND, NewPipeline, NewVersion, PipelineRow, VersionRow
from dsfleet.coordinator.pipelines.store import add_pipeline, add_version, find_pipeline_named, latest_version
from dsfleet.coordinator.placement.model import Refused, Verdict
from dsfleet.coordinator.placement.rules import all_of, command_is_plain, image_is_plain, name_is_free, name_is_plain


def create_pipeline(change: Change, new: NewPipeline) -> str | Refused:
    """Return the new pipeline's id; its first version is number 1."""
    require_input(all_of(name_is_plain("pipeline", new.name), _version_is_right(new.first)))
    verdict = name_is_free("pipeline", new.name, find_pipeline_named(change.connection, new.name) is not None)
    if isinstance(verdict, Refused):
        return verdict
    row = PipelineRow(str(uuid4()), new.name, new.kind, new.description, change.now)
    add_pipeline(change.connection, row)
    add_version(change.connection, _version(change, row.id, 1, new.first))
    facts = {"kind": row.kind, "image": new.first.image, "cameras": new.first.cameras}
    record(change, (Subject.PIPELINE, row.id, row.name), "pipeline created", {}, facts)
    change.touch(Kind.PIPELINES, row.id)
    return row.id


def add_pipeline_version(change: Change, pipeline_id: str, new: NewVersion) -> int:
    """Return the number of the new version; instances keep theirs until they are edited."""
    pipeline = found_pipeline(change.connection, pipeline_id)
    require_input(_version_is_right(new))
    number = latest_version(change.connection, pipeline_id) + 1
    add_version(change.connection, _version(change, pipeline_id, number, new))
    facts = {"version": number, "image": new.image, "cameras": new.cameras}
    record(change, (Subject.PIPELINE, pipeline_id, pipeline.name), "pipeline version added", {}, facts)
    change.touch(Kind.PIPELINES, pipeline_id)
    return number


def _version_is_right(new: NewVersion) -> Verdict:
    return all_of(image_is_plain(new.image), command_is_plain(new.command))


def _version(change: Change, pipeline_id: str, number: int, new: NewVersion) -> VersionRow:
    return VersionRow(
        pipeline_id=pipeline_id,
        version=number,
        image=new.image,
        command=tuple(new.command or DEFAULT_COMMAND),
        cameras=new.cameras,
        width=new.width,
        height=new.height,
        frame_counting=FrameCounting.PERF_LINES,
        live_sources=False,
        created_at=change.now,
    )

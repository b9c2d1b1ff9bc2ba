"""Pipelines as the API shows them."""

from collections.abc import Sequence

from dsfleet.coordinator.api.bodies import Pipeline, PipelineVersion
from dsfleet.coordinator.api.context import ApiContext
from dsfleet.coordinator.inventory.store.instances import count_instances_by_pipeline
from dsfleet.coordinator.operations.lookups import found_pipeline
from dsfleet.coordinator.pipelines.model import PipelineRow, VersionRow
from dsfleet.coordinator.pipelines.store import read_pipelines, read_versions
from dsfleet.coordinator.storage.database import Connection


def one_pipeline(context: ApiContext, pipeline_id: str) -> Pipeline:
    """Return the pipeline; raises NotFoundError."""
    with context.database.reading() as connection:
        return pipeline_bodies(connection, [found_pipeline(connection, pipeline_id)])[0]


def pipelines_with(context: ApiContext, pipeline_ids: Sequence[str]) -> list[Pipeline]:
    """Return those of the pipelines that exist."""
    with context.database.reading() as connection:
        return pipeline_bodies(connection, read_pipelines(connection, pipeline_ids))


def pipeline_bodies(connection: Connection, rows: Sequence[PipelineRow]) -> list[Pipeline]:
    """Return the pipelines in the order of the rows, versions newest first."""
    ids = [row.id for row in rows]
    versions: dict[str, list[VersionRow]] = {}
    for version in read_versions(connection, ids):
        versions.setdefault(version.pipeline_id, []).append(version)
    used = count_instances_by_pipeline(connection, ids)
    return [_pipeline(row, versions[row.id], used.get(row.id, 0)) for row in rows]


def _pipeline(row: PipelineRow, versions: Sequence[VersionRow], instances: int) -> Pipeline:
    return Pipeline.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "kind": row.kind,
            "description": row.description,
            "latest_version": versions[0].version,
            "versions": [PipelineVersion.model_validate(each, from_attributes=True) for each in versions],
            "instances": instances,
            "created_at": row.created_at,
        }
    )

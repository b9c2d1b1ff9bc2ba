"""The SQL of pipelines; versions are inserted and never changed."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, delete, func, insert, select

from dsfleet.coordinator.pipelines.model import PipelineRow, VersionRow
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.paging import Page, contains, paged
from dsfleet.coordinator.storage.tables import PIPELINE_VERSIONS, PIPELINES


def list_pipelines(connection: Connection, page: Page) -> tuple[PipelineRow, ...]:
    """Return a page of pipelines in order of name."""
    query = select(PIPELINES)
    if page.text is not None:
        query = query.where(contains(PIPELINES.c.name, page.text))
    return tuple(_pipeline(row) for row in connection.execute(paged(query, page, PIPELINES.c.name)))


def read_pipelines(connection: Connection, pipeline_ids: Collection[str]) -> tuple[PipelineRow, ...]:
    """Return those of the pipelines that exist, in order of name."""
    query = select(PIPELINES).where(PIPELINES.c.id.in_(pipeline_ids)).order_by(PIPELINES.c.name)
    return tuple(_pipeline(row) for row in connection.execute(query))


def read_pipeline(connection: Connection, pipeline_id: str) -> PipelineRow | None:
    """Return the pipeline, None where no pipeline has that id."""
    return next(iter(read_pipelines(connection, [pipeline_id])), None)


def read_versions(connection: Connection, pipeline_ids: Collection[str] | None = None) -> tuple[VersionRow, ...]:
    """Return all versions of the pipelines, newest first; None asks for all pipelines."""
    query = select(PIPELINE_VERSIONS).order_by(PIPELINE_VERSIONS.c.version.desc())
    if pipeline_ids is not None:
        query = query.where(PIPELINE_VERSIONS.c.pipeline_id.in_(pipeline_ids))
    return tuple(_version(row) for row in connection.execute(query))


def read_version(connection: Connection, pipeline_id: str, version: int | None) -> VersionRow | None:
    """Return one version, the newest for None; None where there is no such version."""
    versions = read_versions(connection, [pipeline_id])
    return next((row for row in versions if version in (None, row.version)), None)


def find_pipeline_named(connection: Connection, name: str) -> str | None:
    """Return the id of the pipeline with this name."""
    return connection.execute(select(PIPELINES.c.id).where(PIPELINES.c.name == name)).scalar_one_or_none()


def latest_version(connection: Connection, pipeline_id: str) -> int:
    """Return the number of the newest version, 0 where there is none."""
    query = select(func.max(PIPELINE_VERSIONS.c.version)).where(PIPELINE_VERSIONS.c.pipeline_id == pipeline_id)
    return connection.execute(query).scalar_one() or 0


def add_pipeline(connection: Connection, row: PipelineRow) -> None:
    """The pipeline exists."""
    connection.execute(insert(PIPELINES).values(**asdict(row)))


def add_version(connection: Connection, row: VersionRow) -> None:
    """The version exists, for good."""
    connection.execute(insert(PIPELINE_VERSIONS).values(**{**asdict(row), "command": list(row.command)}))


def remove_pipeline_row(connection: Connection, pipeline_id: str) -> None:
    """The pipeline and its versions are gone."""
    connection.execute(delete(PIPELINE_VERSIONS).where(PIPELINE_VERSIONS.c.pipeline_id == pipeline_id))
    connection.execute(delete(PIPELINES).where(PIPELINES.c.id == pipeline_id))


def _pipeline(row: Row[Any]) -> PipelineRow:
    return PipelineRow(**row._asdict())


def _version(row: Row[Any]) -> VersionRow:
    values = row._asdict()
    return VersionRow(**{**values, "command": tuple(values["command"])})

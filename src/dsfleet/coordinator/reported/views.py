"""Reads what hosts reported, for whoever shows it; ids that were never reported are left out."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, or_, select

from dsfleet.contracts.messages.status import ReportedInstance
from dsfleet.coordinator.reported.model import AgentReport, CameraReport, Hearing, InstanceReport, Link
from dsfleet.coordinator.reported.rules import frame_age_later, link_of
from dsfleet.coordinator.storage.tables import AGENTS, REPORTED_AGENTS, REPORTED_CAMERAS, REPORTED_INSTANCES

IDS_AT_ONCE = 500
"""SQLite before 3.32 takes 999 parameters in one statement."""


def camera_reports(connection: Connection, ids: Sequence[str] | None, hearing: Hearing) -> dict[str, CameraReport]:
    """Return the reports of these cameras by id, None: of all."""
    heard_at = REPORTED_AGENTS.c.received_at.label("heard_at")
    query = select(REPORTED_CAMERAS, heard_at).join(
        REPORTED_AGENTS, REPORTED_AGENTS.c.agent_id == REPORTED_CAMERAS.c.agent_id
    )
    return {
        row["camera_id"]: _camera_report(row, hearing)
        for row in _rows(connection, query, REPORTED_CAMERAS.c.camera_id, ids)
    }


def instance_reports(connection: Connection, ids: Sequence[str] | None, hearing: Hearing) -> dict[str, InstanceReport]:
    """Return the reports of these instances by id, None: of all."""
    heard_at = REPORTED_AGENTS.c.received_at.label("heard_at")
    query = select(REPORTED_INSTANCES, heard_at).join(
        REPORTED_AGENTS, REPORTED_AGENTS.c.agent_id == REPORTED_INSTANCES.c.agent_id
    )
    return {
        row["instance_id"]: _instance_report(row, hearing)
        for row in _rows(connection, query, REPORTED_INSTANCES.c.instance_id, ids)
    }


def agent_reports(connection: Connection, ids: Sequence[str] | None, hearing: Hearing) -> dict[str, AgentReport]:
    """Return the reports of these agents by id, None: of all; an agent that only greeted has one too."""
    columns = [column for column in REPORTED_AGENTS.c if column.name != "agent_id"]
    query = select(AGENTS.c.id, AGENTS.c.last_seen, *columns).outerjoin(
        REPORTED_AGENTS, REPORTED_AGENTS.c.agent_id == AGENTS.c.id
    )
    return {row["id"]: _agent_report(row, hearing) for row in _rows(connection, query, AGENTS.c.id, ids)}


def agents_heard_between(connection: Connection, first: datetime, last: datetime) -> frozenset[str]:
    """Return the agents last heard of in this span of time, ends included."""
    heard, greeted = REPORTED_AGENTS.c.received_at, AGENTS.c.last_seen
    query = (
        select(AGENTS.c.id, heard, greeted)
        .outerjoin(REPORTED_AGENTS, REPORTED_AGENTS.c.agent_id == AGENTS.c.id)
        .where(or_(heard.between(first, last), greeted.between(first, last)))
    )
    rows = connection.execute(query)
    return frozenset(agent_id for agent_id, *moments in rows if first <= (_latest(*moments) or first) <= last)


def ids_on_agents(connection: Connection, agent_ids: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the instances and the cameras that these agents report."""
    instances = _rows(connection, select(REPORTED_INSTANCES.c.instance_id), REPORTED_INSTANCES.c.agent_id, agent_ids)
    cameras = _rows(connection, select(REPORTED_CAMERAS.c.camera_id), REPORTED_CAMERAS.c.agent_id, agent_ids)
    return (
        frozenset(row["instance_id"] for row in instances),
        frozenset(row["camera_id"] for row in cameras),
    )


def _rows(
    connection: Connection, query: Select[*tuple[Any, ...]], column: ColumnElement[str], ids: Sequence[str] | None
) -> Iterator[RowMapping]:
    if ids is None:
        yield from connection.execute(query).mappings()
        return
    for start in range(0, len(ids), IDS_AT_ONCE):
        yield from connection.execute(query.where(column.in_(ids[start : start + IDS_AT_ONCE]))).mappings()


def _camera_report(row: RowMapping, hearing: Hearing) -> CameraReport:
    age_s, heard_at = row["last_frame_age_s"], row["heard_at"]
    passed_s = (heard_at - row["received_at"]).total_seconds()
    return CameraReport(
        camera_id=row["camera_id"],
        agent_id=row["agent_id"],
        instance_id=row["instance_id"],
        state=row["state"],
        fps=row["fps"],
        average_fps=row["average_fps"],
        last_frame_age_s=None if age_s is None else frame_age_later(age_s, passed_s),
        reconnects=row["reconnects"],
        received_at=heard_at,
        is_stale=link_of(heard_at, hearing) is not Link.LIVE,
    )


def _instance_report(row: RowMapping, hearing: Hearing) -> InstanceReport:
    report = msgspec.convert(row["content"], ReportedInstance)
    heard_at = row["heard_at"]
    passed_s = (heard_at - row["received_at"]).total_seconds()
    return InstanceReport(
        instance_id=row["instance_id"],
        agent_id=row["agent_id"],
        state=report.state,
        cause=report.cause,
        state_age_s=report.state_age_s + passed_s,
        observed_digest=report.observed_digest,
        observed_revision=report.observed_revision,
        container_id=report.container_id,
        image_id=report.image_id,
        started_at=report.started_at,
        restarts=report.restarts,
        exit_code=report.exit_code,
        next_try_in_s=None if report.next_try_in_s is None else max(0.0, report.next_try_in_s - passed_s),
        last_problem=report.last_problem,
        received_at=heard_at,
        is_stale=link_of(heard_at, hearing) is not Link.LIVE,
    )


def _agent_report(row: RowMapping, hearing: Hearing) -> AgentReport:
    last_seen = _latest(row["received_at"], row["last_seen"])
    return AgentReport(
        agent_id=row["id"],
        link=link_of(last_seen, hearing),
        last_seen=last_seen,
        revision=row["revision"] or 0,
        converged=bool(row["converged"]),
        cause=row["cause"] or "",
        engine=row["engine"],
        engine_unreachable_since=row["engine_unreachable_since"],
        load=row["load"],
    )


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)

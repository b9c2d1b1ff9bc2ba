"""Reports in the database. The statements here run for every status message, so they go straight to the driver.

Per message one row of `reported_agents`; rows of instances and cameras only where something changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, delete, select, update

from dsfleet.contracts.messages.base import Order
from dsfleet.contracts.messages.status import CameraState, ReportedCamera, ReportedHost, ReportedInstance
from dsfleet.coordinator.reported.model import Difference, StoredCamera, StoredHost, StoredInstance
from dsfleet.coordinator.storage.tables import (
    AGENTS,
    CAMERAS,
    REPORTED_AGENTS,
    REPORTED_CAMERAS,
    REPORTED_INSTANCES,
    UtcDateTime,
)

IDS_AT_ONCE = 500
MOMENT = UtcDateTime()

STORE_AGENT = """
INSERT INTO reported_agents
 (agent_id, start_number, sequence, received_at, revision, converged, cause, engine, engine_unreachable_since, load)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (agent_id) DO UPDATE SET
 start_number = excluded.start_number, sequence = excluded.sequence, received_at = excluded.received_at,
 revision = excluded.revision, converged = excluded.converged, cause = excluded.cause, engine = excluded.engine,
 engine_unreachable_since = excluded.engine_unreachable_since, load = excluded.load
"""
STORE_INSTANCE = """
INSERT INTO reported_instances
 (instance_id, agent_id, state, cause, observed_digest, observed_revision, received_at, content)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (instance_id) DO UPDATE SET
 agent_id = excluded.agent_id, state = excluded.state, cause = excluded.cause,
 observed_digest = excluded.observed_digest, observed_revision = excluded.observed_revision,
 received_at = excluded.received_at, content = excluded.content
"""
STORE_CAMERA = """
INSERT INTO reported_cameras
 (camera_id, agent_id, instance_id, state, fps, average_fps, last_frame_age_s, reconnects, received_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (camera_id) DO UPDATE SET
 agent_id = excluded.agent_id, instance_id = excluded.instance_id, state = excluded.state, fps = excluded.fps,
 average_fps = excluded.average_fps, last_frame_age_s = excluded.last_frame_age_s, reconnects = excluded.reconnects,
 received_at = excluded.received_at
WHERE reported_cameras.agent_id = excluded.agent_id
"""


@dataclass(frozen=True, slots=True)
class HostStanding:
    """What must be known before a report is taken in. order: of the newest report stored, None before any."""

    admission: str
    order: Order | None


@dataclass(frozen=True, slots=True)
class HostWrite:
    """One host's newest report, and what it changes."""

    report: ReportedHost
    difference: Difference


def read_standings(connection: Connection, agent_ids: Sequence[str]) -> dict[str, HostStanding]:
    """Return the standing of each of these agents that is known, by id."""
    query = select(
        AGENTS.c.id, AGENTS.c.admission, REPORTED_AGENTS.c.start_number, REPORTED_AGENTS.c.sequence
    ).outerjoin(REPORTED_AGENTS, REPORTED_AGENTS.c.agent_id == AGENTS.c.id)
    standings: dict[str, HostStanding] = {}
    for start in range(0, len(agent_ids), IDS_AT_ONCE):
        rows = connection.execute(query.where(AGENTS.c.id.in_(agent_ids[start : start + IDS_AT_ONCE])))
        for agent_id, admission, start_number, sequence in rows:
            order = None if start_number is None else (start_number, sequence)
            standings[agent_id] = HostStanding(admission, order)
    return standings


def load_stored_host(connection: Connection, agent_id: str, order: Order | None) -> StoredHost:
    """Return what is stored of one host's instances and cameras; `order` is that of its newest report."""
    instances = connection.execute(
        select(REPORTED_INSTANCES.c.content, REPORTED_INSTANCES.c.received_at).where(
            REPORTED_INSTANCES.c.agent_id == agent_id
        )
    )
    cameras = connection.execute(select(REPORTED_CAMERAS).where(REPORTED_CAMERAS.c.agent_id == agent_id)).mappings()
    reports = [(msgspec.convert(content, ReportedInstance), received_at) for content, received_at in instances]
    return StoredHost(
        order=order,
        instances_by_id={report.instance_id: StoredInstance(report, received_at) for report, received_at in reports},
        cameras_by_id={row["camera_id"]: _stored_camera(row) for row in cameras},
    )


def cameras_told_elsewhere(connection: Connection, agent_id: str, camera_ids: Sequence[str]) -> dict[str, str | None]:
    """Return those of the cameras that another host's report holds, each with the instance the draft puts it in."""
    query = (
        select(REPORTED_CAMERAS.c.camera_id, CAMERAS.c.instance_id)
        .outerjoin(CAMERAS, CAMERAS.c.id == REPORTED_CAMERAS.c.camera_id)
        .where(REPORTED_CAMERAS.c.agent_id != agent_id)
    )
    told: dict[str, str | None] = {}
    for start in range(0, len(camera_ids), IDS_AT_ONCE):
        part = camera_ids[start : start + IDS_AT_ONCE]
        rows = connection.execute(query.where(REPORTED_CAMERAS.c.camera_id.in_(part)))
        told.update((camera_id, instance_id) for camera_id, instance_id in rows)
    return told


def release_cameras(connection: Connection, camera_ids: Sequence[str]) -> None:
    """No host's report holds these cameras any more, so that another one's may."""
    for start in range(0, len(camera_ids), IDS_AT_ONCE):
        part = camera_ids[start : start + IDS_AT_ONCE]
        connection.execute(delete(REPORTED_CAMERAS).where(REPORTED_CAMERAS.c.camera_id.in_(part)))


def write_reports(connection: Connection, writes: Sequence[HostWrite], now: datetime) -> None:
    """The record holds these reports; each replaces the older one of its host, and touches no other host's cameras."""
    moment = MOMENT.process_bind_param(now, connection.dialect)
    _many(connection, STORE_AGENT, [_agent_row(connection, write.report, now) for write in writes])
    _many(
        connection,
        STORE_INSTANCE,
        [
            _instance_row(write.report.agent_id, instance, moment)
            for write in writes
            for instance in write.difference.instances_to_store
        ],
    )
    _many(
        connection,
        STORE_CAMERA,
        [
            _camera_row(write.report.agent_id, instance_id, camera, moment)
            for write in writes
            for instance_id, camera in write.difference.cameras_to_store
        ],
    )
    for write in writes:
        _remove_gone(connection, write)


def write_host_facts(connection: Connection, report: ReportedHost) -> None:
    """The agent's row repeats what its host has, as this report says."""
    connection.execute(
        update(AGENTS)
        .where(AGENTS.c.id == report.agent_id)
        .values(
            version=report.agent_version,
            capacity_cameras=report.capacity.cameras,
            port_first=report.ports.first,
            port_last=report.ports.last,
            inventory=msgspec.to_builtins(report.inventory),
        )
    )


def note_heard(connection: Connection, agent_ids: Sequence[str], now: datetime) -> None:
    """These agents were heard of, though their words are not taken."""
    connection.execute(update(AGENTS).where(AGENTS.c.id.in_(agent_ids)).values(last_seen=now))


def hold_agent(connection: Connection, agent_id: str, cause: str) -> None:
    """The agent waits for a person again: its reports are not taken and nothing new is sent to it."""
    connection.execute(
        update(AGENTS).where(AGENTS.c.id == agent_id).values(admission="waiting", admission_reason=cause)
    )


def _many(connection: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        text = statement if connection.dialect.paramstyle == "qmark" else statement.replace("?", "%s")
        connection.exec_driver_sql(text, rows)


def _agent_row(connection: Connection, report: ReportedHost, now: datetime) -> tuple[Any, ...]:
    away_s = report.engine_unreachable_for_s
    away_since = None if away_s is None else now - timedelta(seconds=away_s)
    return (
        report.agent_id,
        report.start_number,
        report.sequence,
        MOMENT.process_bind_param(now, connection.dialect),
        report.revision,
        report.converged,
        report.cause,
        msgspec.json.encode(report.engine).decode(),
        MOMENT.process_bind_param(away_since, connection.dialect),
        msgspec.json.encode(report.load).decode(),
    )


def _instance_row(agent_id: str, instance: ReportedInstance, moment: int | None) -> tuple[Any, ...]:
    return (
        instance.instance_id,
        agent_id,
        instance.state.value,
        instance.cause,
        instance.observed_digest,
        instance.observed_revision,
        moment,
        msgspec.json.encode(instance).decode(),
    )


def _camera_row(agent_id: str, instance_id: str, camera: ReportedCamera, moment: int | None) -> tuple[Any, ...]:
    return (
        camera.camera_id,
        agent_id,
        instance_id,
        camera.state.value,
        camera.fps,
        camera.average_fps,
        camera.last_frame_age_s,
        camera.reconnects,
        moment,
    )


def _remove_gone(connection: Connection, write: HostWrite) -> None:
    agent_id, gone = write.report.agent_id, write.difference
    for table, column, ids in (
        (REPORTED_INSTANCES, REPORTED_INSTANCES.c.instance_id, gone.instance_ids_to_remove),
        (REPORTED_CAMERAS, REPORTED_CAMERAS.c.camera_id, gone.camera_ids_to_remove),
    ):
        for start in range(0, len(ids), IDS_AT_ONCE):
            part = ids[start : start + IDS_AT_ONCE]
            connection.execute(delete(table).where(table.c.agent_id == agent_id, column.in_(part)))


def _stored_camera(row: RowMapping) -> StoredCamera:
    report = ReportedCamera(
        camera_id=row["camera_id"],
        state=CameraState(row["state"]),
        fps=row["fps"],
        average_fps=row["average_fps"],
        last_frame_age_s=row["last_frame_age_s"],
        reconnects=row["reconnects"],
    )
    return StoredCamera(row["instance_id"], report, row["received_at"])

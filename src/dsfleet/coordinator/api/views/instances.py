"""Instances as the API shows them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dsfleet.contracts.messages.configuration import Mode, PortPurpose
from dsfleet.coordinator.api.bodies import Instance, InstanceCamera, InstancePort
from dsfleet.coordinator.api.context import ApiContext
from dsfleet.coordinator.api.problems import facts_of
from dsfleet.coordinator.api.views.cameras import report_of, shown_state
from dsfleet.coordinator.desired.model import SentRow
from dsfleet.coordinator.desired.store import read_sent_instances
from dsfleet.coordinator.inventory.model import CameraRow, InstanceRow, PortRow
from dsfleet.coordinator.inventory.store.agents import read_agents
from dsfleet.coordinator.inventory.store.cameras import read_assigned_cameras
from dsfleet.coordinator.inventory.store.instances import read_instances, read_ports
from dsfleet.coordinator.operations.lookups import found_instance
from dsfleet.coordinator.pipelines.store import read_versions
from dsfleet.coordinator.reported.model import CameraReport, InstanceReport
from dsfleet.coordinator.reported.views import camera_reports, instance_reports
from dsfleet.coordinator.storage.database import Connection

NOT_SENT = "no update request carried it yet"
NOT_REPORTED = "the host has not reported it yet"


@dataclass(frozen=True, slots=True)
class _Joined:
    """All that one instance is shown from."""

    row: InstanceRow
    sent: SentRow | None
    report: InstanceReport | None
    cameras: Sequence[CameraRow]
    camera_reports: dict[str, CameraReport]
    ports: Sequence[PortRow]
    image: str
    pending: bool
    host_address: str


def one_instance(context: ApiContext, instance_id: str) -> Instance:
    """Return the instance; raises NotFoundError."""
    with context.database.reading() as connection:
        return instance_bodies(context, connection, [found_instance(connection, instance_id)])[0]


def instances_with(context: ApiContext, instance_ids: Sequence[str]) -> list[Instance]:
    """Return those of the instances that exist."""
    with context.database.reading() as connection:
        return instance_bodies(context, connection, read_instances(connection, instance_ids))


def instance_bodies(context: ApiContext, connection: Connection, rows: Sequence[InstanceRow]) -> list[Instance]:
    """Return the instances in the order of the rows."""
    ids = [row.id for row in rows]
    pending = context.fleet.read(connection).changed_instance_ids
    hearing = context.messenger.hearing()
    reports, sent = instance_reports(connection, ids, hearing), read_sent_instances(connection, ids)
    cameras, ports = read_assigned_cameras(connection, ids), read_ports(connection, ids)
    of_cameras = camera_reports(connection, [each.id for group in cameras.values() for each in group], hearing)
    addresses = _addresses(context, connection, {row.agent_id for row in rows})
    images = {
        (each.pipeline_id, each.version): each.image
        for each in read_versions(connection, {row.pipeline_id for row in rows})
    }
    return [
        _instance(
            _Joined(
                row=row,
                sent=sent.get(row.id),
                report=reports.get(row.id),
                cameras=cameras.get(row.id, ()),
                camera_reports=of_cameras,
                ports=ports.get(row.id, ()),
                image=images[row.pipeline_id, row.pipeline_version],
                pending=row.id in pending,
                host_address=addresses[row.agent_id],
            )
        )
        for row in rows
    ]


def _addresses(context: ApiContext, connection: Connection, agent_ids: Collection[str]) -> dict[str, str]:
    """Return where each host is reached, by agent id: loopback for the coordinator's own machine, else by name."""
    names = {agent.id: str(agent.inventory["hostname"]) for agent in read_agents(connection, agent_ids)}
    return {id_: "127.0.0.1" if name == context.behaviour.own_hostname else name for id_, name in names.items()}


def _instance(joined: _Joined) -> Instance:
    row, sent = joined.row, joined.sent
    facts: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "agent_id": row.agent_id,
        "pipeline_id": row.pipeline_id,
        "pipeline_version": row.pipeline_version,
        "mode": row.mode.value,
        "debug_until": row.debug_until,
        "power": row.power.value,
        "gpu": row.gpu,
        "desired_revision": sent.revision if sent else 0,
        "image": joined.image,
        "ports": [InstancePort(purpose=port.purpose.value, port=port.port) for port in joined.ports],
        "rtsp_url": _rtsp_url(joined),
        "cameras": [_camera(camera, joined.camera_reports) for camera in joined.cameras],
        "pending": joined.pending,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
    return Instance.model_validate({**facts, **_reported(joined)})


def _reported(joined: _Joined) -> Mapping[str, Any]:
    report = joined.report
    if joined.sent is None or report is None:
        state, cause = ("unsent", NOT_SENT) if joined.sent is None else ("unobserved", NOT_REPORTED)
        nothing = {"observed_revision": 0, "container_id": None, "restarts": 0, "stale": False}
        return {"state": state, "cause": cause, **nothing}
    return {
        "state": report.state,
        "cause": report.cause,
        "state_age_s": report.state_age_s,
        "observed_revision": report.observed_revision,
        "container_id": report.container_id,
        "restarts": report.restarts,
        "exit_code": report.exit_code,
        "next_try_in_s": report.next_try_in_s,
        "last_problem": facts_of(report.last_problem) if report.last_problem else None,
        "started_at": report.started_at,
        "stale": report.is_stale,
        "received_at": report.received_at,
    }


def _rtsp_url(joined: _Joined) -> str | None:
    port = next((each.port for each in joined.ports if each.purpose is PortPurpose.RTSP), None)
    if joined.row.mode is not Mode.DEBUG or port is None:
        return None
    return f"rtsp://{quote(joined.host_address)}:{port}/ds-test"


def _camera(row: CameraRow, reports: dict[str, CameraReport]) -> InstanceCamera:
    report = report_of(row, reports)
    return InstanceCamera(
        camera_id=row.id,
        name=row.name,
        state=shown_state(row, report),
        fps=report.fps if report else None,
        last_frame_age_s=report.last_frame_age_s if report else None,
    )

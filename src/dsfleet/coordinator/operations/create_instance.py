"""Describe a new instance on a host."""

from uuid import uuid4

from dsfleet.contracts.messages.configuration import Mode, PortPurpose, Power
from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.inventory.model import AgentRow, InstanceRow, NewInstance, PortRow
from dsfleet.coordinator.inventory.store.agents import read_agent
from dsfleet.coordinator.inventory.store.instances import (
    add_instance,
    add_ports,
    find_instance_named,
    read_taken_ports,
)
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import require_input
from dsfleet.coordinator.operations.place_cameras import may_place, place_cameras
from dsfleet.coordinator.operations.record import draft_changed, record
from dsfleet.coordinator.pipelines.store import read_pipeline, read_version
from dsfleet.coordinator.placement.model import Accepted, Refused
from dsfleet.coordinator.placement.rules import (
    all_of,
    free_ports,
    gpu_is_plain,
    host_takes_new,
    name_is_free,
    name_is_plain,
    reference_exists,
    version_exists,
)


def create_instance(change: Change, new: NewInstance) -> str | Refused:
    """Return the new instance's id; its ports are allocated for life, its cameras assigned in the order given."""
    agent, row = _checked(change, new)
    camera_ids = new.camera_ids or []
    ports = free_ports(agent.port_first, agent.port_last, read_taken_ports(change.connection, agent.id))
    verdict = all_of(
        name_is_free("instance", new.name, find_instance_named(change.connection, new.name) is not None),
        host_takes_new("agent_id", agent.name, agent.admission, agent.cordoned),
        may_place(change.connection, row, camera_ids),
    )
    if isinstance(verdict, Refused):
        return verdict
    if isinstance(ports, Refused):
        return ports
    add_instance(change.connection, row)
    purposes = (PortPurpose.RTSP, PortPurpose.UDP)
    add_ports(
        change.connection,
        [PortRow(agent.id, port, row.id, purpose) for port, purpose in zip(ports, purposes, strict=True)],
    )
    moved_from = place_cameras(change, row.id, camera_ids)
    facts = {"agent_id": agent.id, "mode": row.mode, "power": row.power, "gpu": row.gpu, "camera_ids": camera_ids}
    version = {"pipeline_id": row.pipeline_id, "pipeline_version": row.pipeline_version}
    record(change, (Subject.INSTANCE, row.id, row.name), "instance created", {}, {**facts, **version})
    draft_changed(change, [row.id, *moved_from])
    change.touch(Kind.PIPELINES, row.pipeline_id)
    return row.id


def _checked(change: Change, new: NewInstance) -> tuple[AgentRow, InstanceRow]:
    agent = read_agent(change.connection, new.agent_id)
    pipeline = read_pipeline(change.connection, new.pipeline_id)
    version = read_version(change.connection, new.pipeline_id, new.pipeline_version)
    require_input(
        all_of(
            name_is_plain("instance", new.name),
            reference_exists("agent", "agent_id", new.agent_id, agent is not None),
            reference_exists("pipeline", "pipeline_id", new.pipeline_id, pipeline is not None),
            version_exists(pipeline.name, new.pipeline_version, version is not None) if pipeline else Accepted(),
            gpu_is_plain(new.gpu),
        )
    )
    assert agent is not None
    assert version is not None
    row = InstanceRow(
        id=str(uuid4()),
        name=new.name,
        agent_id=agent.id,
        pipeline_id=new.pipeline_id,
        pipeline_version=version.version,
        mode=Mode(new.mode),
        debug_until=None,
        power=Power(new.power),
        gpu=new.gpu,
        restart_number=0,
        retry_number=0,
        created_at=change.now,
        updated_at=change.now,
    )
    return agent, row

"""Agents as the API shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from dsfleet.coordinator.api.bodies import Agent, AgentCapacity, EngineFacts, HostLoad, Inventory
from dsfleet.coordinator.api.context import ApiContext
from dsfleet.coordinator.inventory.model import AgentRow
from dsfleet.coordinator.inventory.store.agents import read_agents
from dsfleet.coordinator.inventory.store.cameras import count_cameras_by_agent
from dsfleet.coordinator.inventory.store.instances import count_instances_by_agent
from dsfleet.coordinator.operations.lookups import found_agent
from dsfleet.coordinator.reported.model import AgentReport
from dsfleet.coordinator.reported.views import agent_reports
from dsfleet.coordinator.storage.database import Connection


def one_agent(context: ApiContext, agent_id: str) -> Agent:
    """Return the agent; raises NotFoundError."""
    with context.database.reading() as connection:
        return agent_bodies(context, connection, [found_agent(connection, agent_id)])[0]


def agents_with(context: ApiContext, agent_ids: Sequence[str]) -> list[Agent]:
    """Return those of the agents that are known."""
    with context.database.reading() as connection:
        return agent_bodies(context, connection, read_agents(connection, agent_ids))


def agent_bodies(context: ApiContext, connection: Connection, rows: Sequence[AgentRow]) -> list[Agent]:
    """Return the agents in the order of the rows."""
    ids = [row.id for row in rows]
    pending = context.fleet.read(connection).hosts_by_id
    reports = agent_reports(connection, ids, context.messenger.hearing())
    cameras, instances = count_cameras_by_agent(connection, ids), count_instances_by_agent(connection, ids)
    return [
        Agent.model_validate(
            {
                **_described(row),
                **_reported(row, reports[row.id]),
                "capacity": AgentCapacity(cameras=row.capacity_cameras, cameras_used=cameras.get(row.id, 0)),
                "instances": instances.get(row.id, 0),
                "pending": row.id in pending,
            }
        )
        for row in rows
    ]


def _described(row: AgentRow) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "labels": dict(row.labels),
        "cordoned": row.cordoned,
        "version": row.version,
        "fingerprint": row.fingerprint,
        "admission": row.admission,
        "admission_reason": row.admission_reason,
        "desired_revision": row.desired_revision,
        "first_seen": row.first_seen,
    }


def _reported(row: AgentRow, report: AgentReport) -> Mapping[str, Any]:
    engine = {**(report.engine or row.inventory["engine"]), "unreachable_since": report.engine_unreachable_since}
    return {
        "link": report.link.value,
        "last_seen": report.last_seen,
        "observed_revision": report.revision,
        "converged": report.converged,
        "cause": report.cause,
        "inventory": Inventory.model_validate({**row.inventory, "engine": EngineFacts.model_validate(engine)}),
        "load": HostLoad.model_validate(report.load) if report.load else None,
    }

"""Plans as the API shows them."""

from collections.abc import Collection

from dsfleet.contracts.problems import InputError
from dsfleet.coordinator.api.bodies import Plan, PlannedChange, PlannedHost
from dsfleet.coordinator.api.context import ApiContext
from dsfleet.coordinator.desired import model
from dsfleet.coordinator.desired.planning import plan_fleet
from dsfleet.coordinator.inventory.store.agents import read_agents
from dsfleet.coordinator.placement.model import Refused
from dsfleet.coordinator.placement.rules import all_of, reference_exists


def plan_body(context: ApiContext, agent_ids: Collection[str] | None) -> Plan:
    """Return the plan of these hosts, None: of all; raises InputError `unknown-agent`."""
    with context.database.reading() as connection:
        fleet = context.fleet.read(connection)
        if agent_ids is not None:
            _check_agents(agent_ids, {agent.id for agent in read_agents(connection, agent_ids)})
        plan = plan_fleet(fleet, read_agents(connection, tuple(fleet.hosts_by_id)), agent_ids)
    return Plan(
        plan_id=plan.plan_id,
        nothing_to_do=not plan.hosts,
        hosts=[_host(host) for host in plan.hosts],
        cameras_blinking=plan.cameras_blinking,
        text=plan.text,
    )


def _check_agents(agent_ids: Collection[str], known: Collection[str]) -> None:
    verdict = all_of(*(reference_exists("agent", "agent_ids", each, each in known) for each in agent_ids))
    if isinstance(verdict, Refused):
        raise InputError(*verdict.reasons)


def _host(host: model.PlannedHost) -> PlannedHost:
    return PlannedHost(
        agent_id=host.agent_id,
        agent_name=host.agent_name,
        base_revision=host.base_revision,
        cameras_blinking=host.cameras_blinking,
        changes=[_change(change) for change in host.changes],
        text=host.text,
    )


def _change(change: model.InstanceChange) -> PlannedChange:
    return PlannedChange(
        instance_id=change.instance_id,
        instance_name=change.instance_name,
        action=change.action.value,
        causes=list(change.causes),
        cameras_blinking=change.cameras_blinking,
        text=change.text,
    )

"""Make it so: send the draft to the hosts of a plan."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from dsfleet.contracts.problems import ConflictError, Problem
from dsfleet.coordinator.desired.fleet import FleetReader
from dsfleet.coordinator.desired.model import Plan
from dsfleet.coordinator.desired.planning import plan_fleet
from dsfleet.coordinator.inventory.store.agents import read_agents
from dsfleet.coordinator.operations.change import Change
from dsfleet.coordinator.operations.requests import Order, put_request


@dataclass(frozen=True, slots=True)
class NewUpdateRequest:
    """What the operator asks for; agent_ids None: all hosts of the plan. deadline: from now."""

    plan_id: str
    agent_ids: Collection[str] | None
    note: str | None
    deadline: timedelta


def file_update_request(change: Change, reader: FleetReader, wanted: NewUpdateRequest) -> str:
    """Return the id of the request, on record with each host's next revision in the outbox.

    Raises ConflictError `plan-outdated` when the draft or a host moved since the plan was made, `nothing-to-do` when
    nothing changes on these hosts.
    """
    fleet = reader.read(change.connection)
    agents = read_agents(change.connection, tuple(fleet.hosts_by_id))
    plan = plan_fleet(fleet, agents, wanted.agent_ids)
    if wanted.plan_id not in (plan.plan_id, plan_fleet(fleet, agents, None).plan_id):
        raise _outdated(wanted.plan_id)
    if not plan.hosts:
        raise _nothing_to_do()
    orders = [
        Order(host.agent_id, fleet.desired_by_agent[host.agent_id], _text(plan, host.agent_id)) for host in plan.hosts
    ]
    return put_request(change, wanted.plan_id, wanted.note, wanted.deadline, orders)


def _text(plan: Plan, agent_id: str) -> str:
    host = next(host for host in plan.hosts if host.agent_id == agent_id)
    return "; ".join(each.text for each in host.changes)


def _outdated(plan_id: str) -> ConflictError:
    return ConflictError(
        Problem(
            code="plan-outdated",
            message="The draft or a host has changed since this plan was made.",
            field="plan_id",
            value=plan_id,
            mend="Look at the plan again, then send its new plan_id.",
        )
    )


def _nothing_to_do() -> ConflictError:
    return ConflictError(
        Problem(
            code="nothing-to-do",
            message="Nothing changes on these hosts.",
            field="agent_ids",
            mend="Edit the draft first, or choose other hosts.",
        )
    )

"""The plan: which hosts change and how, and the id that names exactly this draft over exactly these revisions; pure."""

from collections.abc import Collection, Iterable

from dsfleet.contracts.messages.configuration import DesiredInstance
from dsfleet.coordinator.desired.compare import host_text
from dsfleet.coordinator.desired.model import Fleet, Plan, PlannedHost
from dsfleet.coordinator.inventory.model import AgentRow
from dsfleet.kit.canonical import digest_of

NOTHING_TO_DO = "Nothing to do: every host was told the draft as it is."


def plan_fleet(fleet: Fleet, agents: Iterable[AgentRow], agent_ids: Collection[str] | None) -> Plan:
    """Return the plan of these hosts, None: of all. Hosts that are not admitted are told nothing and left out."""
    wanted = [
        agent
        for agent in sorted(agents, key=lambda each: each.name)
        if agent.id in fleet.hosts_by_id
        and agent.admission == "admitted"
        and (agent_ids is None or agent.id in agent_ids)
    ]
    hosts = tuple(_planned(fleet, agent) for agent in wanted)
    basis = sorted((agent.id, agent.desired_revision, fleet.hosts_by_id[agent.id].content_digest) for agent in wanted)
    return Plan(digest_of(basis), hosts, "\n".join(host.text for host in hosts) or NOTHING_TO_DO)


def content_digest(instances: Iterable[DesiredInstance]) -> str:
    """Return the digest over all that a host is told, revision and time aside."""
    return digest_of([digest_of(instance) for instance in instances])


def _planned(fleet: Fleet, agent: AgentRow) -> PlannedHost:
    changes = fleet.hosts_by_id[agent.id].changes
    return PlannedHost(
        agent_id=agent.id,
        agent_name=agent.name,
        base_revision=agent.desired_revision,
        changes=changes,
        text=host_text(agent.name, changes),
    )

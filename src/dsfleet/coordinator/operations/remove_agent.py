"""Forget an agent."""

from dataclasses import replace

from dsfleet.coordinator.admission.store import read_agent as read_known_agent
from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.desired.request_store import end_hosts, read_hosts_in
from dsfleet.coordinator.desired.store import count_sent_by_agent
from dsfleet.coordinator.inventory.store.agents import remove_agent_row
from dsfleet.coordinator.inventory.store.instances import count_instances_by_agent
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import found_agent
from dsfleet.coordinator.operations.record import record
from dsfleet.coordinator.operations.requests import settle_requests
from dsfleet.coordinator.placement.model import Refused
from dsfleet.coordinator.placement.rules import agent_may_be_removed
from dsfleet.coordinator.reported.convergence import UNFINISHED
from dsfleet.coordinator.reported.model import Hearing, HostState, Link
from dsfleet.coordinator.reported.views import agent_reports
from dsfleet.coordinator.storage.counters import admission_of, raise_to, revision_of


def remove_agent(change: Change, agent_id: str, hearing: Hearing) -> Refused | None:
    """The agent is forgotten with all it ever reported; should it greet again it waits, and its numbers go on.

    What it had not carried out of an update request ends there: nobody else will.
    """
    row = found_agent(change.connection, agent_id)
    drafted = count_instances_by_agent(change.connection, [agent_id]).get(agent_id, 0)
    carried = max(drafted, count_sent_by_agent(change.connection, agent_id))
    report = agent_reports(change.connection, [agent_id], hearing).get(agent_id)
    is_live = report is not None and report.link is Link.LIVE
    verdict = agent_may_be_removed(row.name, carried, is_live)
    if isinstance(verdict, Refused):
        return verdict
    known = read_known_agent(change.connection, agent_id)
    raise_to(change.connection, revision_of(agent_id), row.desired_revision)
    raise_to(change.connection, admission_of(agent_id), known.number if known else 0)
    left = read_hosts_in(change.connection, [agent_id], UNFINISHED)
    cause = "the host was removed"
    ended = [replace(host, state=HostState.CANCELLED, cause=cause, changed_at=change.now) for host in left]
    end_hosts(change.connection, ended)
    settle_requests(change, {host.update_request_id for host in left})
    remove_agent_row(change.connection, agent_id)
    record(change, (Subject.AGENT, agent_id, row.name), "host removed", {"fingerprint": row.fingerprint}, {})
    change.remove(Kind.AGENTS, agent_id)
    return None

"""Take an update request back where it has not converged."""

from collections.abc import Sequence
from dataclasses import replace

from dsfleet.contracts.messages.configuration import DesiredInstance
from dsfleet.contracts.problems import ConflictError, Problem
from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.desired.model import RequestHostRow
from dsfleet.coordinator.desired.request_store import end_hosts, read_request_hosts, read_requests
from dsfleet.coordinator.desired.store import Writer, read_revision, write_revision
from dsfleet.coordinator.inventory.store.agents import read_agents
from dsfleet.coordinator.inventory.store.instances import change_instance
from dsfleet.coordinator.operations.change import Change
from dsfleet.coordinator.operations.lookups import found
from dsfleet.coordinator.operations.record import draft_changed, record
from dsfleet.coordinator.operations.requests import fleet_told, settle_requests
from dsfleet.coordinator.reported.convergence import UNFINISHED
from dsfleet.coordinator.reported.model import HostState

_CANCELLABLE = frozenset({*UNFINISHED, HostState.FAILED})


def cancel_update_request(change: Change, request_id: str) -> None:
    """Each host that has not converged gets its previous content as a new revision; the draft stays as edited.

    Raises ConflictError `update-request-finished` when no host is left to cancel.
    """
    request = found("update-request", request_id, next(iter(read_requests(change.connection, [request_id])), None))
    hosts = read_request_hosts(change.connection, [request_id]).get(request_id, [])
    newest = {agent.id: agent.desired_revision for agent in read_agents(change.connection, [h.agent_id for h in hosts])}
    open_hosts = [h for h in hosts if h.state in _CANCELLABLE and newest.get(h.agent_id) == h.revision]
    if not open_hosts:
        raise _finished(request_id, request.state)
    end_hosts(change.connection, [_take_back(change, host) for host in open_hosts])
    settle_requests(change, {request_id})
    subject = (Subject.UPDATE_REQUEST, request_id, request.note or "")
    record(change, subject, "update request cancelled", {"state": request.state}, {"state": "cancelled"})
    draft_changed(change, [])


def _take_back(change: Change, host: RequestHostRow) -> RequestHostRow:
    previous = read_revision(change.connection, change.box, host.agent_id, host.revision)
    revision = write_revision(Writer(change.connection, change.box, change.now), host.agent_id, previous)
    _restore_counters(change, previous)
    fleet_told(change, host.agent_id, previous)
    cause = f"taken back by revision {revision}"
    return replace(host, state=HostState.CANCELLED, cause=cause, changed_at=change.now)


def _restore_counters(change: Change, instances: Sequence[DesiredInstance]) -> None:
    """The draft asks for no restart that was just taken back."""
    for instance in instances:
        counters = {"restart_number": instance.restart_number, "retry_number": instance.retry_number}
        change_instance(change.connection, instance.instance_id, counters)


def _finished(request_id: str, state: str) -> ConflictError:
    return ConflictError(
        Problem(
            code="update-request-finished",
            message=f"The update request is {state}: nothing is left to cancel.",
            field="request_id",
            value=request_id,
            mend="Edit the draft and file another request.",
        )
    )

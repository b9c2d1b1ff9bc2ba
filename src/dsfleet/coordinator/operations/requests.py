"""Putting an update request on record: revisions, hosts, and the requests it supersedes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from dsfleet.contracts.messages.configuration import DesiredInstance
from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.desired.model import RequestHostRow, RequestRow
from dsfleet.coordinator.desired.request_store import (
    add_request,
    end_hosts,
    read_hosts_in,
    read_request_hosts,
    set_request_state,
)
from dsfleet.coordinator.desired.store import Writer, write_revision
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.record import record
from dsfleet.coordinator.reported.convergence import UNFINISHED, request_state
from dsfleet.coordinator.reported.model import HostState


@dataclass(frozen=True, slots=True)
class Order:
    """What one host is told, all of it, and the words for it."""

    agent_id: str
    instances: Sequence[DesiredInstance]
    text: str


def put_request(change: Change, plan_id: str, note: str | None, deadline: timedelta, orders: Sequence[Order]) -> str:
    """Return the id of a new request; each host's next revision waits in the outbox, older requests give way."""
    request = RequestRow(
        id=str(uuid4()),
        plan_id=plan_id,
        state=HostState.ACCEPTED,
        note=note,
        created_by=change.actor,
        created_at=change.now,
        deadline=change.now + deadline,
    )
    _supersede(change, [order.agent_id for order in orders], request.id)
    add_request(change.connection, request, [_host(change, request.id, order) for order in orders])
    text = "; ".join(order.text for order in orders)
    record(change, (Subject.UPDATE_REQUEST, request.id, note or ""), "update request filed", {}, {"plan": text})
    for order in orders:
        fleet_told(change, order.agent_id, order.instances)
    change.touch(Kind.UPDATE_REQUESTS, request.id)
    return request.id


def fleet_told(change: Change, agent_id: str, instances: Sequence[DesiredInstance]) -> None:
    """The host and all on it are to be shown anew: what they were told has changed."""
    change.touch(Kind.AGENTS, agent_id)
    change.touch(Kind.INSTANCES, *(instance.instance_id for instance in instances))
    for instance in instances:
        change.touch(Kind.CAMERAS, *(camera.camera_id for camera in instance.cameras))
    change.has_messages = True


def settle_requests(change: Change, request_ids: Mapping[str, object] | set[str]) -> None:
    """These requests' own states follow from their hosts."""
    for request_id, hosts in read_request_hosts(change.connection, set(request_ids)).items():
        state = request_state(HostState(host.state) for host in hosts)
        set_request_state(change.connection, request_id, state)
        change.touch(Kind.UPDATE_REQUESTS, request_id)


def _host(change: Change, request_id: str, order: Order) -> RequestHostRow:
    writer = Writer(change.connection, change.box, change.now)
    return RequestHostRow(
        update_request_id=request_id,
        agent_id=order.agent_id,
        revision=write_revision(writer, order.agent_id, order.instances),
        state=HostState.ACCEPTED,
        cause="",
        text=order.text,
        changed_at=change.now,
    )


def _supersede(change: Change, agent_ids: Sequence[str], by_request_id: str) -> None:
    older = read_hosts_in(change.connection, agent_ids, UNFINISHED)
    cause = f"superseded by update request {by_request_id[:8]}"
    ended = [replace(each, state=HostState.SUPERSEDED, cause=cause, changed_at=change.now) for each in older]
    end_hosts(change.connection, ended)
    settle_requests(change, {host.update_request_id for host in ended})

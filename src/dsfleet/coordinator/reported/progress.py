"""Update requests in the database, as far as publishing and reports move them. Every change asks the pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, or_, select, update

from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.messages.status import ReportedHost
from dsfleet.coordinator.reported.convergence import UNFINISHED, progress_of, request_state, waiting_cause
from dsfleet.coordinator.reported.model import Hearing, HostProgress, HostState, Reach, SentInstance, Step
from dsfleet.coordinator.reported.rules import link_of
from dsfleet.coordinator.storage.secret_box import SecretBox
from dsfleet.coordinator.storage.tables import (
    AGENTS,
    REPORTED_AGENTS,
    REVISIONS,
    UPDATE_REQUEST_HOSTS,
    UPDATE_REQUESTS,
)

IDS_AT_ONCE = 500
HOSTS = UPDATE_REQUEST_HOSTS.c


def follow_reports(
    connection: Connection, box: SecretBox, reports: Mapping[str, ReportedHost], now: datetime
) -> frozenset[str]:
    """Move the unfinished hosts among the reporting ones; return the ids of the update requests that changed.

    reports: by agent id. A host that failed at its newest revision is followed too: it may recover.
    """
    changed: set[str] = set()
    for host in _moving_hosts(connection, tuple(reports), now):
        report = reports[host.agent_id]
        if report.revision < host.revision:
            continue
        step = progress_of(host, report, _sent_instances(connection, box, report))
        if _write_step(connection, host, step, now):
            changed.add(host.update_request_id)
    refresh_request_states(connection, changed)
    return frozenset(changed)


def mark_sent(connection: Connection, revisions: Iterable[tuple[str, int]], now: datetime) -> frozenset[str]:
    """These (agent id, revision) are with the broker: note when, and move their accepted hosts to sent.

    Returns the ids of the update requests that changed; a second call changes nothing.
    """
    changed: set[str] = set()
    for agent_id, revision in revisions:
        connection.execute(
            update(REVISIONS)
            .where(
                REVISIONS.c.agent_id == agent_id, REVISIONS.c.revision == revision, REVISIONS.c.published_at.is_(None)
            )
            .values(published_at=now)
        )
        step = Step(HostState.SENT, "sent, the host has not answered yet")
        changed |= _move_accepted(connection, agent_id, revision, step, now)
    refresh_request_states(connection, changed)
    return frozenset(changed)


def mark_unsendable(connection: Connection, agent_id: str, revision: int, cause: str, now: datetime) -> frozenset[str]:
    """The revision can never be published: its accepted hosts failed. Returns the update requests that changed."""
    changed = _move_accepted(connection, agent_id, revision, Step(HostState.FAILED, cause), now)
    refresh_request_states(connection, changed)
    return changed


def explain_waiting(connection: Connection, hearing: Hearing, messenger_down_since: datetime | None) -> frozenset[str]:
    """Say for every unfinished host why it does not move; return the ids of the update requests that changed."""
    query = (
        _progress_query()
        .add_columns(REPORTED_AGENTS.c.received_at, AGENTS.c.last_seen)
        .outerjoin(AGENTS, AGENTS.c.id == HOSTS.agent_id)
        .outerjoin(REPORTED_AGENTS, REPORTED_AGENTS.c.agent_id == HOSTS.agent_id)
        .where(HOSTS.state.in_(UNFINISHED))
    )
    changed: set[str] = set()
    for *progress, received_at, last_seen in connection.execute(query).all():
        host = _progress(progress, hearing.now)
        seen = max((moment for moment in (received_at, last_seen) if moment is not None), default=None)
        reach = Reach(link_of(seen, hearing), seen, messenger_down_since)
        step = Step(host.state, waiting_cause(host, reach))
        if _write_step(connection, host, step, hearing.now):
            changed.add(host.update_request_id)
    return frozenset(changed)


def refresh_request_states(connection: Connection, update_request_ids: Iterable[str]) -> None:
    """Each of these requests has the state that its hosts give it."""
    for request_id in update_request_ids:
        states = connection.execute(select(HOSTS.state).where(HOSTS.update_request_id == request_id)).scalars()
        state = request_state([HostState(each) for each in states])
        connection.execute(update(UPDATE_REQUESTS).where(UPDATE_REQUESTS.c.id == request_id).values(state=state))


def _moving_hosts(connection: Connection, agent_ids: Sequence[str], now: datetime) -> list[HostProgress]:
    query = (
        _progress_query()
        .join(AGENTS, AGENTS.c.id == HOSTS.agent_id)
        .where(
            or_(
                HOSTS.state.in_(UNFINISHED),
                and_(HOSTS.state == HostState.FAILED, HOSTS.revision == AGENTS.c.desired_revision),
            )
        )
    )
    hosts: list[HostProgress] = []
    for start in range(0, len(agent_ids), IDS_AT_ONCE):
        rows = connection.execute(query.where(HOSTS.agent_id.in_(agent_ids[start : start + IDS_AT_ONCE])))
        hosts.extend(_progress(row, now) for row in rows)
    return hosts


def _progress_query() -> Any:
    return select(
        HOSTS.update_request_id,
        HOSTS.agent_id,
        HOSTS.revision,
        HOSTS.state,
        HOSTS.cause,
        UPDATE_REQUESTS.c.deadline,
    ).join(UPDATE_REQUESTS, UPDATE_REQUESTS.c.id == HOSTS.update_request_id)


def _progress(row: Sequence[Any], now: datetime) -> HostProgress:
    request_id, agent_id, revision, state, cause, deadline = row
    return HostProgress(request_id, agent_id, revision, HostState(state), cause, now > deadline)


def _sent_instances(connection: Connection, box: SecretBox, report: ReportedHost) -> dict[str, SentInstance] | None:
    content_sealed = connection.execute(
        select(REVISIONS.c.content_sealed).where(
            REVISIONS.c.agent_id == report.agent_id, REVISIONS.c.revision == report.revision
        )
    ).scalar_one_or_none()
    if content_sealed is None:
        return None
    desired = msgspec.json.decode(box.open(content_sealed), type=DesiredHost)
    return {each.instance_id: SentInstance(each.name, each.digest, each.power) for each in desired.instances}


def _write_step(connection: Connection, host: HostProgress, step: Step, now: datetime) -> bool:
    if (step.state, step.cause) == (host.state, host.cause):
        return False
    values: dict[str, Any] = {"state": step.state, "cause": step.cause}
    if step.state is not host.state:
        values["changed_at"] = now
    connection.execute(
        update(UPDATE_REQUEST_HOSTS)
        .where(HOSTS.update_request_id == host.update_request_id, HOSTS.agent_id == host.agent_id)
        .values(**values)
    )
    return True


def _move_accepted(connection: Connection, agent_id: str, revision: int, step: Step, now: datetime) -> frozenset[str]:
    accepted = and_(HOSTS.agent_id == agent_id, HOSTS.revision == revision, HOSTS.state == HostState.ACCEPTED)
    changed = frozenset(connection.execute(select(HOSTS.update_request_id).where(accepted)).scalars())
    if changed:
        values = {"state": step.state, "cause": step.cause, "changed_at": now}
        connection.execute(update(UPDATE_REQUEST_HOSTS).where(accepted).values(**values))
    return changed

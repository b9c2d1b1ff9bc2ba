"""Agents' rows as far as entering goes: greetings stored, decisions made and told through the outbox.

Each function is one step inside the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.messages.admission import Admission, Decision
from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.coordinator.admission.rules import (
    KnownAgent,
    Standing,
    check_fingerprint,
    check_known,
    check_may_be_denied,
    check_name_is_free,
    unique_name,
)
from dsfleet.coordinator.storage import counters
from dsfleet.coordinator.storage.outbox import put_message, put_newest_configuration
from dsfleet.coordinator.storage.secret_box import SecretBox
from dsfleet.coordinator.storage.tables import AGENTS

DECISIONS = {
    Standing.ADMITTED: Decision.ADMITTED,
    Standing.DENIED: Decision.DENIED,
    Standing.REVOKED: Decision.REVOKED,
}


def read_agent(connection: Connection, agent_id: str) -> KnownAgent | None:
    """Return what is known of the agent, None when it never greeted."""
    row = connection.execute(select(*KNOWN_COLUMNS).where(AGENTS.c.id == agent_id)).one_or_none()
    return None if row is None else _known(row)


def count_waiting_agents(connection: Connection) -> int:
    """Return how many agents wait to be let in."""
    query = select(func.count()).select_from(AGENTS).where(AGENTS.c.admission == Standing.WAITING)
    return connection.execute(query).scalar_one()


def add_agent(connection: Connection, greeting: Greeting, now: datetime) -> KnownAgent:
    """The agent waits, under the name it asked for or the nearest free one.

    An agent that was removed and returns remembers the number of its last decision: the next one must be greater.
    """
    number = counters.read_counter(connection, counters.admission_of(greeting.agent_id))
    name = unique_name(greeting.name, _taken_names(connection, greeting.agent_id))
    connection.execute(
        insert(AGENTS).values(
            id=greeting.agent_id,
            name=name,
            labels={},
            cordoned=False,
            admission=Standing.WAITING,
            admission_number=number,
            admission_reason="",
            desired_revision=0,
            first_seen=now,
            **_greeted(greeting, now),
        )
    )
    return KnownAgent(greeting.agent_id, name, Standing.WAITING, number, "", greeting.fingerprint, greeting.order)


def refresh_agent(connection: Connection, greeting: Greeting, now: datetime) -> None:
    """The agent's row says what this greeting says; its name and standing stay."""
    connection.execute(update(AGENTS).where(AGENTS.c.id == greeting.agent_id).values(**_greeted(greeting, now)))


def send_back_to_waiting(connection: Connection, agent_id: str, reason: str) -> None:
    """The agent waits again until a person decides; nothing new is sent to it."""
    connection.execute(
        update(AGENTS).where(AGENTS.c.id == agent_id).values(admission=Standing.WAITING, admission_reason=reason)
    )


def admit(
    connection: Connection, box: SecretBox, agent_id: str, name: str | None, fingerprint: str | None, now: datetime
) -> None:
    """The agent is admitted, under `name` if given, and is told so; admitting it twice changes nothing.

    Raises NotFoundError `agent-unknown`, ConflictError `fingerprint-differs` or `agent-name-taken`.
    """
    known = check_known(agent_id, read_agent(connection, agent_id))
    check_fingerprint(known, fingerprint)
    if name is not None and name != known.name:
        check_name_is_free(name, _taken_names(connection, agent_id))
    if known.standing is Standing.ADMITTED and name in (None, known.name):
        return
    connection.execute(update(AGENTS).where(AGENTS.c.id == agent_id).values(name=name or known.name))
    _decide(connection, agent_id, Standing.ADMITTED, "")
    tell_decision(connection, box, agent_id, now)


def deny(connection: Connection, box: SecretBox, agent_id: str, reason: str, now: datetime) -> None:
    """The agent is turned away and told why.

    Raises NotFoundError `agent-unknown`, ConflictError `agent-is-admitted`.
    """
    check_may_be_denied(check_known(agent_id, read_agent(connection, agent_id)))
    _decide(connection, agent_id, Standing.DENIED, reason)
    tell_decision(connection, box, agent_id, now)


def tell_decision(connection: Connection, box: SecretBox, agent_id: str, now: datetime) -> None:
    """The newest decision about the agent is in the outbox; a waiting agent is told nothing.

    An admitted one also gets its newest configuration again: it may have lost it, or never had a key to read it.
    """
    message = read_admission(connection, agent_id, now)
    if message is None:
        return
    put_message(connection, box, message, now)
    if message.decision is Decision.ADMITTED:
        put_newest_configuration(connection, agent_id, now)


def read_admission(connection: Connection, agent_id: str, now: datetime) -> Admission | None:
    """Return the newest decision about the agent as message 201, None while it waits or is unknown."""
    known = read_agent(connection, agent_id)
    return None if known is None else admission_of(known, now)


def admission_of(known: KnownAgent, now: datetime) -> Admission | None:
    """Return the decision as message 201, None while the agent waits."""
    decision = DECISIONS.get(known.standing)
    if decision is None:
        return None
    return Admission(
        agent_id=AgentId(known.agent_id),
        number=known.number,
        sent_at=now,
        decision=decision,
        fingerprint=known.fingerprint,
        reason=known.reason,
        name=known.name,
    )


def read_decided_agents(connection: Connection, after_id: str, limit: int) -> tuple[KnownAgent, ...]:
    """Return at most `limit` agents that do not wait, ordered by id, from the first id beyond `after_id`."""
    query = (
        select(*KNOWN_COLUMNS)
        .where(AGENTS.c.id > after_id, AGENTS.c.admission != Standing.WAITING)
        .order_by(AGENTS.c.id)
        .limit(limit)
    )
    return tuple(_known(row) for row in connection.execute(query))


KNOWN_COLUMNS = (
    AGENTS.c.id,
    AGENTS.c.name,
    AGENTS.c.admission,
    AGENTS.c.admission_number,
    AGENTS.c.admission_reason,
    AGENTS.c.fingerprint,
    AGENTS.c.greeting_start_number,
    AGENTS.c.greeting_sequence,
)


def _known(row: Sequence[Any]) -> KnownAgent:
    agent_id, name, standing, number, reason, fingerprint, start_number, sequence = row
    return KnownAgent(agent_id, name, Standing(standing), number, reason, fingerprint, (start_number, sequence))


def _decide(connection: Connection, agent_id: str, standing: Standing, reason: str) -> None:
    connection.execute(
        update(AGENTS)
        .where(AGENTS.c.id == agent_id)
        .values(admission=standing, admission_reason=reason, admission_number=AGENTS.c.admission_number + 1)
    )


def _taken_names(connection: Connection, but_for_agent_id: str) -> frozenset[str]:
    return frozenset(connection.execute(select(AGENTS.c.name).where(AGENTS.c.id != but_for_agent_id)).scalars())


def _greeted(greeting: Greeting, now: datetime) -> dict[str, Any]:
    return {
        "fingerprint": greeting.fingerprint,
        "signing_key": greeting.keys.signing,
        "sealing_key": greeting.keys.sealing,
        "version": greeting.agent_version,
        "capacity_cameras": greeting.capacity.cameras,
        "port_first": greeting.ports.first,
        "port_last": greeting.ports.last,
        "inventory": msgspec.to_builtins(greeting.inventory),
        "greeting_start_number": greeting.start_number,
        "greeting_sequence": greeting.sequence,
        "last_seen": now,
    }

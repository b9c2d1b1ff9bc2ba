"""What a greeting leads to, and what may be decided about an agent; pure.

An admission is bound to the fingerprint it was made about: another key under a known id waits again, and is never let
in silently.
"""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from dsfleet.contracts.messages.base import Order
from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.contracts.problems import ConflictError, NotFoundError, Problem

NAME_LENGTH = 63
SAME_ID_NEW_KEY = "same id, new key"
WAITING_ROOM_SIZE = 1000


class Standing(StrEnum):
    """An agent's right to enter."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    DENIED = "denied"
    REVOKED = "revoked"


class Reception(StrEnum):
    """What a greeting leads to."""

    WAIT = "wait"
    ENTER = "enter"
    ANSWER_AGAIN = "answer-again"
    REFRESH = "refresh"
    WAIT_AGAIN = "wait-again"
    IGNORE_OLD = "ignore-old"
    ROOM_FULL = "room-full"


@dataclass(frozen=True, slots=True)
class KnownAgent:
    """What the record says of an agent. number counts the decisions about it, 0 before any; order: newest greeting."""

    agent_id: str
    name: str
    standing: Standing
    number: int
    reason: str
    fingerprint: str
    order: Order

    @property
    def may_be_told(self) -> bool:
        """Whether it gets its configuration."""
        return self.standing is Standing.ADMITTED


def receive(greeting: Greeting, known: KnownAgent | None, enters_by_itself: bool, waiting: int) -> Reception:
    """Return what the greeting leads to; `waiting` is how many agents wait already.

    A repeated greeting of an admitted agent is answered again: its first answer may be lost.
    """
    if known is None:
        if enters_by_itself:
            return Reception.ENTER
        return Reception.WAIT if waiting < WAITING_ROOM_SIZE else Reception.ROOM_FULL
    if greeting.order < known.order:
        return Reception.IGNORE_OLD
    if greeting.fingerprint != known.fingerprint:
        return Reception.WAIT_AGAIN
    if known.standing is Standing.WAITING:
        return Reception.ENTER if enters_by_itself and known.number == 0 else Reception.REFRESH
    return Reception.ANSWER_AGAIN


def unique_name(wanted: str, taken: Set[str]) -> str:
    """Return the wanted name, or the first of `wanted-2`, `wanted-3`, ... that is free; at most 63 characters."""
    base = wanted.strip()[:NAME_LENGTH] or "host"
    if base not in taken:
        return base
    number = 2
    while (name := f"{base[: NAME_LENGTH - 1 - len(str(number))]}-{number}") in taken:
        number += 1
    return name


def check_known(agent_id: str, known: KnownAgent | None) -> KnownAgent:
    """Return the agent. Raises NotFoundError `agent-unknown`."""
    if known is None:
        raise NotFoundError(
            Problem(
                code="agent-unknown", message=f"No agent has the id '{agent_id}'.", field="agent_id", value=agent_id
            )
        )
    return known


def check_fingerprint(known: KnownAgent, fingerprint: str | None) -> None:
    """Raise ConflictError `fingerprint-differs` when the person compared another fingerprint than the one on record."""
    if fingerprint is not None and fingerprint != known.fingerprint:
        raise ConflictError(
            Problem(
                code="fingerprint-differs",
                message=f"The agent on host '{known.name}' shows fingerprint {known.fingerprint}, not the one given.",
                field="fingerprint",
                value=fingerprint,
                mend="Compare the fingerprint again, on the host itself.",
            )
        )


def check_name_is_free(name: str, taken: Set[str]) -> None:
    """Raise ConflictError `agent-name-taken` when another agent has the name."""
    if name in taken:
        raise ConflictError(
            Problem(
                code="agent-name-taken",
                message=f"Another host is named '{name}'.",
                field="name",
                value=name,
                mend="Choose another name.",
            )
        )


def check_may_be_denied(known: KnownAgent) -> None:
    """Raise ConflictError `agent-is-admitted`: an agent that was let in is not turned away by a no at the door."""
    if known.standing is Standing.ADMITTED:
        raise ConflictError(
            Problem(
                code="agent-is-admitted",
                message=f"Host '{known.name}' is admitted already.",
                field="agent_id",
                value=known.agent_id,
                mend="Remove its instances, stop its agent, then remove the host.",
            )
        )

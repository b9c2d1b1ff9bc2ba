"""Topic 201: the coordinator's answer to a greeting: you may enter, or you may not and why."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.messages.base import Count, Moment, Order


class Decision(StrEnum):
    """What the coordinator decided about an agent."""

    ADMITTED = "admitted"
    DENIED = "denied"
    REVOKED = "revoked"


class Intervals(msgspec.Struct, frozen=True, kw_only=True):
    """How often an agent speaks, in seconds: at rest, and while somebody watches its host."""

    status_s: float = 60.0
    watched_status_s: float = 5.0


class CoordinatorKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The coordinator's public keys, as in a greeting; the agent pins them."""

    signing: str
    sealing: str


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """You may enter, or you may not.

    number counts the decisions about this agent and only grows; the newest one holds. fingerprint names the keys the
    decision was made about: an agent with other keys ignores it. reason is for a person, empty when admitted.
    """

    MESSAGE_TYPE: ClassVar[str] = "dsfleet.admission"
    SCHEMA_VERSION: ClassVar[int] = 1

    agent_id: AgentId
    number: Count
    sent_at: Moment
    decision: Decision
    fingerprint: str
    reason: str = ""
    name: str | None = None
    intervals: Intervals = Intervals()
    coordinator_keys: CoordinatorKeys | None = None

    @property
    def order(self) -> Order:
        """(number of the decision, 0)."""
        return (self.number, 0)

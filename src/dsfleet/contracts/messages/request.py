"""Topics 230 and 231: something asked of an agent for now, and the pieces of its answer.

A request expires within minutes and is never repeated; whoever asked asks again.
"""

from enum import StrEnum
from typing import ClassVar

import msgspec

from dsfleet.contracts.identifiers import AgentId, InstanceId
from dsfleet.contracts.messages.base import Count, Moment, Order
from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.contracts.problems import Problem


class RequestKind(StrEnum):
    """What can be asked for now: quicker reports while somebody watches, or files as they are in the container."""

    WATCH = "watch"
    READ_CONFIGURATION = "read-configuration"


class AgentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Something asked for now. number grows per agent; expires_at is by the coordinator's clock.

    valid_for_s: how long after receipt it holds, for agents whose clock differs. A `watch` lasts that long.
    """

    MESSAGE_TYPE: ClassVar[str] = "dsfleet.request"
    SCHEMA_VERSION: ClassVar[int] = 1

    agent_id: AgentId
    number: Count
    request_id: str
    sent_at: Moment
    expires_at: Moment
    valid_for_s: float
    kind: RequestKind
    instance_id: InstanceId | None = None

    @property
    def order(self) -> Order:
        """(number, 0)."""
        return (self.number, 0)


class AgentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of an answer; `last` marks the final one. The agent masks logins in the files before it sends them."""

    MESSAGE_TYPE: ClassVar[str] = "dsfleet.answer"
    SCHEMA_VERSION: ClassVar[int] = 1

    agent_id: AgentId
    start_number: Count
    sequence: Count
    sent_at: Moment
    request_id: str
    piece: Count
    last: bool
    files: tuple[ConfigurationFile, ...] = ()
    matches_sent: bool | None = None
    problem: Problem | None = None

    @property
    def order(self) -> Order:
        """(start number, sequence)."""
        return (self.start_number, self.sequence)

"""What every message has: a type name, a schema version, the agent it concerns, and its place in that agent's order."""

from datetime import datetime
from typing import Annotated, ClassVar, Protocol

import msgspec

from dsfleet.contracts.identifiers import AgentId, Revision

LARGEST = 2**53 - 1
"""The largest number that every reader's JSON keeps exactly (RFC 8259 section 6); databases hold it too."""

Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
"""A number that counts something; a message with another number is refused before anybody reckons with it."""

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
"""A TCP or UDP port."""

RevisionNumber = Annotated[Revision, msgspec.Meta(ge=0, le=LARGEST)]

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A point in time; one without an offset from UTC is refused, for it cannot be compared."""

Order = tuple[int, int]
"""The order pair: (revision, 0) for what the coordinator says, (start number, sequence) for what an agent says.

A later pair replaces an earlier one; messages about the same agent and type are compared by it and by nothing else."""


class Message(Protocol):
    """A value that travels on one topic; frozen, whole, readable on its own."""

    MESSAGE_TYPE: ClassVar[str]
    SCHEMA_VERSION: ClassVar[int]

    @property
    def agent_id(self) -> AgentId:
        """The agent that speaks or is spoken to; also the Kafka key."""
        ...

    @property
    def order(self) -> Order:
        """The message's place among those of its type and agent."""
        ...

    @property
    def sent_at(self) -> datetime:
        """When the sender wrote it, by the sender's clock; information, never used to order."""
        ...

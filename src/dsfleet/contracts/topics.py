"""The topics: number, Kafka name, what they carry, and how the broker keeps them.

Constants, because both sides compute partitions from them: changing a partition count is a migration.
"""

from dataclasses import dataclass
from enum import StrEnum

from dsfleet.contracts.messages.admission import Admission
from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.contracts.messages.request import AgentAnswer, AgentRequest
from dsfleet.contracts.messages.status import ReportedHost

MAX_VALUE_BYTES = 1024 * 1024
"""The topics' size limit: a record's value beyond it is refused by the broker and by every reader."""

MINUTE_MS = 60 * 1000
DAY_MS = 24 * 60 * MINUTE_MS

AnyMessage = Greeting | Admission | DesiredHost | ReportedHost | AgentRequest | AgentAnswer
MessageClass = (
    type[Greeting] | type[Admission] | type[DesiredHost] | type[ReportedHost] | type[AgentRequest] | type[AgentAnswer]
)


class Cleanup(StrEnum):
    """What the broker does with old records: keep the newest of each key, or drop by age."""

    COMPACT = "compact"
    DELETE = "delete"


class Direction(StrEnum):
    """Who writes a topic."""

    TO_COORDINATOR = "to-coordinator"
    TO_AGENT = "to-agent"
    COORDINATOR_ONLY = "coordinator-only"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `retention_ms` is None for compacted topics; `message` is None for the dead letters, which are raw."""

    number: int
    name: str
    direction: Direction
    cleanup: Cleanup
    partitions: int
    retention_ms: int | None
    message: MessageClass | None


GREETING = Topic(200, "dsfleet.200.greeting", Direction.TO_COORDINATOR, Cleanup.DELETE, 8, 7 * DAY_MS, Greeting)
ADMISSION = Topic(201, "dsfleet.201.admission", Direction.TO_AGENT, Cleanup.COMPACT, 8, None, Admission)
CONFIGURATION = Topic(210, "dsfleet.210.configuration", Direction.TO_AGENT, Cleanup.COMPACT, 8, None, DesiredHost)
STATUS = Topic(220, "dsfleet.220.status", Direction.TO_COORDINATOR, Cleanup.DELETE, 8, DAY_MS, ReportedHost)
REQUEST = Topic(230, "dsfleet.230.request", Direction.TO_AGENT, Cleanup.DELETE, 8, 10 * MINUTE_MS, AgentRequest)
ANSWER = Topic(231, "dsfleet.231.answer", Direction.TO_COORDINATOR, Cleanup.DELETE, 8, 10 * MINUTE_MS, AgentAnswer)
DEAD_LETTER = Topic(290, "dsfleet.290.dead-letter", Direction.COORDINATOR_ONLY, Cleanup.DELETE, 1, 7 * DAY_MS, None)

ALL_TOPICS = (GREETING, ADMISSION, CONFIGURATION, STATUS, REQUEST, ANSWER, DEAD_LETTER)
AGENT_TOPICS = (ADMISSION, CONFIGURATION, REQUEST)
"""What an agent reads, each from its own partition."""
COORDINATOR_TOPICS = (GREETING, STATUS, ANSWER)
"""What the coordinator reads, in one consumer group."""


def topic_of(message: AnyMessage) -> Topic:
    """Return the topic that carries messages of this type."""
    return next(topic for topic in ALL_TOPICS if topic.message is type(message))

"""Tell a waiting agent no."""

from dsfleet.coordinator.admission.store import deny
from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import found_agent
from dsfleet.coordinator.operations.record import record


def deny_agent(change: Change, agent_id: str, reason: str) -> None:
    """The agent is denied and told why. Raises ConflictError `agent-is-admitted`."""
    row = found_agent(change.connection, agent_id)
    deny(change.connection, change.box, agent_id, reason, change.now)
    new = {"admission": "denied", "reason": reason}
    record(change, (Subject.AGENT, agent_id, row.name), "host denied", {"admission": row.admission}, new)
    change.touch(Kind.AGENTS, agent_id)
    change.has_messages = True

"""Let a waiting agent in."""

from dsfleet.coordinator.admission.store import admit
from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import found_agent, require_input
from dsfleet.coordinator.operations.record import draft_changed, record
from dsfleet.coordinator.placement.rules import name_is_plain


def admit_agent(change: Change, agent_id: str, name: str | None, fingerprint: str | None) -> None:
    """The agent is admitted, under `name` if given, and is told so.

    Raises ConflictError `fingerprint-differs` or `agent-name-taken`.
    """
    row = found_agent(change.connection, agent_id)
    if name is not None:
        require_input(name_is_plain("agent", name))
    admit(change.connection, change.box, agent_id, name, fingerprint, change.now)
    old = {"admission": row.admission, "name": row.name}
    new = {"admission": "admitted", "name": name or row.name, "fingerprint": row.fingerprint}
    record(change, (Subject.AGENT, agent_id, name or row.name), "host admitted", old, new)
    draft_changed(change, [])
    change.touch(Kind.AGENTS, agent_id)
    change.has_messages = True

"""Rename an agent, label it, or cordon it."""

from dataclasses import fields

from msgspec import UNSET

from dsfleet.coordinator.audit.model import Subject
from dsfleet.coordinator.inventory.model import AgentEdit
from dsfleet.coordinator.inventory.store.agents import change_agent, find_agent_named
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.operations.lookups import found_agent, require_input
from dsfleet.coordinator.operations.record import record
from dsfleet.coordinator.placement.model import Refused
from dsfleet.coordinator.placement.rules import name_is_free, name_is_plain


def edit_agent(change: Change, agent_id: str, edit: AgentEdit) -> Refused | None:
    """The agent is as the edit says; what the edit leaves out stays."""
    row = found_agent(change.connection, agent_id)
    given = {field.name: value for field in fields(edit) if (value := getattr(edit, field.name)) is not UNSET}
    columns = {name: value for name, value in given.items() if value != getattr(row, name)}
    name = columns.get("name", row.name)
    if "name" in columns:
        require_input(name_is_plain("agent", name))
        verdict = name_is_free("agent", name, find_agent_named(change.connection, name) is not None)
        if isinstance(verdict, Refused):
            return verdict
    if columns:
        change_agent(change.connection, agent_id, columns)
        old = {each: getattr(row, each) for each in columns}
        record(change, (Subject.AGENT, agent_id, name), "host edited", old, columns)
        change.touch(Kind.AGENTS, agent_id)
    return None

"""Agents' rows as operators see and edit them; what greetings and decisions write belongs to admission/."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Row, case, delete, select, update

from dsfleet.coordinator.inventory.model import AgentFilter, AgentRow
from dsfleet.coordinator.inventory.store.labels import has_label
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.paging import Key, Page, contains, paged
from dsfleet.coordinator.storage.tables import AGENTS

_COLUMNS = tuple(AGENTS.c[field.name] for field in fields(AgentRow))
_WAITING = "waiting"


def _rank() -> ColumnElement[int]:
    return case((AGENTS.c.admission == _WAITING, 0), else_=1)


def list_key(row: AgentRow) -> Key:
    """Return the row's place in the list: waiting ones first, then by name."""
    return (0 if row.admission == _WAITING else 1, row.name)


def list_agents(connection: Connection, page: Page, wanted: AgentFilter) -> tuple[AgentRow, ...]:
    """Return a page of agents in the order of `list_key`."""
    query = select(*_COLUMNS)
    if wanted.admission is not None:
        query = query.where(AGENTS.c.admission == wanted.admission)
    if wanted.label is not None:
        query = query.where(has_label(AGENTS.c.labels, wanted.label))
    if page.text is not None:
        query = query.where(contains(AGENTS.c.name, page.text))
    return _rows(connection, paged(query, page, _rank(), AGENTS.c.name))


def read_agent(connection: Connection, agent_id: str) -> AgentRow | None:
    """Return the agent, None where no agent has that id."""
    return next(iter(read_agents(connection, [agent_id])), None)


def read_agents(connection: Connection, agent_ids: Collection[str] | None = None) -> tuple[AgentRow, ...]:
    """Return those of the agents that are known, in order of name; None asks for all."""
    query = select(*_COLUMNS).order_by(AGENTS.c.name)
    if agent_ids is not None:
        query = query.where(AGENTS.c.id.in_(agent_ids))
    return _rows(connection, query)


def find_agent_named(connection: Connection, name: str) -> str | None:
    """Return the id of the agent with this name."""
    return connection.execute(select(AGENTS.c.id).where(AGENTS.c.name == name)).scalar_one_or_none()


def change_agent(connection: Connection, agent_id: str, values: Mapping[str, Any]) -> None:
    """These columns of the agent have these values."""
    connection.execute(update(AGENTS).where(AGENTS.c.id == agent_id).values(**values))


def remove_agent_row(connection: Connection, agent_id: str) -> None:
    """The agent, and all it ever reported or was sent, is gone."""
    connection.execute(delete(AGENTS).where(AGENTS.c.id == agent_id))


def _rows(connection: Connection, query: Any) -> tuple[AgentRow, ...]:
    return tuple(_agent(row) for row in connection.execute(query))


def _agent(row: Row[Any]) -> AgentRow:
    return AgentRow(**row._asdict())

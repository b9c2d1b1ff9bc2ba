"""Instances' rows and their ports: read, added, changed, removed. The caller's transaction holds it together."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, case, delete, func, insert, literal, or_, select, update

from dsfleet.contracts.messages.configuration import Mode, PortPurpose, Power
from dsfleet.coordinator.inventory.model import InstanceFilter, InstanceRow, PortRow
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.paging import Page, contains, paged
from dsfleet.coordinator.storage.tables import INSTANCE_PORTS, INSTANCES, REPORTED_INSTANCES, SENT_INSTANCES


def instance_state() -> ColumnElement[str]:
    """Return the state an instance is shown in; needs outer joins with SENT_INSTANCES and REPORTED_INSTANCES."""
    return case(
        (SENT_INSTANCES.c.instance_id.is_(None), literal("unsent")),
        else_=func.coalesce(REPORTED_INSTANCES.c.state, literal("unobserved")),
    )


def list_instances(connection: Connection, page: Page, wanted: InstanceFilter) -> tuple[InstanceRow, ...]:
    """Return a page of instances in order of name."""
    query = select(INSTANCES)
    if wanted.state is not None:
        query = query.outerjoin(SENT_INSTANCES, SENT_INSTANCES.c.instance_id == INSTANCES.c.id)
        query = query.outerjoin(REPORTED_INSTANCES, REPORTED_INSTANCES.c.instance_id == INSTANCES.c.id)
        query = query.where(instance_state() == wanted.state)
    if wanted.agent_id is not None:
        query = query.where(INSTANCES.c.agent_id == wanted.agent_id)
    if wanted.pipeline_id is not None:
        query = query.where(INSTANCES.c.pipeline_id == wanted.pipeline_id)
    if page.text is not None:
        query = query.where(contains(INSTANCES.c.name, page.text))
    return _rows(connection, paged(query, page, INSTANCES.c.name))


def read_instance(connection: Connection, instance_id: str) -> InstanceRow | None:
    """Return the instance, None where no instance has that id."""
    return next(iter(read_instances(connection, [instance_id])), None)


def read_instances(connection: Connection, instance_ids: Collection[str] | None = None) -> tuple[InstanceRow, ...]:
    """Return those of the instances that exist, in order of name; None asks for all."""
    query = select(INSTANCES).order_by(INSTANCES.c.name)
    if instance_ids is not None:
        query = query.where(INSTANCES.c.id.in_(instance_ids))
    return _rows(connection, query)


def find_instance_named(connection: Connection, name: str) -> str | None:
    """Return the id of the instance with this name."""
    return connection.execute(select(INSTANCES.c.id).where(INSTANCES.c.name == name)).scalar_one_or_none()


def count_instances_by_agent(connection: Connection, agent_ids: Collection[str]) -> dict[str, int]:
    """Return how many instances the draft puts on each host that has any."""
    query = select(INSTANCES.c.agent_id, func.count()).where(INSTANCES.c.agent_id.in_(agent_ids))
    return dict(connection.execute(query.group_by(INSTANCES.c.agent_id)).all())


def count_instances_by_pipeline(connection: Connection, pipeline_ids: Collection[str]) -> dict[str, int]:
    """Return how many instances run each pipeline that has any."""
    query = select(INSTANCES.c.pipeline_id, func.count()).where(INSTANCES.c.pipeline_id.in_(pipeline_ids))
    return dict(connection.execute(query.group_by(INSTANCES.c.pipeline_id)).all())


def add_instance(connection: Connection, row: InstanceRow) -> None:
    """The instance exists."""
    values = {name: getattr(row, name) for name in INSTANCES.c.keys()}  # noqa: SIM118 a column collection is no mapping
    connection.execute(insert(INSTANCES).values(**values))


def change_instance(connection: Connection, instance_id: str, values: Mapping[str, Any]) -> None:
    """These columns of the instance have these values."""
    connection.execute(update(INSTANCES).where(INSTANCES.c.id == instance_id).values(**values))


def remove_instance_row(connection: Connection, instance_id: str) -> None:
    """The instance is gone from the draft and its ports are free; what was sent and reported stays until told."""
    connection.execute(delete(INSTANCE_PORTS).where(INSTANCE_PORTS.c.instance_id == instance_id))
    connection.execute(delete(INSTANCES).where(INSTANCES.c.id == instance_id))


def read_ports(connection: Connection, instance_ids: Collection[str] | None = None) -> dict[str, list[PortRow]]:
    """Return the ports by instance id, each list by purpose; None asks for all instances."""
    query = select(INSTANCE_PORTS).order_by(INSTANCE_PORTS.c.purpose)
    if instance_ids is not None:
        query = query.where(INSTANCE_PORTS.c.instance_id.in_(instance_ids))
    ports: dict[str, list[PortRow]] = {}
    for row in connection.execute(query):
        port = PortRow(row.agent_id, row.port, row.instance_id, PortPurpose(row.purpose))
        ports.setdefault(port.instance_id, []).append(port)
    return ports


def read_taken_ports(connection: Connection, agent_id: str) -> frozenset[int]:
    """Return the host's ports that instances of the draft hold."""
    query = select(INSTANCE_PORTS.c.port).where(INSTANCE_PORTS.c.agent_id == agent_id)
    return frozenset(connection.execute(query).scalars())


def add_ports(connection: Connection, ports: Collection[PortRow]) -> None:
    """The ports belong to their instances."""
    for port in ports:
        connection.execute(
            insert(INSTANCE_PORTS).values(
                agent_id=port.agent_id, port=port.port, instance_id=port.instance_id, purpose=port.purpose
            )
        )


def agents_told_of(connection: Connection, instance_ids: Collection[str]) -> frozenset[str]:
    """Return the hosts that were told of these instances, or carry them in the draft."""
    sent = select(SENT_INSTANCES.c.agent_id).where(SENT_INSTANCES.c.instance_id.in_(instance_ids))
    drafted = select(INSTANCES.c.agent_id).where(or_(INSTANCES.c.id.in_(instance_ids)))
    return frozenset(connection.execute(sent.union(drafted)).scalars())


def _rows(connection: Connection, query: Any) -> tuple[InstanceRow, ...]:
    return tuple(_instance(row) for row in connection.execute(query))


def _instance(row: Row[Any]) -> InstanceRow:
    values = row._asdict()
    return InstanceRow(**{**values, "mode": Mode(values["mode"]), "power": Power(values["power"])})

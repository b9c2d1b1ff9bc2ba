"""The SQL of update requests as operators file and read them; how far hosts are is written by reported/."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, tuple_, update

from dsfleet.coordinator.desired.model import RequestHostRow, RequestRow
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.paging import Key, Page, check_key, contains
from dsfleet.coordinator.storage.tables import UPDATE_REQUEST_HOSTS, UPDATE_REQUESTS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def request_key(row: RequestRow) -> Key:
    """Return the row's place in the list, which runs from new to old."""
    return ((row.created_at - _EPOCH) // timedelta(microseconds=1), row.id)


def list_update_requests(
    connection: Connection, page: Page, state: str | None, agent_id: str | None
) -> tuple[RequestRow, ...]:
    """Return a page of requests, newest first; the page's text is looked for in the note."""
    order = (UPDATE_REQUESTS.c.created_at, UPDATE_REQUESTS.c.id)
    query = select(UPDATE_REQUESTS).order_by(*(column.desc() for column in order)).limit(page.limit)
    if page.after is not None:
        check_key(page.after, int, str)
        moment = _EPOCH + timedelta(microseconds=int(page.after[0]))
        query = query.where(tuple_(*order) < tuple_(moment, page.after[1]))
    if state is not None:
        query = query.where(UPDATE_REQUESTS.c.state == state)
    if agent_id is not None:
        hosts = select(UPDATE_REQUEST_HOSTS.c.update_request_id).where(UPDATE_REQUEST_HOSTS.c.agent_id == agent_id)
        query = query.where(UPDATE_REQUESTS.c.id.in_(hosts))
    if page.text is not None:
        query = query.where(contains(UPDATE_REQUESTS.c.note, page.text))
    return tuple(_request(row) for row in connection.execute(query))


def read_requests(connection: Connection, request_ids: Collection[str]) -> tuple[RequestRow, ...]:
    """Return those of the requests that exist."""
    query = select(UPDATE_REQUESTS).where(UPDATE_REQUESTS.c.id.in_(request_ids))
    return tuple(_request(row) for row in connection.execute(query))


def read_request_hosts(connection: Connection, request_ids: Collection[str]) -> dict[str, list[RequestHostRow]]:
    """Return the requests' hosts by request id."""
    query = select(UPDATE_REQUEST_HOSTS).where(UPDATE_REQUEST_HOSTS.c.update_request_id.in_(request_ids))
    hosts: dict[str, list[RequestHostRow]] = {}
    for row in connection.execute(query):
        hosts.setdefault(row.update_request_id, []).append(_host(row))
    return hosts


def read_hosts_in(connection: Connection, agent_ids: Collection[str], states: Sequence[str]) -> list[RequestHostRow]:
    """Return the hosts of any request that concern these agents and are in one of the states."""
    query = select(UPDATE_REQUEST_HOSTS).where(
        UPDATE_REQUEST_HOSTS.c.agent_id.in_(agent_ids), UPDATE_REQUEST_HOSTS.c.state.in_(states)
    )
    return [_host(row) for row in connection.execute(query)]


def add_request(connection: Connection, row: RequestRow, hosts: Collection[RequestHostRow]) -> None:
    """The request is on record with its hosts."""
    connection.execute(insert(UPDATE_REQUESTS).values(**asdict(row)))
    for host in hosts:
        connection.execute(insert(UPDATE_REQUEST_HOSTS).values(**asdict(host)))


def end_hosts(connection: Connection, hosts: Collection[RequestHostRow]) -> None:
    """These hosts of requests are in the state, with the cause, that the rows hold."""
    for host in hosts:
        connection.execute(
            update(UPDATE_REQUEST_HOSTS)
            .where(
                UPDATE_REQUEST_HOSTS.c.update_request_id == host.update_request_id,
                UPDATE_REQUEST_HOSTS.c.agent_id == host.agent_id,
            )
            .values(state=host.state, cause=host.cause, changed_at=host.changed_at)
        )


def set_request_state(connection: Connection, request_id: str, state: str) -> None:
    """The request as a whole is in the state."""
    connection.execute(update(UPDATE_REQUESTS).where(UPDATE_REQUESTS.c.id == request_id).values(state=state))


def _request(row: Row[Any]) -> RequestRow:
    return RequestRow(**row._asdict())


def _host(row: Row[Any]) -> RequestHostRow:
    return RequestHostRow(**row._asdict())

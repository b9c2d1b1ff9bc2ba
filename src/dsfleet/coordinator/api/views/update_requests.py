"""Update requests as the API shows them."""

from collections.abc import Mapping, Sequence

from dsfleet.coordinator.api.bodies import UpdateRequest, UpdateRequestHost
from dsfleet.coordinator.api.context import ApiContext
from dsfleet.coordinator.desired.model import RequestHostRow, RequestRow
from dsfleet.coordinator.desired.request_store import read_request_hosts, read_requests
from dsfleet.coordinator.inventory.store.agents import read_agents
from dsfleet.coordinator.operations.lookups import found
from dsfleet.coordinator.reported.convergence import UNFINISHED
from dsfleet.coordinator.storage.database import Connection

MESSAGES: Mapping[str, str] = {
    "accepted": "Heard you, will update soon.",
    "sent": "Heard you, will update soon.",
    "received": "The hosts have it and are about to begin.",
    "applying": "The hosts are at it.",
    "converged": "Done: every host is as you asked.",
    "failed": "A host could not do it: its cause says why.",
    "cancelled": "Taken back.",
    "superseded": "A later update request took its place.",
}


def one_update_request(context: ApiContext, request_id: str) -> UpdateRequest:
    """Return the request; raises NotFoundError."""
    with context.database.reading() as connection:
        row = found("update-request", request_id, next(iter(read_requests(connection, [request_id])), None))
        return update_request_bodies(context, connection, [row])[0]


def update_requests_with(context: ApiContext, request_ids: Sequence[str]) -> list[UpdateRequest]:
    """Return those of the requests that exist."""
    with context.database.reading() as connection:
        return update_request_bodies(context, connection, read_requests(connection, request_ids))


def update_request_bodies(
    context: ApiContext, connection: Connection, rows: Sequence[RequestRow]
) -> list[UpdateRequest]:
    """Return the requests in the order of the rows, hosts by name."""
    hosts = read_request_hosts(connection, [row.id for row in rows])
    agent_ids = {host.agent_id for group in hosts.values() for host in group}
    names = {agent.id: agent.name for agent in read_agents(connection, agent_ids)}
    now = context.clock.now()
    return [
        UpdateRequest.model_validate(
            {
                "id": row.id,
                "state": row.state,
                "message": MESSAGES[row.state],
                "note": row.note,
                "created_by": row.created_by,
                "created_at": row.created_at,
                "deadline": row.deadline,
                "past_deadline": row.state in UNFINISHED and now > row.deadline,
                "hosts": sorted((_host(each, names) for each in hosts.get(row.id, ())), key=lambda x: x.agent_name),
            }
        )
        for row in rows
    ]


def _host(row: RequestHostRow, names: Mapping[str, str]) -> UpdateRequestHost:
    return UpdateRequestHost.model_validate(
        {
            "agent_id": row.agent_id,
            "agent_name": names.get(row.agent_id, "(removed)"),
            "revision": row.revision,
            "state": row.state,
            "cause": row.cause,
            "text": row.text,
            "changed_at": row.changed_at,
        }
    )

"""/api/v1/agents: hosts, and the waiting room before them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from dsfleet.coordinator.api.auth import ActorOf
from dsfleet.coordinator.api.bodies import AdmitAgent, Agent, AgentList, AgentUpdate, DenyAgent
from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.paging import PageOf, next_cursor
from dsfleet.coordinator.api.results import accepted
from dsfleet.coordinator.api.validation import label_filter
from dsfleet.coordinator.api.views.agents import agent_bodies, one_agent
from dsfleet.coordinator.inventory.model import AgentEdit, AgentFilter
from dsfleet.coordinator.inventory.store.agents import list_agents, list_key
from dsfleet.coordinator.operations.admit_agent import admit_agent
from dsfleet.coordinator.operations.deny_agent import deny_agent
from dsfleet.coordinator.operations.edit_agent import edit_agent
from dsfleet.coordinator.operations.remove_agent import remove_agent

router = APIRouter(prefix="/agents", tags=["agents"])


@router.get("", operation_id="list_agents")
async def get_agents(
    context: Context,
    page: PageOf,
    state: Annotated[
        Literal["waiting", "admitted", "denied", "revoked"] | None, Query(description="Only agents so admitted.")
    ] = None,
    label: Annotated[str | None, Query(description="Only agents with this label, `key` or `key=value`.")] = None,
) -> AgentList:
    """List agents: those waiting first, then by name."""
    wanted = AgentFilter(admission=state, label=label_filter(label))
    with context.database.reading() as connection:
        rows = list_agents(connection, page, wanted)
        items = agent_bodies(context, connection, rows)
    return AgentList(items=items, next_cursor=next_cursor([list_key(row) for row in rows], page))


@router.get("/{agent_id}", operation_id="get_agent")
async def get_agent(agent_id: str, context: Context) -> Agent:
    """Return one agent."""
    return one_agent(context, agent_id)


@router.patch("/{agent_id}", operation_id="edit_agent")
async def patch_agent(agent_id: str, body: AgentUpdate, context: Context, actor: ActorOf) -> Agent:
    """Rename an agent, label it, or cordon it: a cordoned host is given nothing new."""
    with context.change(actor.name) as change:
        accepted(edit_agent(change, agent_id, AgentEdit(**body.model_dump(exclude_unset=True))))
    return one_agent(context, agent_id)


@router.delete("/{agent_id}", operation_id="remove_agent", status_code=204)
async def delete_agent(agent_id: str, context: Context, actor: ActorOf) -> None:
    """Forget an agent that carries nothing and is not live."""
    with context.change(actor.name) as change:
        accepted(remove_agent(change, agent_id, context.messenger.hearing()))


@router.post("/{agent_id}/admit", operation_id="admit_agent")
async def post_admit(agent_id: str, body: AdmitAgent, context: Context, actor: ActorOf) -> Agent:
    """Let a waiting agent in, after its fingerprint was compared with the one it prints."""
    with context.change(actor.name) as change:
        admit_agent(change, agent_id, body.name, body.fingerprint)
    return one_agent(context, agent_id)


@router.post("/{agent_id}/deny", operation_id="deny_agent")
async def post_deny(agent_id: str, body: DenyAgent, context: Context, actor: ActorOf) -> Agent:
    """Tell a waiting agent no, and why."""
    with context.change(actor.name) as change:
        deny_agent(change, agent_id, body.reason)
    return one_agent(context, agent_id)

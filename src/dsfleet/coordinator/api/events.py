"""/api/v1/events: server-sent events, so that a page follows the fleet without asking."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent

from dsfleet.coordinator.api.context import Context
from dsfleet.coordinator.api.live import LiveUpdates

KEEP_ALIVE_S = 15
DESCRIPTION = (
    "A stream of events. `hello`: once, at the start, `{server_time}`; fetch what you show after it. "
    "`changes`: whole objects that changed and ids of what is gone (schema `Changes`); `system` comes with every one, "
    "at least every 10 seconds. `resync`: you were too slow, or too much changed at once: fetch anew what you show. "
    "Comments keep the connection open. After a break, connect again and fetch anew."
)
EXAMPLE = 'event: hello\ndata: {"server_time":"2026-01-01T12:00:00Z"}\n\nevent: resync\ndata: {}\n\n'

router = APIRouter(prefix="/events", tags=["events"])


class Hello(BaseModel):
    """The first event's data."""

    server_time: str


def live_of(request: Request) -> LiveUpdates:
    """Return what main attached to the application."""
    live: LiveUpdates = request.app.state.live
    return live


@router.get(
    "",
    operation_id="follow_events",
    description=DESCRIPTION,
    response_class=EventSourceResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}}}},
)
async def get_events(context: Context, live: Annotated[LiveUpdates, Depends(live_of)]) -> EventSourceResponse:
    """Stream changes until the page closes or the coordinator stops."""
    hello = Hello(server_time=context.clock.now().isoformat())
    return EventSourceResponse(_events(live, hello), ping=KEEP_ALIVE_S, headers={"X-Accel-Buffering": "no"})


async def _events(live: LiveUpdates, hello: Hello) -> AsyncIterator[ServerSentEvent]:
    with live.subscribe() as subscription:
        yield ServerSentEvent(event="hello", data=hello.model_dump_json())
        while (event := await subscription.next_event()) is not None:
            yield ServerSentEvent(event=event.name, data=event.data)

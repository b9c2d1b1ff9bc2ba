"""Health for machines: alive, ready, and figures in Prometheus' text format. Open to whoever reaches the port."""

from collections.abc import Iterator, Mapping

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from dsfleet import __version__
from dsfleet.coordinator.api.context import ApiContext, Context
from dsfleet.coordinator.inventory.store.counts import count_by_state

router = APIRouter(tags=["health"])
_TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/healthz", operation_id="get_healthz", response_class=PlainTextResponse)
async def get_healthz() -> str:
    """Answer `ok` while the process serves requests."""
    return "ok\n"


@router.get("/readyz", operation_id="get_readyz", response_class=PlainTextResponse)
async def get_readyz(context: Context, response: Response) -> str:
    """Answer `ok` when database and messenger answer; otherwise 503 and which does not."""
    link = context.messenger.link
    if link.is_up:
        return "ok\n"
    response.status_code = 503
    return f"messenger down since {link.since.isoformat()}: {link.detail}\n"


@router.get("/metrics", operation_id="get_metrics", response_class=PlainTextResponse)
async def get_metrics(context: Context) -> PlainTextResponse:
    """Return counts by state and the messaging counters."""
    return PlainTextResponse("".join(f"{line}\n" for line in _lines(context)), media_type=_TEXT_FORMAT)


def _lines(context: ApiContext) -> Iterator[str]:
    now = context.clock.now()
    with context.database.reading() as connection:
        counts = count_by_state(connection)
    yield f'dsfleet_build_info{{version="{__version__}"}} 1'
    yield f"dsfleet_uptime_seconds {(now - context.started_at).total_seconds():.0f}"
    yield from _by_state("dsfleet_cameras", counts.cameras)
    yield from _by_state("dsfleet_instances", counts.instances)
    yield from _by_state("dsfleet_agents", counts.agents)
    yield f"dsfleet_messenger_up {int(context.messenger.link.is_up)}"
    for name, value in sorted(context.messenger.figures().items()):
        yield f"{name} {value}"


def _by_state(name: str, numbers: Mapping[str, int]) -> Iterator[str]:
    for state, number in sorted(numbers.items()):
        yield f'{name}{{state="{state}"}} {number}'

"""Builds the coordinator's parts, joins them and runs them until told to stop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.contracts.problems import TemporaryError
from dsfleet.contracts.topics import ALL_TOPICS
from dsfleet.coordinator.access.sessions import ADMINISTRATOR, Access
from dsfleet.coordinator.api.app import UI_FOLDER, build_app
from dsfleet.coordinator.api.context import ApiContext, Behaviour
from dsfleet.coordinator.api.live import LiveReaders, LiveUpdates
from dsfleet.coordinator.api.views.agents import agents_with
from dsfleet.coordinator.api.views.cameras import cameras_with
from dsfleet.coordinator.api.views.instances import instances_with
from dsfleet.coordinator.api.views.pipelines import pipelines_with
from dsfleet.coordinator.api.views.system import system_body
from dsfleet.coordinator.api.views.update_requests import update_requests_with
from dsfleet.coordinator.desired.fleet import FleetReader
from dsfleet.coordinator.messaging.messaging import Messaging
from dsfleet.coordinator.messaging.model import MessagingSettings, Record
from dsfleet.coordinator.operations.change import Kind
from dsfleet.coordinator.server import Server, take_port
from dsfleet.coordinator.settings import CoordinatorSettings
from dsfleet.coordinator.storage.database import Database
from dsfleet.coordinator.storage.migrate import migrate
from dsfleet.coordinator.storage.secret_box import SecretBox, load_or_make_key
from dsfleet.deepstream.schema import load_schema
from dsfleet.kit.clock import Clock, SystemClock
from dsfleet.transport.kafka import KafkaTransport
from dsfleet.transport.kafka_settings import KafkaOptions
from dsfleet.transport.model import Transport

LOG = structlog.get_logger(__name__)
LINK_LOOKED_AT_EVERY_S = 1.0
ASK_BROKER_EVERY_S = 10.0
"""A broker that hangs breaks no connection: the coordinator, which may have nothing to publish, asks it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The page answers. address: where. login_link: logs one browser in, once; it is a secret, never to be logged."""

    address: str
    login_link: str

    def __repr__(self) -> str:
        """Without the link."""
        return f"Ready({self.address})"


OnReady = Callable[[Ready], None]


def nobody_waits(_ready: Ready) -> None:
    """Tell nobody."""


def serve(settings: CoordinatorSettings, on_ready: OnReady) -> None:
    """Run the coordinator over Kafka until SIGINT or SIGTERM.

    Raises InputError or TemporaryError, told in one sentence, when something it needs at the start is missing.
    """
    asyncio.run(_serve(settings, on_ready))


async def _serve(settings: CoordinatorSettings, on_ready: OnReady) -> None:
    clock, stop = SystemClock(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    options = KafkaOptions(extra=settings.kafka_settings, ask_every_s=ASK_BROKER_EVERY_S)
    transport = KafkaTransport(settings.kafka, "dsfleet-coordinator", clock, options)
    await run_coordinator(settings, transport, clock, stop, on_ready)


async def run_coordinator(
    settings: CoordinatorSettings,
    transport: Transport,
    clock: Clock,
    stop: asyncio.Event,
    on_ready: OnReady = nobody_waits,
) -> None:
    """Run until told to stop, with a transport that is started and closed here.

    Raises InputError (`port-taken`, `database-newer`, ...) or TemporaryError (`broker-unreachable`,
    `database-unavailable`) at the start; later, messenger and database may go and come back.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        contextlib.closing(take_port(settings.host, settings.port)) as listening,
        contextlib.closing(Database(settings.database_address)) as database,
    ):
        migrate(database)
        await transport.start()
        try:
            if not settings.wait and not await _topics_made(transport, stop):
                return
            await _run_parts(_build(settings, transport, clock, database), listening, stop, on_ready)
        finally:
            await transport.close()


async def _topics_made(transport: Transport, stop: asyncio.Event) -> bool:
    """Return True once the topics are there, False when told to stop before."""
    making = asyncio.create_task(transport.ensure_topics(ALL_TOPICS))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({making, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if making.done():
        making.result()
        return True
    making.cancel()
    return False


@dataclass(frozen=True, slots=True)
class _Parts:
    settings: CoordinatorSettings
    transport: Transport
    context: ApiContext
    live: LiveUpdates
    messaging: Messaging


def _build(settings: CoordinatorSettings, transport: Transport, clock: Clock, database: Database) -> _Parts:
    box = SecretBox(load_or_make_key(settings.key_file))
    # Pages read through the context, and the context tells the pages: the readers look it up when they are first used.
    live = LiveUpdates(
        LiveReaders(
            by_kind={
                Kind.CAMERAS: lambda ids: cameras_with(context, ids),
                Kind.INSTANCES: lambda ids: instances_with(context, ids),
                Kind.AGENTS: lambda ids: agents_with(context, ids),
                Kind.PIPELINES: lambda ids: pipelines_with(context, ids),
                Kind.UPDATE_REQUESTS: lambda ids: update_requests_with(context, ids),
            },
            system=lambda: system_body(context),
        )
    )
    messaging_settings = MessagingSettings(group=settings.group, auto_admit=_auto_admit(settings))
    messaging = Messaging(Record(database, box), transport, clock, live, messaging_settings)
    context = ApiContext(
        database=database,
        box=box,
        clock=clock,
        access=Access(),
        fleet=FleetReader(box, load_schema()),
        listeners=live,
        messenger=messaging,
        started_at=clock.now(),
        behaviour=_behaviour(settings),
    )
    return _Parts(settings, transport, context, live, messaging)


def _behaviour(settings: CoordinatorSettings) -> Behaviour:
    return Behaviour(
        demo=settings.demo,
        transport="in-process" if settings.in_process else "kafka",
        deadline=settings.deadline,
        read_back_timeout_s=settings.read_back_timeout_s,
        own_hostname=socket.gethostname(),
    )


def _auto_admit(settings: CoordinatorSettings) -> Callable[[Greeting], bool]:
    names = frozenset(settings.auto_admit_names) if settings.demo else frozenset()
    return lambda greeting: greeting.name in names


async def _run_parts(parts: _Parts, listening: socket.socket, stop: asyncio.Event, on_ready: OnReady) -> None:
    settings, context = parts.settings, parts.context
    with context.database.transaction() as connection:
        if settings.admin_token_file is not None:
            context.access.ensure_administrator(connection, settings.admin_token_file, context.clock.now())
        link = context.access.make_login_link(connection, ADMINISTRATOR, context.clock.now())
    host, port = listening.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    app = build_app(context, settings.kafka, settings.ui or UI_FOLDER)
    app.state.live = parts.live

    def started() -> None:
        LOG.info("coordinator-ready", address=address)
        on_ready(Ready(address, f"{address}/login?token={link.secret}"))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(parts.messaging.run(stop))
        tasks.create_task(parts.live.run(stop))
        tasks.create_task(Server(app, started).run_until(stop, listening))
        if settings.wait:
            tasks.create_task(_make_topics(parts.transport, stop))
    LOG.info("coordinator-stopped")


async def _make_topics(transport: Transport, stop: asyncio.Event) -> None:
    """Make the topics as soon as the broker answers; asking one that does not would hold up a stop."""
    while not stop.is_set():
        try:
            if transport.link.is_up and await _topics_made(transport, stop):
                return
        except TemporaryError as error:
            LOG.warning("topics-not-made", reason=error.problem.message)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LINK_LOOKED_AT_EVERY_S)

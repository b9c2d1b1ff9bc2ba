"""Builds the agent's objects, joins them, and runs them until told to stop; instances keep running afterwards."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from dsfleet.agent.announce import Announcer
from dsfleet.agent.docker_engine import DockerEngine
from dsfleet.agent.engine import Engine
from dsfleet.agent.execute import Executor
from dsfleet.agent.greeting import Greeter, Identity
from dsfleet.agent.inbox import Inbox
from dsfleet.agent.inventory import read_inventory
from dsfleet.agent.memory import Memory
from dsfleet.agent.observe import Observer
from dsfleet.agent.reconcile import Hands, Reconciler
from dsfleet.agent.reporter import Reporter
from dsfleet.agent.requests import Answerer
from dsfleet.agent.settings import AgentSettings
from dsfleet.agent.state import State, StateStore, fingerprint_of, public_keys
from dsfleet.contracts.messages.admission import Intervals
from dsfleet.contracts.messages.greeting import Capacity, HostInventory, PortRange
from dsfleet.contracts.messages.greeting import Engine as EngineSeen
from dsfleet.contracts.topics import AGENT_TOPICS
from dsfleet.kit.clock import Clock, SystemClock
from dsfleet.transport.kafka import KafkaTransport
from dsfleet.transport.model import Transport

RESTART_S = 5.0
FIRST_LOOK_S = 3.0


@dataclass(frozen=True, slots=True)
class Outside:
    """What the agent stands on and does not make itself."""

    transport: Transport
    engine: Engine
    clock: Clock


async def run_agent(
    settings: AgentSettings, transport: Transport, clock: Clock, stop: asyncio.Event, engine: Engine | None = None
) -> None:
    """Run one agent until `stop` is set. The transport is started and closed here; the engine too, unless given.

    Raises InputError when the state directory cannot be used; nothing else ends it.
    """
    store = StateStore(settings.state_dir)
    own_engine = None if engine is not None else DockerEngine(settings.docker_host)
    try:
        memory = Memory(store, store.start())
        inventory = await read_inventory(EngineSeen(reachable=False))
        agent = Agent(settings, memory, inventory, Outside(transport, engine or own_engine or DockerEngine(), clock))
        await transport.start()
        try:
            await agent.run(stop)
        finally:
            await transport.close()
    finally:
        if own_engine is not None:
            await own_engine.close()
        store.close()


def serve(settings: AgentSettings) -> None:
    """Run one agent over Kafka until SIGINT or SIGTERM. Raises InputError as `run_agent` does."""

    async def until_signal() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        clock = SystemClock()
        transport = KafkaTransport(settings.kafka, f"dsfleet-agent-{settings.name}", clock)
        await run_agent(settings, transport, clock, stop)

    asyncio.run(until_signal())


def identity_of(settings: AgentSettings, state: State) -> Identity:
    """Return who the agent is, from its settings and its state."""
    keys = public_keys(state)
    return Identity(
        agent_id=state.agent_id,
        start_number=state.start_number,
        name=settings.name,
        keys=keys,
        fingerprint=fingerprint_of(keys),
        capacity=Capacity(cameras=settings.cameras),
        ports=PortRange(first=settings.port_first, last=settings.port_last),
    )


class Agent:
    """One agent's parts, joined; each runs in a task of its own, and what one does wrong ends none of the others."""

    def __init__(self, settings: AgentSettings, memory: Memory, inventory: HostInventory, outside: Outside) -> None:
        """Build the parts; nothing runs yet."""
        identity = identity_of(settings, memory.state)
        transport, engine, clock = outside.transport, outside.engine, outside.clock
        self._settings = settings
        self._transport = transport
        self._agent_id = identity.agent_id
        self._inbox = Inbox(memory, identity.fingerprint, self._take_news)
        hands = Hands(
            engine=engine,
            observer=Observer(engine, identity.agent_id),
            executor=Executor(engine, identity.agent_id, inventory.platform, clock),
            memory=memory,
            clock=clock,
        )
        self._reconciler = Reconciler(hands, settings.reconcile_interval_s, self._take_change)
        self._reporter = Reporter(identity, inventory, self._reconciler, self._inbox, settings.state_dir, clock)
        self._announcer = Announcer(self._reporter.make, self._intervals, transport, clock)
        self._greeter = Greeter(identity, self._reporter.inventory, transport, clock, lambda: self._inbox.is_admitted)
        who = (identity.agent_id, identity.start_number)
        self._answerer = Answerer(who, engine, self._reconciler.situation, self._announcer, transport, clock)
        self._has_looked = asyncio.Event()
        self._was_admitted = self._inbox.is_admitted
        self._log = structlog.get_logger()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set."""
        self._reconciler.set_desired(self._inbox.desired)
        parts: dict[str, Callable[[], Awaitable[None]]] = {
            "inbox": self._read_inbox,
            "reconciler": self._reconciler.run,
            "announcer": self._once_looked(self._announcer.run),
            "greeter": self._once_looked(self._greeter.run),
            "answerer": self._answer_requests,
        }
        tasks = [asyncio.create_task(self._keep_up(name, part), name=name) for name, part in parts.items()]
        try:
            await stop.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_up(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await part()
            except Exception:  # noqa: BLE001 - the part's outermost loop: it is begun again
                self._log.exception("part failed", part=name)
            await asyncio.sleep(RESTART_S)

    async def _read_inbox(self) -> None:
        reader = self._transport.key_reader(AGENT_TOPICS, self._agent_id)
        try:
            await self._inbox.run(reader)
        finally:
            await reader.close()

    def _once_looked(self, part: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            # What is told tells of the engine: look first, but do not wait for an engine that hangs.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._has_looked.wait(), FIRST_LOOK_S)
            await part()

        return run

    async def _answer_requests(self) -> None:
        while True:
            await self._answerer.answer(await self._inbox.requests.get())

    def _take_news(self) -> None:
        if self._inbox.is_admitted != self._was_admitted:
            self._was_admitted = self._inbox.is_admitted
            if not self._was_admitted:
                self._greeter.greet_again()
        self._reconciler.set_desired(self._inbox.desired)
        self._announcer.changed()

    def _take_change(self) -> None:
        self._has_looked.set()
        self._announcer.changed()

    def _intervals(self) -> Intervals | None:
        admission = self._inbox.admission
        if admission is None or not self._inbox.is_admitted:
            return None
        own_s = self._settings.status_interval_s
        return (
            admission.intervals
            if own_s is None
            else Intervals(status_s=own_s, watched_status_s=admission.intervals.watched_status_s)
        )

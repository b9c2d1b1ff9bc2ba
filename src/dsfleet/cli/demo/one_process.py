"""Coordinator and agent in one process over the in-process transport: the demo where no Kafka can be had."""

import asyncio
import signal

from dsfleet.agent.main import run_agent
from dsfleet.agent.settings import load_settings as load_agent_settings
from dsfleet.coordinator.main import run_coordinator
from dsfleet.coordinator.settings import load_settings as load_coordinator_settings
from dsfleet.kit.clock import SystemClock
from dsfleet.kit.logs import configure_logging
from dsfleet.transport.memory import MemoryTransport
from dsfleet.transport.memory_broker import MemoryBroker


async def run_both(stop: asyncio.Event) -> None:
    """Run both until `stop` is set; the failure of one ends the other and is raised."""
    clock = SystemClock()
    broker = MemoryBroker(clock)
    coordinator = run_coordinator(load_coordinator_settings(None, {}), MemoryTransport(broker, clock), clock, stop)
    agent = run_agent(load_agent_settings(None, {}), MemoryTransport(broker, clock), clock, stop)
    async with asyncio.TaskGroup() as group:
        group.create_task(coordinator, name="coordinator")
        group.create_task(agent, name="agent")


async def _until_told() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run_both(stop)


if __name__ == "__main__":
    configure_logging("product", as_json=True)
    asyncio.run(_until_told())

"""One whole agent in this process, over the transport in memory and any engine; the test is its coordinator."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from dsfleet.agent.engine import ContainerSpec, Engine
from dsfleet.agent.main import run_agent
from dsfleet.agent.settings import AgentSettings
from dsfleet.contracts.envelope import decode, encode
from dsfleet.contracts.identifiers import ContainerId, InstanceId, Revision
from dsfleet.contracts.messages.admission import Admission, Decision, Intervals
from dsfleet.contracts.messages.configuration import DesiredHost, DesiredInstance
from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.contracts.messages.request import AgentAnswer, AgentRequest, RequestKind
from dsfleet.contracts.messages.status import InstanceState, ReportedHost, ReportedInstance
from dsfleet.contracts.topics import ALL_TOPICS, COORDINATOR_TOPICS, AnyMessage, topic_of
from dsfleet.kit.clock import Clock, SystemClock
from dsfleet.simulator.engine import Program, SimulatedEngine
from dsfleet.transport.memory import MemoryTransport
from dsfleet.transport.memory_broker import MemoryBroker
from dsfleet.transport.model import OutgoingRecord
from tests.eventually import eventually
from tests.unit.agent.builders import IMAGE

M = TypeVar("M", bound=AnyMessage)

RUNNING_MARK = "** INFO: <bus_callback:291>: Pipeline running"


def perf(*rates: float) -> str:
    """Return a PERF line with these rates."""
    return "**PERF:  " + "".join(f"{rate:.2f} ({rate:.2f})\t" for rate in rates)


def delivering(*rates: float) -> Callable[[ContainerSpec], Program]:
    """Return an application that starts and measures these rates three times."""
    return lambda _spec: Program(lines=(RUNNING_MARK, *[perf(*rates)] * 3))


class Rig:
    """An agent and its coordinator's side of the topics."""

    def __init__(self, engine: Engine, state_dir: Path, clock: Clock | None = None) -> None:
        self.engine = engine
        self.clock = clock or SystemClock()
        self.broker = MemoryBroker(self.clock)
        self.state_dir = state_dir
        self.messages: list[AnyMessage] = []
        self._transport = MemoryTransport(self.broker, self.clock)
        self._numbers = itertools.count(1)
        self._stop = asyncio.Event()
        self._agent: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Rig"]:
        """Run the agent and collect what it says."""
        await self._transport.ensure_topics(ALL_TOPICS)
        collecting = asyncio.create_task(self._collect())
        try:
            await self.start()
            yield self
        finally:
            await self.stop()
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)

    async def start(self) -> None:
        """Start the agent on its state directory."""
        self._stop = asyncio.Event()
        settings = AgentSettings(state_dir=self.state_dir, name="rig", reconcile_interval_s=5.0)
        transport = MemoryTransport(self.broker, self.clock, publish_timeout_s=0.2)
        self._agent = asyncio.create_task(run_agent(settings, transport, self.clock, self._stop, self.engine))

    async def stop(self) -> None:
        """End the agent as a signal would."""
        self._stop.set()
        if self._agent is not None:
            await self._agent
            self._agent = None

    async def admitted(self, decision: Decision = Decision.ADMITTED, **changes: object) -> None:
        """Decide about the agent once it has greeted."""
        greeting = await self.greeting()
        admission = Admission(
            agent_id=greeting.agent_id,
            number=next(self._numbers),
            sent_at=self.clock.now(),
            decision=decision,
            fingerprint=greeting.fingerprint,
            intervals=Intervals(status_s=60.0, watched_status_s=0.5),
        )
        await self.send(msgspec.structs.replace(admission, **changes))

    async def desire(self, revision: int, *instances: DesiredInstance) -> None:
        """Send the host's whole desired state."""
        greeting = await self.greeting()
        await self.send(
            DesiredHost(
                agent_id=greeting.agent_id,
                revision=Revision(revision),
                sent_at=self.clock.now(),
                instances=instances,
            )
        )

    async def ask(self, kind: RequestKind, instance_id: str | None = None, valid_for_s: float = 30.0) -> str:
        """Ask for something now; return the request's id."""
        greeting = await self.greeting()
        number = next(self._numbers)
        await self.send(
            AgentRequest(
                agent_id=greeting.agent_id,
                number=number,
                request_id=f"request-{number}",
                sent_at=self.clock.now(),
                expires_at=self.clock.now() + timedelta(seconds=valid_for_s),
                valid_for_s=valid_for_s,
                kind=kind,
                instance_id=None if instance_id is None else InstanceId(instance_id),
            )
        )
        return f"request-{number}"

    async def send(self, message: AnyMessage) -> None:
        """Publish as the coordinator does."""
        record = encode(message)
        await self._transport.publish([OutgoingRecord(topic_of(message), record.key, record.value, record.headers)])

    async def greeting(self) -> Greeting:
        """Return the agent's newest greeting, waiting for the first."""
        await eventually(lambda: self.of(Greeting))
        return self.of(Greeting)[-1]

    async def answers(self, request_id: str) -> list[AgentAnswer]:
        """Return all pieces of an answer once the last has come."""

        def pieces() -> list[AgentAnswer]:
            found = [one for one in self.of(AgentAnswer) if one.request_id == request_id]
            return found if found and found[-1].last else []

        return await eventually(pieces)

    def of(self, wanted: type[M]) -> list[M]:
        """Return what the agent said on one topic, oldest first."""
        return [one for one in self.messages if isinstance(one, wanted)]

    @property
    def report(self) -> ReportedHost:
        """The newest report."""
        reports = self.of(ReportedHost)
        assert reports, "nothing was reported yet"
        return reports[-1]

    def instance(self, instance_id: str = "i-1") -> ReportedInstance:
        """Return one instance in the newest report."""
        found = [one for one in self.report.instances if one.instance_id == instance_id]
        assert found, f"{instance_id} is not in the report"
        return found[0]

    async def until_state(self, state: InstanceState, instance_id: str = "i-1", timeout_s: float = 10.0) -> None:
        """Return once the newest report gives the instance this state."""

        def check() -> bool:
            seen = self.instance(instance_id)
            assert seen.state is state, f"{instance_id} is {seen.state.value}: {seen.cause}"
            return True

        await eventually(check, timeout_s)

    async def until_converged(self, revision: int, timeout_s: float = 10.0) -> None:
        """Return once the newest report says so for this revision."""

        def check() -> bool:
            report = self.report
            assert report.revision == revision, f"answers revision {report.revision}"
            assert report.converged, report.cause
            return True

        await eventually(check, timeout_s)

    async def _collect(self) -> None:
        reader = self._transport.group_reader(COORDINATOR_TOPICS, "rig")
        async for batch in reader.batches():
            for record in batch:
                self.messages.append(decode(record.topic, record.key, record.headers, record.value))


def an_engine(program: Callable[[ContainerSpec], Program] | None = None) -> SimulatedEngine:
    """Return a simulated engine whose programs deliver ten frames a second unless told otherwise."""
    return SimulatedEngine(SystemClock(), [IMAGE], program or delivering(10.0))


def run(scenario: Callable[[], object]) -> None:
    """Run a scenario to its end."""
    asyncio.run(scenario())  # type: ignore[arg-type]


async def ids(engine: SimulatedEngine) -> list[ContainerId]:
    """Return the ids of every container."""
    return [one.container_id for one in await engine.containers()]


async def converged(rig: Rig, *instances: object, revision: int = 1) -> None:
    """The agent is admitted, was told these instances, and reports them converged."""
    await rig.admitted()
    await rig.desire(revision, *instances)  # type: ignore[arg-type]
    await rig.until_converged(revision)


def is_stored(rig: Rig, words: str) -> bool:
    """Return whether the state directory holds these words."""
    return words in (rig.state_dir / "state.json").read_text()


async def has_others(engine: SimulatedEngine, before: ContainerId) -> bool:
    """Return whether containers run and none of them is that one."""
    return [one for one in await ids(engine) if one != before] != []

"""A coordinator as its users meet it: real server, real database file, a messenger in memory, agents played by hand."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from dsfleet.contracts.envelope import decode, encode
from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.problems import DsfleetError
from dsfleet.contracts.topics import AGENT_TOPICS, AnyMessage, topic_of
from dsfleet.coordinator.main import Ready, run_coordinator
from dsfleet.coordinator.settings import CoordinatorSettings
from dsfleet.kit.clock import SystemClock
from dsfleet.transport.memory import MemoryTransport
from dsfleet.transport.memory_broker import MemoryBroker
from dsfleet.transport.model import OutgoingRecord
from tests.eventually import eventually_sync
from tests.unit.coordinator.reported.builders import AGENT, a_greeting

START_TIMEOUT_S = 60.0


class Running:
    """A running coordinator. Its event loop lives in a thread of its own, so tests call it as any client does."""

    def __init__(self, data_dir: Path, **settings: Any) -> None:
        """Keep where its data is; nothing runs yet."""
        self.data_dir = data_dir
        self._settings = settings
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready: Ready | None = None
        self._failure: Exception | None = None
        self._heard: list[AnyMessage] = []
        self._collecting: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def ready(self) -> Ready:
        """Where the page is, and the login link."""
        assert self._ready is not None
        return self._ready

    def client(self, **headers: str) -> httpx.Client:
        """Return a client of the API that nobody knows."""
        return httpx.Client(base_url=self.ready.address, headers=headers, trust_env=False, verify=False, timeout=20)

    def admin(self) -> httpx.Client:
        """Return a client with the administrator's token."""
        token = (self.data_dir / "admin.token").read_text().strip()
        return self.client(authorization=f"Bearer {token}")

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Return the decoded answer as administrator; fails the test on anything but success."""
        with self.admin() as client:
            answer = client.request(method, f"/api/v1{path}", json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Return the problem document as administrator; fails the test on success."""
        with self.admin() as client:
            answer = client.request(method, f"/api/v1{path}", json=body)
        assert answer.is_error, f"{method} {path}: {answer.status_code} {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
        return dict(answer.json())

    def say(self, *messages: AnyMessage) -> None:
        """Publish what an agent says."""
        asyncio.run_coroutine_threadsafe(self._publish(messages), self._loop).result(10)

    def heard(self, kind: type[AnyMessage], agent_id: str = AGENT) -> list[Any]:
        """Return what the agent was told so far, of one type, in order."""
        return [each for each in self._heard if isinstance(each, kind) and each.agent_id == agent_id]

    def host(self, agent_id: str = AGENT, name: str = "edge") -> dict[str, Any]:
        """Return an admitted host that greeted."""
        self.say(a_greeting(name, agent_id=AgentId(agent_id)))
        self._listen(agent_id)
        eventually_sync(lambda: any(each["id"] == agent_id for each in self.send("GET", "/agents")["items"]))
        return dict(self.send("POST", f"/agents/{agent_id}/admit", {}))

    def update(self) -> dict[str, Any]:
        """File the present plan."""
        plan = self.send("GET", "/plan")
        return dict(self.send("POST", "/update-requests", {"plan_id": plan["plan_id"]}))

    def start(self) -> None:
        """Return once the page answers; raises what kept it from starting."""
        self._thread.start()
        eventually_sync(lambda: self._ready is not None or not self._thread.is_alive(), START_TIMEOUT_S)
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Return once it has ended."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        clock = SystemClock()
        self._broker = MemoryBroker(clock)
        self._agents = MemoryTransport(self._broker, clock)
        settings = CoordinatorSettings(
            **{
                "port": 0,
                "data_dir": self.data_dir,
                "admin_token_file": self.data_dir / "admin.token",
                "in_process": True,
                **self._settings,
            }
        )
        transport = MemoryTransport(self._broker, clock)
        running = run_coordinator(settings, transport, clock, self._stop, lambda ready: setattr(self, "_ready", ready))
        try:
            self._loop.run_until_complete(running)
            self._loop.run_until_complete(self._agents.close())
            self._loop.run_until_complete(asyncio.wait_for(asyncio.gather(*self._collecting), 5))
        except (DsfleetError, ExceptionGroup) as error:
            self._failure = error

    def _listen(self, agent_id: str) -> None:
        self._loop.call_soon_threadsafe(lambda: self._collecting.add(self._loop.create_task(self._collect(agent_id))))

    async def _collect(self, agent_id: str) -> None:
        reader = self._agents.key_reader(AGENT_TOPICS, AgentId(agent_id))
        async for batch in reader.batches():
            self._heard += [decode(each.topic, each.key, each.headers, each.value) for each in batch]

    async def _publish(self, messages: tuple[AnyMessage, ...]) -> None:
        records = []
        for message in messages:
            wire = encode(message)
            records.append(OutgoingRecord(topic_of(message), wire.key, wire.value, wire.headers))
        await self._agents.publish(records)


@contextmanager
def running(data_dir: Path, **settings: Any) -> Iterator[Running]:
    """Yield a running coordinator, stopped afterwards."""
    coordinator = Running(data_dir, **settings)
    coordinator.start()
    try:
        yield coordinator
    finally:
        coordinator.stop()

"""What every route works with: built once in main, handed to routes by FastAPI's dependencies."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal, Protocol

from fastapi import Depends, Request

from dsfleet.contracts.identifiers import AgentId, InstanceId
from dsfleet.contracts.messages.request import AgentAnswer, RequestKind
from dsfleet.coordinator.access.sessions import Access
from dsfleet.coordinator.desired.fleet import FleetReader
from dsfleet.coordinator.operations.change import Change, Kind
from dsfleet.coordinator.reported.model import Hearing
from dsfleet.coordinator.storage.database import Database
from dsfleet.coordinator.storage.secret_box import SecretBox
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import LinkState


class Listeners(Protocol):
    """Who is told of what changed: the live updates."""

    def changed(self, kind: str, ids: Iterable[str]) -> None:
        """Take note that these objects are to be shown anew."""
        ...

    def removed(self, kind: str, ids: Iterable[str]) -> None:
        """Take note that these objects are gone."""
        ...


class Messenger(Protocol):
    """What routes need of the messaging part."""

    @property
    def link(self) -> LinkState:
        """Whether the broker answers, and since when."""
        ...

    @property
    def database_link(self) -> LinkState:
        """Whether the database answers, and since when."""
        ...

    def hearing(self) -> Hearing:
        """Return the moment, and since when agents can be heard, for judging their links."""
        ...

    def wake(self) -> None:
        """Have the outbox looked at now."""
        ...

    async def ask_agent(
        self, agent_id: AgentId, kind: RequestKind, instance_id: InstanceId | None, timeout_s: float
    ) -> tuple[AgentAnswer, ...]:
        """Return the pieces of the agent's answer; raises TemporaryError `agent-did-not-answer`."""
        ...

    def figures(self) -> Mapping[str, float]:
        """Return counters by their Prometheus name."""
        ...


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the settings say about the API.

    read_back_timeout_s: how long a host may take to hand its files over. own_hostname: the coordinator's own, so that
    an address on its own machine is shown as loopback.
    """

    demo: bool = False
    transport: Literal["kafka", "in-process"] = "kafka"
    deadline: timedelta = timedelta(minutes=5)
    read_back_timeout_s: float = 10.0
    own_hostname: str = ""


@dataclass(frozen=True, slots=True)
class ApiContext:
    """The parts that routes join: the record, who may use it, the derived fleet, and who hears of changes."""

    database: Database
    box: SecretBox
    clock: Clock
    access: Access
    fleet: FleetReader
    listeners: Listeners
    messenger: Messenger
    started_at: datetime
    behaviour: Behaviour = field(default_factory=Behaviour)

    @contextmanager
    def change(self, actor: str) -> Iterator[Change]:
        """Yield a transaction for one operation; once it is committed, whoever listens is told what it touched."""
        with self.database.transaction() as connection:
            change = Change(connection=connection, box=self.box, now=self.clock.now(), actor=actor)
            yield change
        for kind in Kind:
            if change.touched[kind]:
                self.listeners.changed(kind.value, sorted(change.touched[kind]))
            if change.removed[kind]:
                self.listeners.removed(kind.value, sorted(change.removed[kind]))
        if change.has_messages:
            self.messenger.wake()


def context_of(request: Request) -> ApiContext:
    """Return what main attached to the application."""
    context: ApiContext = request.app.state.context
    return context


Context = Annotated[ApiContext, Depends(context_of)]

"""Says who we are: at the start, again until admitted, and now and then later for a forgetful coordinator."""

import asyncio
import contextlib
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from dsfleet import __version__
from dsfleet.contracts.envelope import encode
from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.messages.greeting import Capacity, Greeting, HostInventory, PortRange, PublicKeys
from dsfleet.contracts.problems import DsfleetError
from dsfleet.contracts.topics import GREETING
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import OutgoingRecord, Transport

FIRST_PAUSE_S = 10.0
LONGEST_PAUSE_S = 60.0
ADMITTED_PAUSE_S = 600.0
JITTER = 0.2
"""A fleet that starts together must not greet together for ever."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What is fixed about this agent for the life of its process."""

    agent_id: AgentId
    start_number: int
    name: str
    keys: PublicKeys
    fingerprint: str
    capacity: Capacity
    ports: PortRange


class Greeter:
    """Publishes greetings (topic 200)."""

    def __init__(
        self,
        identity: Identity,
        inventory: Callable[[], HostInventory],
        transport: Transport,
        clock: Clock,
        is_admitted: Callable[[], bool],
    ) -> None:
        """Keep whom to introduce and where; is_admitted is asked before each pause."""
        self._identity = identity
        self._inventory = inventory
        self._transport = transport
        self._clock = clock
        self._is_admitted = is_admitted
        self._sequence = itertools.count(1)
        self._asked = asyncio.Event()
        self._log = structlog.get_logger()

    def greet_again(self) -> None:
        """Greet at once, whatever the pause."""
        self._asked.set()

    async def run(self) -> None:
        """Greet for ever: 10 s to 60 s apart until admitted, every ten minutes then."""
        pause_s = FIRST_PAUSE_S
        while True:
            self._asked.clear()
            await self._greet()
            if self._is_admitted():
                wait_s, pause_s = ADMITTED_PAUSE_S, FIRST_PAUSE_S
            else:
                wait_s, pause_s = pause_s, min(pause_s * 2, LONGEST_PAUSE_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), wait_s * random.uniform(1 - JITTER, 1 + JITTER))

    async def _greet(self) -> None:
        try:
            record = encode(self.greeting())
            await self._transport.publish([OutgoingRecord(GREETING, record.key, record.value, record.headers)])
        except DsfleetError as error:
            self._log.warning("greeting not sent", code=error.problem.code, reason=error.problem.message)
        else:
            self._log.info("greeted", admitted=self._is_admitted(), fingerprint=self._identity.fingerprint)

    def greeting(self) -> Greeting:
        """Return the next greeting."""
        identity = self._identity
        return Greeting(
            agent_id=identity.agent_id,
            start_number=identity.start_number,
            sequence=next(self._sequence),
            sent_at=self._clock.now(),
            name=identity.name,
            agent_version=__version__,
            protocol_versions=(1,),
            fingerprint=identity.fingerprint,
            keys=identity.keys,
            inventory=self._inventory(),
            capacity=identity.capacity,
            ports=identity.ports,
        )

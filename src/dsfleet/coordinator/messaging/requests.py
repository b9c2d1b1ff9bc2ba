"""What is asked of agents for now: quicker reports, files read back. Asked on 230, answered in pieces on 231.

Nothing is stored but the request number: who asked and hears nothing asks again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from dsfleet.contracts.identifiers import AgentId, InstanceId
from dsfleet.contracts.messages.request import AgentAnswer, AgentRequest, RequestKind
from dsfleet.contracts.problems import NotFoundError, Problem, TemporaryError
from dsfleet.contracts.topics import REQUEST
from dsfleet.coordinator.messaging.model import MessageCounters
from dsfleet.coordinator.messaging.records import record_of
from dsfleet.coordinator.messaging.store import read_agent_name, storing
from dsfleet.coordinator.storage.counters import advance, read_counter
from dsfleet.coordinator.storage.database import Database
from dsfleet.kit.clock import Clock
from dsfleet.transport.model import Transport

REQUESTS = "requests"
"""The counter that numbers requests: one for all agents, so each agent's only grow."""


@dataclass(slots=True)
class _Expected:
    answer: asyncio.Future[tuple[AgentAnswer, ...]]
    pieces: dict[int, AgentAnswer] = field(default_factory=dict)


class AgentRequests:
    """Asks agents and hands their answers to whoever waits for them."""

    def __init__(self, database: Database, transport: Transport, clock: Clock, counters: MessageCounters) -> None:
        """Keep the parts; nobody waits yet."""
        self._database = database
        self._transport = transport
        self._clock = clock
        self._counters = counters
        self._expected: dict[str, _Expected] = {}

    async def ask_agent(
        self, agent_id: AgentId, kind: RequestKind, instance_id: InstanceId | None, timeout_s: float
    ) -> tuple[AgentAnswer, ...]:
        """Return the pieces of the agent's answer, in order.

        Raises NotFoundError `agent-unknown`, TemporaryError `agent-did-not-answer` or `broker-unreachable`.
        """
        with storing(self._database) as connection:
            name = read_agent_name(connection, agent_id)
        if name is None:
            raise NotFoundError(Problem(code="agent-unknown", message=f"No agent has the id '{agent_id}'."))
        request = self._new_requests((agent_id,), kind, timeout_s, instance_id)[0]
        expected = _Expected(asyncio.get_running_loop().create_future())
        self._expected[request.request_id] = expected
        try:
            async with asyncio.timeout(timeout_s):
                await self._publish((request,))
                return await expected.answer
        except TimeoutError as error:
            raise _no_answer(name, timeout_s) from error
        finally:
            del self._expected[request.request_id]

    async def watch(self, agent_ids: Sequence[str], valid_for_s: float) -> None:
        """These agents report more often for so long."""
        await self._publish(self._new_requests(agent_ids, RequestKind.WATCH, valid_for_s, None))

    def deliver(self, answer: AgentAnswer) -> None:
        """Hand a piece to whoever waits for it; a repeated or late one is dropped."""
        expected = self._expected.get(answer.request_id)
        if expected is None or expected.answer.done():
            return
        expected.pieces[answer.piece] = answer
        pieces = [expected.pieces[number] for number in sorted(expected.pieces)]
        if pieces[-1].last and len(pieces) == pieces[-1].piece - pieces[0].piece + 1:
            expected.answer.set_result(tuple(pieces))

    def _new_requests(
        self, agent_ids: Sequence[str], kind: RequestKind, valid_for_s: float, instance_id: InstanceId | None
    ) -> tuple[AgentRequest, ...]:
        with storing(self._database) as connection:
            advance(connection, REQUESTS)
            number = read_counter(connection, REQUESTS)
        now = self._clock.now()
        return tuple(
            AgentRequest(
                agent_id=AgentId(agent_id),
                number=number,
                request_id=str(uuid4()),
                sent_at=now,
                expires_at=now + timedelta(seconds=valid_for_s),
                valid_for_s=valid_for_s,
                kind=kind,
                instance_id=instance_id,
            )
            for agent_id in agent_ids
        )

    async def _publish(self, requests: Sequence[AgentRequest]) -> None:
        await self._transport.publish([record_of(request) for request in requests])
        self._counters.published[REQUEST.number] += len(requests)


def _no_answer(name: str, timeout_s: float) -> TemporaryError:
    return TemporaryError(
        Problem(
            code="agent-did-not-answer",
            message=f"Host '{name}' did not answer within {timeout_s:g} s.",
            mend="See that its agent runs and is connected, then try again.",
            facts={"timeout_s": timeout_s},
        )
    )

"""The same loop over Apache Kafka, and a coordinator that dies in the middle of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from dsfleet.contracts.envelope import decode, encode
from dsfleet.contracts.identifiers import AgentId, InstanceId
from dsfleet.contracts.messages.request import AgentAnswer, RequestKind
from dsfleet.contracts.topics import ADMISSION, AGENT_TOPICS, ALL_TOPICS, CONFIGURATION, REQUEST, AnyMessage, topic_of
from dsfleet.coordinator.messaging.messaging import Messaging
from dsfleet.kit.clock import SystemClock
from dsfleet.transport.kafka import KafkaTransport
from dsfleet.transport.kafka_settings import KafkaOptions
from dsfleet.transport.model import OutgoingRecord
from tests.eventually import eventually
from tests.integration.coordinator_messaging.loop_bench import EVERYBODY, Bench
from tests.integration.transport.fabric import Collector
from tests.unit.coordinator.reported.builders import (
    NOON,
    a_desired_host,
    a_desired_instance,
    a_greeting,
    a_report,
    an_instance,
)

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

LONG_S = 30.0


@dataclass(slots=True)
class FarAgent:
    """An agent's side of the messenger."""

    agent_id: AgentId
    transport: KafkaTransport
    collector: Collector

    async def say(self, *messages: AnyMessage) -> None:
        """Publish messages in order."""
        wires = [(topic_of(message), encode(message)) for message in messages]
        await self.transport.publish([OutgoingRecord(topic, w.key, w.value, w.headers) for topic, w in wires])

    def heard(self, number: int) -> list[AnyMessage]:
        """Return what came on one topic."""
        records = [record for record in self.collector.records if record.topic.number == number]
        return [decode(each.topic, each.key, each.headers, each.value) for each in records]


@pytest.fixture
async def far_agent(kafka_bootstrap: str) -> AsyncIterator[FarAgent]:
    """An agent, and the coordinator's topics, apart from those of every other test."""
    options = KafkaOptions(topic_prefix=f"t{uuid4().hex[:8]}.", publish_timeout_s=5.0)
    transport = KafkaTransport(kafka_bootstrap, "messaging-test", SystemClock(), options)
    await transport.start()
    await transport.ensure_topics(ALL_TOPICS)
    agent_id = AgentId(str(uuid4()))
    yield FarAgent(agent_id, transport, Collector(transport.key_reader(AGENT_TOPICS, agent_id)))
    await transport.close()


async def test_loop_over_kafka_with_a_coordinator_that_dies(bench: Bench, far_agent: FarAgent) -> None:
    """Over Apache Kafka a change converges although the coordinator dies between filing it and hearing of it."""
    bench.transport = far_agent.transport
    agent_id = far_agent.agent_id
    desired = a_desired_host(a_desired_instance(), agent_id=agent_id)
    dying = asyncio.create_task(
        Messaging(bench.record, bench.transport, bench.clock, bench.page, EVERYBODY).run(asyncio.Event())
    )
    await far_agent.say(a_greeting(agent_id=agent_id))
    await eventually(lambda: far_agent.heard(ADMISSION.number), LONG_S)
    dying.cancel()
    await asyncio.wait({dying})
    bench.file_request(desired)
    await far_agent.say(a_report(an_instance(), agent_id=agent_id, revision=0), a_greeting(agent_id=agent_id))
    async with bench.running():
        assert (await eventually(lambda: far_agent.heard(CONFIGURATION.number), LONG_S))[0] == desired
        await far_agent.say(a_report(an_instance(), agent_id=agent_id, order=(1, 2)))
        await eventually(lambda: bench.request_state() == ("converged", ""), LONG_S)


async def test_files_are_read_back_over_kafka(bench: Bench, far_agent: FarAgent) -> None:
    """A question to a host comes back answered over Apache Kafka."""
    bench.transport = far_agent.transport
    bench.page.is_watched = False
    agent_id = far_agent.agent_id
    async with bench.running() as messaging:
        await far_agent.say(a_greeting(agent_id=agent_id))
        await eventually(lambda: far_agent.heard(ADMISSION.number), LONG_S)
        asking = asyncio.create_task(
            messaging.ask_agent(agent_id, RequestKind.READ_CONFIGURATION, InstanceId("i-1"), LONG_S)
        )
        (request,) = await eventually(lambda: far_agent.heard(REQUEST.number), LONG_S)
        await far_agent.say(
            AgentAnswer(
                agent_id=agent_id,
                start_number=1,
                sequence=1,
                sent_at=NOON,
                request_id=getattr(request, "request_id", ""),
                piece=0,
                last=True,
                matches_sent=True,
            )
        )
        assert [piece.matches_sent for piece in await asking] == [True]

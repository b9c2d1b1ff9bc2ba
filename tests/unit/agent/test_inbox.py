"""What the agent takes from its coordinator, and what it passes over."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dsfleet.agent.inbox import Inbox
from dsfleet.agent.memory import Memory
from dsfleet.agent.state import StateStore, fingerprint_of, public_keys
from dsfleet.contracts.envelope import encode
from dsfleet.contracts.identifiers import AgentId, Revision
from dsfleet.contracts.messages.admission import Admission, Decision
from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.messages.request import AgentRequest, RequestKind
from dsfleet.contracts.topics import ADMISSION, CONFIGURATION, AnyMessage, topic_of
from dsfleet.transport.model import IncomingRecord
from tests.unit.agent.builders import NOON, an_instance


class Desk:
    """An inbox on a state directory, and messages for it."""

    def __init__(self, folder: Path) -> None:
        self.store = StateStore(folder)
        self.memory = Memory(self.store, self.store.start())
        self.fingerprint = fingerprint_of(public_keys(self.memory.state))
        self.news = 0
        self.inbox = Inbox(self.memory, self.fingerprint, self._count)

    def _count(self) -> None:
        self.news += 1

    @property
    def agent_id(self) -> AgentId:
        return self.memory.state.agent_id

    def admission(self, number: int, decision: Decision) -> IncomingRecord:
        return arrived(
            Admission(
                agent_id=self.agent_id, number=number, sent_at=NOON, decision=decision, fingerprint=self.fingerprint
            )
        )

    def configuration(self, revision: int) -> IncomingRecord:
        return arrived(
            DesiredHost(agent_id=self.agent_id, revision=Revision(revision), sent_at=NOON, instances=(an_instance(),))
        )

    def request(self, number: int) -> IncomingRecord:
        return arrived(
            AgentRequest(
                agent_id=self.agent_id,
                number=number,
                request_id=str(number),
                sent_at=NOON,
                expires_at=NOON + timedelta(seconds=30),
                valid_for_s=30.0,
                kind=RequestKind.WATCH,
            )
        )


def arrived(message: AnyMessage) -> IncomingRecord:
    record = encode(message)
    return IncomingRecord(topic_of(message), record.key, record.value, record.headers, 0, 0)


@pytest.fixture
def at_desk(tmp_path: Path) -> Callable[[Callable[[Desk], Awaitable[None]]], None]:
    """Run a scenario at a fresh desk."""

    def run(scenario: Callable[[Desk], Awaitable[None]]) -> None:
        async def played() -> None:
            desk = Desk(tmp_path)
            await scenario(desk)
            desk.store.close()

        asyncio.run(played())

    return run


AtDesk = Callable[[Callable[[Desk], Awaitable[None]]], None]


class OneBatch:
    """A reader that yields these records together, then ends."""

    def __init__(self, *records: IncomingRecord) -> None:
        self._records = records

    async def batches(self) -> AsyncIterator[Sequence[IncomingRecord]]:
        yield self._records

    async def close(self) -> None:
        return None


def test_revisions_that_come_together_are_one_piece_of_news(at_desk: AtDesk):
    """After a time away the older revisions are not acted on: news is told once, with the newest in place."""

    async def scenario(desk: Desk) -> None:
        await desk.inbox.take(desk.admission(1, Decision.ADMITTED))
        told = desk.news
        await desk.inbox.run(OneBatch(*(desk.configuration(revision) for revision in (5, 6, 7))))
        assert desk.news == told + 1
        assert desk.inbox.desired is not None
        assert desk.inbox.desired.revision == 7

    at_desk(scenario)


def test_the_newest_decision_holds(at_desk: AtDesk):
    """Decisions are ordered by their number: an older one that comes late changes nothing."""

    async def scenario(desk: Desk) -> None:
        await desk.inbox.take(desk.admission(2, Decision.DENIED))
        await desk.inbox.take(desk.admission(1, Decision.ADMITTED))
        assert not desk.inbox.is_admitted
        await desk.inbox.take(desk.admission(3, Decision.ADMITTED))
        assert desk.inbox.is_admitted
        assert desk.news == 2

    at_desk(scenario)


def test_desired_state_waits_for_admission(at_desk: AtDesk):
    """A desired state that comes before the admission is kept, and holds once the agent is admitted."""

    async def scenario(desk: Desk) -> None:
        await desk.inbox.take(desk.configuration(1))
        assert desk.inbox.desired is None
        await desk.inbox.take(desk.admission(1, Decision.ADMITTED))
        assert desk.inbox.desired is not None

    at_desk(scenario)


def test_what_was_taken_is_on_disk_as_it_was_received(at_desk: AtDesk):
    """After a restart the newest messages are there, kept as the very bytes that came."""

    async def scenario(desk: Desk) -> None:
        await desk.inbox.take(desk.admission(1, Decision.ADMITTED))
        record = desk.configuration(4)
        await desk.inbox.take(record)
        desk.store.close()
        store = StateStore(desk.store.folder)
        state = store.start()
        assert state.configuration is not None
        assert state.configuration.headers == record.headers
        reread = Inbox(Memory(store, state), desk.fingerprint, lambda: None)
        assert reread.desired == desk.inbox.desired
        store.close()

    at_desk(scenario)


def test_poison_is_counted_and_the_last_good_state_kept(at_desk: AtDesk):
    """An unreadable message changes nothing but the count, and the next good one is taken."""

    async def scenario(desk: Desk) -> None:
        await desk.inbox.take(desk.admission(1, Decision.ADMITTED))
        await desk.inbox.take(desk.configuration(1))
        good = desk.configuration(2)
        poisoned = [
            replace(good, value=b"not json"),
            replace(good, value=None),
            replace(good, headers={**good.headers, "ce_schemaversion": "99"}),
            replace(good, headers={**good.headers, "ce_order": "7.0"}),
            replace(good, topic=ADMISSION),
        ]
        for record in poisoned:
            await desk.inbox.take(record)
        assert desk.inbox.unreadable == len(poisoned)
        assert desk.inbox.desired is not None
        assert desk.inbox.desired.revision == 1
        await desk.inbox.take(desk.configuration(3))
        assert desk.inbox.desired.revision == 3

    at_desk(scenario)


def test_messages_for_another_agent_are_passed_over(at_desk: AtDesk):
    """What is meant for another agent on the same partition is not taken."""

    async def scenario(desk: Desk) -> None:
        other = DesiredHost(agent_id=AgentId("other"), revision=Revision(9), sent_at=NOON)
        await desk.inbox.take(desk.admission(1, Decision.ADMITTED))
        await desk.inbox.take(arrived(other))
        assert desk.inbox.desired is None

    at_desk(scenario)


def test_a_request_is_taken_up_once(at_desk: AtDesk):
    """A request that is read again, after a restart too, is not done again."""

    async def scenario(desk: Desk) -> None:
        await desk.inbox.take(desk.request(1))
        await desk.inbox.take(desk.request(1))
        await desk.inbox.take(desk.request(2))
        assert [desk.inbox.requests.get_nowait().number for _ in range(2)] == [1, 2]
        reread = Inbox(desk.memory, desk.fingerprint, lambda: None)
        await reread.take(desk.request(2))
        assert reread.requests.empty()

    at_desk(scenario)


def test_stored_message_of_a_newer_version_changes_nothing(at_desk: AtDesk):
    """After a downgrade, a stored desired state that cannot be read counts as none: nothing is done on its account."""

    async def scenario(desk: Desk) -> None:
        await desk.inbox.take(desk.admission(1, Decision.ADMITTED))
        await desk.inbox.take(desk.configuration(1))
        stored = desk.memory.state.configuration
        assert stored is not None
        headers = {**stored.headers, "ce_schemaversion": "99"}
        await desk.memory.change(configuration=type(stored)(key=stored.key, headers=headers, value=stored.value))
        reread = Inbox(desk.memory, desk.fingerprint, lambda: None)
        assert reread.desired is None
        assert reread.unreadable == 1
        assert CONFIGURATION.number == 210

    at_desk(scenario)

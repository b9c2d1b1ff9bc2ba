"""What the coordinator tells this agent: the newest admission and desired state, kept on disk, and requests for now."""

import asyncio
import base64
from collections.abc import Callable
from typing import TypeVar

import structlog

from dsfleet.agent.memory import Memory
from dsfleet.agent.state import StoredRecord
from dsfleet.contracts.envelope import UnreadableMessageError, decode
from dsfleet.contracts.messages.admission import Admission, Decision
from dsfleet.contracts.messages.configuration import DesiredHost
from dsfleet.contracts.messages.request import AgentRequest
from dsfleet.contracts.topics import ADMISSION, CONFIGURATION, AnyMessage, Topic
from dsfleet.transport.model import IncomingRecord, KeyReader

M = TypeVar("M")


class Inbox:
    """Takes in records, keeps what is newer, drops the rest; unreadable ones are counted and change nothing."""

    def __init__(self, memory: Memory, fingerprint: str, on_news: Callable[[], None]) -> None:
        """Begin with what is on disk; on_news is called when `desired` or `admission` changed."""
        self._memory = memory
        self._fingerprint = fingerprint
        self._on_news = on_news
        self._has_news = False
        self._log = structlog.get_logger()
        self.unreadable = 0
        self.requests: asyncio.Queue[AgentRequest] = asyncio.Queue(maxsize=100)
        self._admission = self._stored(ADMISSION, memory.state.admission, Admission)
        self._configuration = self._stored(CONFIGURATION, memory.state.configuration, DesiredHost)

    @property
    def admission(self) -> Admission | None:
        """The newest decision about this agent and these keys, None before any."""
        return self._admission

    @property
    def is_admitted(self) -> bool:
        """Whether the newest decision lets this agent in."""
        return self._admission is not None and self._admission.decision is Decision.ADMITTED

    @property
    def desired(self) -> DesiredHost | None:
        """What to make so: the newest desired state, None while not admitted or never told."""
        return self._configuration if self.is_admitted else None

    async def run(self, reader: KeyReader) -> None:
        """Take in everything the reader yields, until it is closed.

        News is told once for each batch: after a time away several revisions come together, and only the newest counts.
        """
        async for batch in reader.batches():
            try:
                for record in batch:
                    await self._take(record)
            finally:
                self._announce()

    async def take(self, record: IncomingRecord) -> None:
        """Take in one record: what is newer is on disk on return; the repeated, late or foreign changes nothing."""
        try:
            await self._take(record)
        finally:
            self._announce()

    def _announce(self) -> None:
        if self._has_news:
            self._has_news = False
            self._on_news()

    async def _take(self, record: IncomingRecord) -> None:
        try:
            message = decode(record.topic, record.key, record.headers, record.value)
        except UnreadableMessageError as error:
            self.unreadable += 1
            self._log.warning(
                "unreadable message",
                topic=record.topic.number,
                offset=record.offset,
                code=error.problem.code,
                reason=error.problem.message,
            )
            return
        if message.agent_id == self._memory.state.agent_id:
            await self._keep(record, message)

    async def _keep(self, record: IncomingRecord, message: AnyMessage) -> None:
        match message:
            case Admission():
                await self._keep_admission(record, message)
            case DesiredHost():
                await self._keep_configuration(record, message)
            case AgentRequest():
                await self._keep_request(message)
            case _:
                self._log.warning("message not meant for agents", topic=record.topic.number)

    async def _keep_admission(self, record: IncomingRecord, message: Admission) -> None:
        if message.fingerprint != self._fingerprint:
            self._log.warning("admission for other keys passed over", fingerprint=message.fingerprint)
            return
        if self._admission is not None and message.number <= self._admission.number:
            return
        await self._memory.change(admission=_stored_record(record))
        self._admission = message
        self._log.info("admission", decision=message.decision.value, number=message.number, reason=message.reason)
        self._has_news = True

    async def _keep_configuration(self, record: IncomingRecord, message: DesiredHost) -> None:
        if self._configuration is not None and message.revision <= self._configuration.revision:
            return
        await self._memory.change(configuration=_stored_record(record))
        self._configuration = message
        self._log.info("configuration", revision=message.revision, instances=len(message.instances))
        self._has_news = True

    async def _keep_request(self, message: AgentRequest) -> None:
        if message.number <= self._memory.state.request_number or self.requests.full():
            return
        await self._memory.change(request_number=message.number)
        self.requests.put_nowait(message)

    def _stored(self, topic: Topic, stored: StoredRecord | None, wanted: type[M]) -> M | None:
        """Return the message that is on disk; one that this version cannot read counts as none and changes nothing."""
        if stored is None:
            return None
        try:
            message = decode(topic, stored.key, stored.headers, base64.b64decode(stored.value))
        except (UnreadableMessageError, ValueError) as error:
            self.unreadable += 1
            self._log.warning("stored message is unreadable", topic=topic.number, reason=str(error))
            return None
        return message if isinstance(message, wanted) else None


def _stored_record(record: IncomingRecord) -> StoredRecord:
    value = base64.b64encode(record.value or b"").decode()
    return StoredRecord(key=record.key or "", headers=dict(record.headers), value=value)

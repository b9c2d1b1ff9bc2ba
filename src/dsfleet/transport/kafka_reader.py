"""The readers: each has one consumer in one thread, which hands batches to the event loop as they are asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Event, Thread
from typing import cast

import structlog
from confluent_kafka import OFFSET_BEGINNING, TIMESTAMP_NOT_AVAILABLE, Consumer, KafkaError, KafkaException, Message
from confluent_kafka import TopicPartition as Place

from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.topics import Topic
from dsfleet.kit.clock import Clock
from dsfleet.transport.kafka_producer import TOPIC_IS_MISSING
from dsfleet.transport.kafka_settings import Connection, assigned_settings, group_settings
from dsfleet.transport.link import LinkWatch
from dsfleet.transport.model import IncomingRecord
from dsfleet.transport.partitioning import partition_of
from dsfleet.transport.stall import StallWatch

logger = structlog.get_logger(__name__)

BATCH_RECORDS = 500
BATCH_WAIT_S = 0.1
REOPEN_WAIT_S = 1.0
JOIN_TIMEOUT_S = 5.0

Batch = Sequence[IncomingRecord]


Job = Callable[[Consumer, StallWatch], None]


class TopicMissingError(Exception):
    """A topic that is read was deleted or not created yet; the reader begins anew."""


class StalledError(Exception):
    """The consumer delivers nothing although there are records; the reader begins anew."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What readers share with their transport. on_missing_topic may block; it is called on the reader's thread."""

    link: LinkWatch
    clock: Clock
    on_missing_topic: Callable[[], None]


class ConsumerThread:
    """One consumer and the only thread that calls it: librdkafka blocks when others store offsets while it polls.

    It reads a batch when one is asked for, so records wait at the broker and not in our memory. It begins anew, with a
    new consumer, when a topic is missing or the client gives up.
    """

    def __init__(
        self,
        open_consumer: Callable[[], Consumer],
        translate: Callable[[Sequence[Message]], Batch],
        surroundings: Surroundings,
    ) -> None:
        """Keep the parts; nothing is opened before the first batch is asked for."""
        self._open_consumer = open_consumer
        self._translate = translate
        self._on_missing_topic = surroundings.on_missing_topic
        self._link = surroundings.link
        self._clock = surroundings.clock
        self._jobs: SimpleQueue[Job] = SimpleQueue()
        self._closing = Event()
        self._ready: asyncio.Queue[Batch | None] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = Thread(target=self._run, name="dsfleet-kafka-reader", daemon=True)

    async def next_batch(self) -> Batch | None:
        """Return the next batch that is not empty, None when closed."""
        if self._loop is None and not self._closing.is_set():
            self._loop = asyncio.get_running_loop()
            self._thread.start()
        if self._closing.is_set():
            return None
        self.do(self._read)
        return await self._ready.get()

    @property
    def is_closed(self) -> bool:
        """Whether it was told to close."""
        return self._closing.is_set()

    def do(self, job: Job) -> None:
        """Have the thread do something with the consumer, in the order of asking."""
        self._jobs.put(job)

    async def close(self) -> None:
        """Do what was asked for, close the consumer, end the thread; whoever waits for a batch gets None."""
        self._closing.set()
        self.do(_nothing)
        if self._loop is not None:
            await asyncio.to_thread(self._thread.join, JOIN_TIMEOUT_S)
            self._ready.put_nowait(None)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._serve()
            except TopicMissingError as error:
                logger.info("kafka_topic_missing", topic=str(error))
                self._on_missing_topic()
            except StalledError:
                logger.warning("kafka_reader_begins_anew", detail="records are there but none arrives")
            except KafkaException as error:
                logger.warning("kafka_reader_begins_anew", detail=str(error.args[0]))
                self._link.doubt()
            except Exception:
                logger.exception("kafka_reader_failed")
            self._closing.wait(REOPEN_WAIT_S)

    def _serve(self) -> None:
        """Do jobs with one consumer until closing or until it is of no more use."""
        consumer = self._open_consumer()
        stall = StallWatch(self._clock)
        try:
            while not (self._closing.is_set() and self._jobs.empty()):
                self._jobs.get()(consumer, stall)
        finally:
            consumer.close()

    def _read(self, consumer: Consumer, stall: StallWatch) -> None:
        """Hand over one batch; where there is none, ask for it again behind the jobs that came meanwhile."""
        has_batch = False
        try:
            has_batch = not self._closing.is_set() and self._hand_over_batch(consumer, stall)
        finally:
            if not has_batch and not self._closing.is_set():
                self.do(self._read)

    def _hand_over_batch(self, consumer: Consumer, stall: StallWatch) -> bool:
        messages = [message for message in consumer.consume(BATCH_RECORDS, BATCH_WAIT_S) if self._is_record(message)]
        if messages:
            stall.records_arrived()
        elif not self._link.state.is_up:
            stall.link_is_down()
        elif stall.is_stalled(consumer):
            raise StalledError
        batch = self._translate(messages)
        if batch and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ready.put_nowait, batch)
        return bool(batch)

    def _is_record(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return True
        self._link.doubt()
        if error.code() in TOPIC_IS_MISSING:
            raise TopicMissingError(message.topic())
        logger.warning("kafka_reader_complains", detail=error.str(), topic=message.topic())
        return False


class KafkaGroupReader:
    """A member of a consumer group; GroupReader over Apache Kafka."""

    def __init__(
        self,
        connection: Connection,
        topics: Sequence[Topic],
        group: str,
        surroundings: Surroundings,
    ) -> None:
        """Keep what to read; the group is joined once iterated."""
        self._connection = connection
        self._topics_by_name = {connection.name_of(topic): topic for topic in topics}
        self._group = group
        self._link = surroundings.link
        self._thread = ConsumerThread(self._open, self._translated, surroundings)

    async def batches(self) -> AsyncIterator[Batch]:
        """Yield batches in order per partition, until closed."""
        while (batch := await self._thread.next_batch()) is not None:
            yield batch

    async def commit(self, batch: Batch) -> None:
        """Make the group go on after the batch.

        The offsets are handed to the client, which tells the broker at once, and again each second and when the
        partition moves or the reader closes. What belongs to a partition that was lost meanwhile is left out: its
        new reader gets those records again.
        """
        next_offsets: dict[tuple[str, int], int] = {}
        for record in batch:
            next_offsets[(self._connection.name_of(record.topic), record.partition)] = record.offset + 1
        places = [Place(name, partition, offset) for (name, partition), offset in next_offsets.items()]
        self._thread.do(lambda consumer, _: _commit(consumer, places))

    async def close(self) -> None:
        """Leave the group at once."""
        await self._thread.close()

    @property
    def is_closed(self) -> bool:
        """Whether it was told to close."""
        return self._thread.is_closed

    def _open(self) -> Consumer:
        consumer = Consumer(
            group_settings(self._connection, self._group)
            | {"error_cb": lambda _: self._link.doubt(), "on_commit": _on_commit}
        )
        consumer.subscribe(list(self._topics_by_name))
        return consumer

    def _translated(self, messages: Sequence[Message]) -> Batch:
        return [_incoming(message, self._topics_by_name) for message in messages]


class KafkaKeyReader:
    """One agent's records, from its own partition of each topic; KeyReader over Apache Kafka."""

    def __init__(
        self,
        connection: Connection,
        topics: Sequence[Topic],
        agent_id: AgentId,
        surroundings: Surroundings,
    ) -> None:
        """Keep what to read; reading begins once iterated."""
        self._connection = connection
        self._topics_by_name = {connection.name_of(topic): topic for topic in topics}
        self._agent_id = agent_id
        self._key = agent_id.encode()
        self._link = surroundings.link
        self._thread = ConsumerThread(self._open, self._translated, surroundings)

    async def batches(self) -> AsyncIterator[Batch]:
        """Yield batches of the agent's records, until closed."""
        while (batch := await self._thread.next_batch()) is not None:
            yield batch

    async def close(self) -> None:
        """Stop reading."""
        await self._thread.close()

    @property
    def is_closed(self) -> bool:
        """Whether it was told to close."""
        return self._thread.is_closed

    def _open(self) -> Consumer:
        consumer = Consumer(assigned_settings(self._connection) | {"error_cb": lambda _: self._link.doubt()})
        consumer.assign(
            [
                Place(name, partition_of(self._agent_id, topic.partitions), OFFSET_BEGINNING)
                for name, topic in self._topics_by_name.items()
            ]
        )
        return consumer

    def _translated(self, messages: Sequence[Message]) -> Batch:
        return [_incoming(message, self._topics_by_name) for message in messages if message.key() == self._key]


def _incoming(message: Message, topics_by_name: dict[str, Topic]) -> IncomingRecord:
    """Return the record as ours; text that is not UTF-8 is kept readable and fails later, when decoded."""
    kind, milliseconds = message.timestamp()
    return IncomingRecord(
        topic=topics_by_name[cast(str, message.topic())],
        key=_text(message.key()),
        value=_bytes(message.value()),
        headers={name: _text(content) or "" for name, content in _headers(message)},
        partition=cast(int, message.partition()),
        offset=cast(int, message.offset()),
        timestamp=None if kind == TIMESTAMP_NOT_AVAILABLE else datetime.fromtimestamp(milliseconds / 1000, UTC),
    )


def _headers(message: Message) -> list[tuple[str, str | bytes | None]]:
    """Return the headers as librdkafka delivers them: pairs in the writer's order."""
    return cast(list[tuple[str, str | bytes | None]], message.headers() or [])


def _text(content: str | bytes | None) -> str | None:
    return content.decode(errors="replace") if isinstance(content, bytes) else content


def _bytes(content: str | bytes | None) -> bytes | None:
    return content.encode() if isinstance(content, str) else content


def _commit(consumer: Consumer, places: Sequence[Place]) -> None:
    """Store the places and tell the broker without waiting; the client repeats what did not get through."""
    stored = [_store(consumer, place) for place in places]
    if not any(stored):
        return
    try:
        consumer.commit(asynchronous=True)
    except KafkaException as error:
        logger.debug("kafka_commit_waits", detail=str(error.args[0]))


def _store(consumer: Consumer, place: Place) -> bool:
    try:
        consumer.store_offsets(offsets=[place])
    except KafkaException as error:
        # The partition is another member's by now.
        logger.info("kafka_offset_not_stored", topic=place.topic, partition=place.partition, detail=str(error.args[0]))
        return False
    return True


def _nothing(_consumer: Consumer, _stall: StallWatch) -> None:
    """Wake the thread, so that it sees it is to end."""


def _on_commit(error: KafkaError | None, _places: Sequence[Place]) -> None:
    # "No offset stored": the commit on the timer came first and left nothing to do.
    if error is not None and error.code() != KafkaError._NO_OFFSET:
        logger.info("kafka_commit_repeated_later", detail=error.str())

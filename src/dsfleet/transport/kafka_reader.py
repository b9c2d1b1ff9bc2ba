"""The readers: each has one consumer in one thread, which hands batches to the event loop as they are asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
IDLE_WAIT_S = 0.2
REOPEN_WAIT_S = 1.0
JOIN_TIMEOUT_S = 5.0

Batch = Sequence[IncomingRecord]


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
    """One consumer and the only thread that polls it.

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
        self._wanted = Event()
        self._closing = Event()
        self._ready: asyncio.Queue[Batch | None] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = Thread(target=self._run, name="dsfleet-kafka-reader", daemon=True)
        self.consumer: Consumer | None = None

    async def next_batch(self) -> Batch | None:
        """Return the next batch that is not empty, None when closed."""
        if self._loop is None and not self._closing.is_set():
            self._loop = asyncio.get_running_loop()
            self._thread.start()
        if self._closing.is_set():
            return None
        self._wanted.set()
        return await self._ready.get()

    async def close(self) -> None:
        """Close the consumer and end the thread; whoever waits for a batch gets None."""
        self._closing.set()
        self._wanted.set()
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
        """Read batches with one consumer until closing or until it is of no more use."""
        consumer = self._open_consumer()
        self.consumer = consumer
        stall = StallWatch(self._clock)
        try:
            while not self._closing.is_set():
                if self._wanted.wait(IDLE_WAIT_S):
                    self._read(consumer, stall)
        finally:
            self.consumer = None
            consumer.close()

    def _read(self, consumer: Consumer, stall: StallWatch) -> None:
        messages = [message for message in consumer.consume(BATCH_RECORDS, BATCH_WAIT_S) if self._is_record(message)]
        if messages:
            stall.records_arrived()
        elif self._link.state.is_up and stall.is_stalled(consumer):
            raise StalledError
        batch = self._translate(messages)
        if batch and self._loop is not None and not self._loop.is_closed():
            self._wanted.clear()
            self._loop.call_soon_threadsafe(self._ready.put_nowait, batch)

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
        consumer = self._thread.consumer
        if consumer is None:
            return
        next_offsets: dict[tuple[Topic, int], int] = {}
        for record in batch:
            next_offsets[(record.topic, record.partition)] = record.offset + 1
        stored = [
            self._store(consumer, Place(self._connection.name_of(topic), partition, offset))
            for (topic, partition), offset in next_offsets.items()
        ]
        if any(stored):
            self._tell_broker(consumer)

    async def close(self) -> None:
        """Leave the group at once."""
        await self._thread.close()

    def _open(self) -> Consumer:
        consumer = Consumer(
            group_settings(self._connection, self._group)
            | {"error_cb": lambda _: self._link.doubt(), "on_commit": _on_commit}
        )
        consumer.subscribe(list(self._topics_by_name))
        return consumer

    def _translated(self, messages: Sequence[Message]) -> Batch:
        return [_incoming(message, self._topics_by_name) for message in messages]

    def _store(self, consumer: Consumer, place: Place) -> bool:
        try:
            consumer.store_offsets(offsets=[place])
        except (KafkaException, RuntimeError) as error:
            # KafkaException: the partition is another member's by now. RuntimeError: the consumer was just closed.
            logger.info("kafka_offset_not_stored", topic=place.topic, partition=place.partition, detail=str(error))
            return False
        return True

    def _tell_broker(self, consumer: Consumer) -> None:
        try:
            consumer.commit(asynchronous=True)
        except (KafkaException, RuntimeError) as error:
            logger.debug("kafka_commit_waits", detail=str(error))


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


def _on_commit(error: KafkaError | None, _places: Sequence[Place]) -> None:
    # "No offset stored": the commit on the timer came first and left nothing to do.
    if error is not None and error.code() != KafkaError._NO_OFFSET:
        logger.info("kafka_commit_repeated_later", detail=error.str())

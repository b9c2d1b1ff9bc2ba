"""The producer: one thread polls it, asks the broker when the link is in doubt, and replaces it after a fatal error."""

import asyncio
from collections.abc import Sequence
from threading import Event, Thread

import structlog
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from dsfleet.contracts.problems import DsfleetError, InputError, Problem, TemporaryError
from dsfleet.transport.kafka_settings import Connection, producer_settings
from dsfleet.transport.kafka_topics import broker_unreachable
from dsfleet.transport.link import LinkWatch
from dsfleet.transport.model import OutgoingRecord
from dsfleet.transport.size_limit import check_sizes

logger = structlog.get_logger(__name__)

POLL_S = 0.2
ASK_TIMEOUT_S = 3.0
"""A broker that takes longer is down for our purposes; a busy one takes less."""
FLUSH_TIMEOUT_S = 3.0
LAST_ANSWERS_TIMEOUT_S = 0.5
"""For records that cannot be sent any more: how long their failures may take to be told."""

TOPIC_IS_MISSING = frozenset(
    {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError._UNKNOWN_PARTITION}
)
NEVER_TAKEN = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.INVALID_RECORD,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    }
)


class Delivery:
    """The fate of the records of one publish: `done` has the first error among them, or None once all arrived."""

    def __init__(self, count: int) -> None:
        """Expect `count` answers; made on the event loop that will wait."""
        self._loop = asyncio.get_running_loop()
        self._open = count
        self._error: KafkaError | None = None
        self.done: asyncio.Future[KafkaError | None] = self._loop.create_future()

    def on_answer(self, error: KafkaError | None, _message: Message) -> None:
        """Take one answer; always called on the producer's thread, so the count needs no lock."""
        self._open -= 1
        self._error = self._error or error
        if self._open == 0 and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        if not self.done.done():
            self.done.set_result(self._error)


class RecordProducer:
    """Publishes records in order per key, each at least once; usable from one event loop."""

    def __init__(self, connection: Connection, link: LinkWatch) -> None:
        """Make the client; it starts connecting on its own and does not fail while the broker is away."""
        self._connection = connection
        self._link = link
        self._has_failed_fatally = False
        self._closing = Event()
        self._producer = self._make()
        self._thread = Thread(target=self._run, name="dsfleet-kafka-producer", daemon=True)
        self._thread.start()

    async def publish(self, records: Sequence[OutgoingRecord]) -> None:
        """Return when the broker has all of them; errors as Transport.publish, and TemporaryError `topic-missing`."""
        check_sizes(records)
        if not records:
            return
        delivery = Delivery(len(records))
        for record in records:
            self._hand_over(record, delivery)
        error = await delivery.done
        if error is not None:
            self._link.doubt()
            raise self._translated(error)

    async def learn_topics(self) -> None:
        """Ask the broker which topics it has; the client keeps calling a topic unknown until it is told otherwise."""
        await asyncio.to_thread(self._ask)

    async def close(self) -> None:
        """Send what can be sent within a few seconds, give up the rest, end the thread."""
        self._closing.set()
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self, record: OutgoingRecord, delivery: Delivery) -> None:
        try:
            self._producer.produce(
                self._connection.name_of(record.topic),
                key=None if record.key is None else record.key.encode(),
                value=record.value,
                headers=[(name, text.encode()) for name, text in record.headers.items()],
                on_delivery=delivery.on_answer,
            )
        except BufferError as error:
            raise TemporaryError(
                Problem(code="publish-queue-full", message="Too many records wait to be sent to Kafka."),
                retry_after_s=1.0,
            ) from error
        except KafkaException as error:
            self._link.doubt()
            raise self._translated(error.args[0]) from error

    def _make(self) -> Producer:
        try:
            return Producer(producer_settings(self._connection) | {"error_cb": self._on_error})
        except KafkaException as error:
            raise InputError(
                Problem(
                    code="kafka-settings-invalid",
                    message=f"The Kafka client does not take its settings: {error.args[0].str()}.",
                    mend="Mend the additional Kafka settings; librdkafka's CONFIGURATION.md lists them.",
                )
            ) from error

    def _on_error(self, error: KafkaError) -> None:
        self._link.doubt()
        if error.fatal():
            self._has_failed_fatally = True

    def _run(self) -> None:
        while not self._closing.is_set():
            self._producer.poll(POLL_S)
            if self._has_failed_fatally:
                self._replace()
            if self._link.needs_asking:
                self._ask()
        if self._link.state.is_up:
            self._producer.flush(FLUSH_TIMEOUT_S)
        self._give_up_waiting_records()

    def _ask(self) -> None:
        """Ask for all metadata: it shows whether the broker answers, and tells the client about topics made anew."""
        try:
            self._producer.list_topics(timeout=ASK_TIMEOUT_S)
        except KafkaException as error:
            self._link.went_unanswered(str(error.args[0].str()))
        else:
            self._link.answered()

    def _replace(self) -> None:
        """Begin anew with another producer: after a fatal error this one takes nothing more."""
        logger.warning("kafka_producer_replaced")
        self._give_up_waiting_records()
        self._has_failed_fatally = False
        self._producer = self._make()

    def _give_up_waiting_records(self) -> None:
        self._producer.purge()
        self._producer.flush(LAST_ANSWERS_TIMEOUT_S)

    def _translated(self, error: KafkaError) -> DsfleetError:
        code = error.code()
        if code in NEVER_TAKEN:
            return InputError(Problem(code="record-refused", message=f"Kafka refused the record: {error.str()}."))
        if code in TOPIC_IS_MISSING:
            return TemporaryError(
                Problem(code="topic-missing", message=f"Kafka lacks a topic that is written to: {error.str()}."),
                retry_after_s=1.0,
            )
        return broker_unreachable(self._connection.bootstrap, str(error.str()))

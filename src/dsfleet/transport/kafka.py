"""Apache Kafka as transport: an idempotent producer, group readers, key readers, topic creation, the link's state."""

import asyncio
from collections.abc import Sequence

import structlog

from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.problems import DsfleetError, TemporaryError
from dsfleet.contracts.topics import Topic
from dsfleet.kit.clock import Clock
from dsfleet.transport.kafka_producer import RecordProducer
from dsfleet.transport.kafka_reader import KafkaGroupReader, KafkaKeyReader, Surroundings
from dsfleet.transport.kafka_settings import Connection, KafkaOptions
from dsfleet.transport.kafka_topics import TopicKeeper
from dsfleet.transport.link import LinkWatch
from dsfleet.transport.model import GroupReader, KeyReader, LinkState, OutgoingRecord

logger = structlog.get_logger(__name__)

DEFAULT_OPTIONS = KafkaOptions()


class KafkaTransport:
    """One connection to Kafka; see Transport for what each part promises. Belongs to one event loop.

    Topics that this transport was asked to ensure are created again when it finds them deleted.
    """

    def __init__(self, bootstrap: str, client_id: str, clock: Clock, options: KafkaOptions = DEFAULT_OPTIONS) -> None:
        """Keep where the broker is (`host:port`, several separated by commas); nothing connects before `start`."""
        self._connection = Connection(bootstrap, client_id, options)
        self._clock = clock
        self._link = LinkWatch(clock, options.ask_every_s)
        self._topics = TopicKeeper(self._connection)
        self._surroundings = Surroundings(self._link, clock, self._create_again)
        self._producer: RecordProducer | None = None
        self._readers: list[KafkaGroupReader | KafkaKeyReader] = []

    async def start(self) -> None:
        """Begin connecting; does not fail while the broker is away. A second call does nothing."""
        if self._producer is None:
            self._producer = RecordProducer(self._connection, self._link)

    async def close(self) -> None:
        """Close the readers, send what can be sent within a few seconds, let go."""
        readers, self._readers = self._readers, []
        await asyncio.gather(*(reader.close() for reader in readers))
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.close()

    async def ensure_topics(self, topics: Sequence[Topic]) -> None:
        """Create the topics that are missing, and from now on whenever they are found missing."""
        await asyncio.to_thread(self._topics.ensure, topics)

    async def publish(self, records: Sequence[OutgoingRecord]) -> None:
        """Return when the broker has every record; TemporaryError `topic-missing` where nobody created the topic."""
        if self._producer is None:
            raise RuntimeError("publish before start, or after close")
        deadline = self._clock.monotonic_s() + self._connection.options.publish_timeout_s
        while True:
            try:
                return await self._producer.publish(records)
            except TemporaryError as error:
                if error.problem.code != "topic-missing" or self._clock.monotonic_s() > deadline:
                    raise
                if not await asyncio.to_thread(self._topics.ensure_again):
                    raise
            await self._producer.learn_topics()

    def group_reader(self, topics: Sequence[Topic], group: str) -> GroupReader:
        """Return a member of the group, from the earliest record for a new group; reads once iterated."""
        reader = KafkaGroupReader(self._connection, topics, group, self._surroundings)
        self._keep(reader)
        return reader

    def key_reader(self, topics: Sequence[Topic], agent_id: AgentId) -> KeyReader:
        """Return a reader of one agent's records."""
        reader = KafkaKeyReader(self._connection, topics, agent_id, self._surroundings)
        self._keep(reader)
        return reader

    @property
    def link(self) -> LinkState:
        """The newest knowledge of whether the broker answers."""
        return self._link.state

    def _keep(self, reader: KafkaGroupReader | KafkaKeyReader) -> None:
        """Remember the reader until it is closed, by its user or by us."""
        self._readers = [*(kept for kept in self._readers if not kept.is_closed), reader]

    def _create_again(self) -> None:
        """Create deleted topics, on a reader's thread; the reader tries again in any case."""
        try:
            self._topics.ensure_again()
        except DsfleetError as error:
            logger.warning("kafka_topics_not_created_again", code=error.problem.code, detail=error.problem.message)

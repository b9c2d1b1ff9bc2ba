"""Creating topics on the broker, and creating them again when somebody deleted them."""

from collections.abc import Sequence
from threading import Lock

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from dsfleet.contracts.problems import InputError, Problem, TemporaryError
from dsfleet.contracts.topics import Topic
from dsfleet.transport.kafka_settings import Connection, KafkaOptions, client_settings, topic_settings

ANSWER_TIMEOUT_S = 10.0


class TopicKeeper:
    """Creates topics and remembers which it was asked for. Blocking: call it from a thread that may wait."""

    def __init__(self, connection: Connection) -> None:
        """Keep the connection; nothing is opened before the first call."""
        self._connection = connection
        self._kept: dict[int, Topic] = {}
        self._lock = Lock()

    def ensure(self, topics: Sequence[Topic]) -> None:
        """Create what is missing and remember all of them; errors as Transport.ensure_topics."""
        with self._lock:
            self._create_missing(topics)
            self._kept.update({topic.number: topic for topic in topics})

    def ensure_again(self) -> bool:
        """Create whatever of the remembered topics is missing; False when none was ever asked for."""
        with self._lock:
            if not self._kept:
                return False
            self._create_missing(tuple(self._kept.values()))
            return True

    def _create_missing(self, topics: Sequence[Topic]) -> None:
        admin = AdminClient(client_settings(self._connection))
        existing = _existing(admin, self._connection.bootstrap)
        for topic in topics:
            name = self._connection.name_of(topic)
            if existing.get(name, topic.partitions) != topic.partitions:
                raise _partitions_differ(name, existing[name], topic.partitions)
        self._create(admin, [topic for topic in topics if self._connection.name_of(topic) not in existing])

    def _create(self, admin: AdminClient, topics: Sequence[Topic]) -> None:
        if not topics:
            return
        wanted = [
            NewTopic(
                self._connection.name_of(topic),
                num_partitions=topic.partitions,
                replication_factor=self._connection.options.replication_factor,
                config=topic_settings(topic),
            )
            for topic in topics
        ]
        for name, created in admin.create_topics(wanted, operation_timeout=ANSWER_TIMEOUT_S).items():
            try:
                created.result(ANSWER_TIMEOUT_S + 5)
            except KafkaException as error:
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise _not_created(name, error.args[0]) from error


def partitions_by_name(bootstrap: str) -> dict[str, int]:
    """Return how many partitions each of the broker's topics has; TemporaryError `broker-unreachable`."""
    return _existing(AdminClient(client_settings(Connection(bootstrap, "dsfleet-cli", KafkaOptions()))), bootstrap)


def _existing(admin: AdminClient, bootstrap: str) -> dict[str, int]:
    try:
        topics = admin.list_topics(timeout=ANSWER_TIMEOUT_S).topics
    except KafkaException as error:
        raise broker_unreachable(bootstrap, str(error.args[0].str())) from error
    return {name: len(topic.partitions) for name, topic in topics.items()}


def broker_unreachable(bootstrap: str, detail: str) -> TemporaryError:
    """Return the error that says Kafka did not answer."""
    return TemporaryError(
        Problem(
            code="broker-unreachable",
            message=f"Kafka at {bootstrap} does not answer: {detail}.",
            mend="Check the address and that the broker runs; nothing is lost meanwhile.",
        ),
        retry_after_s=1.0,
    )


def _partitions_differ(name: str, found: int, wanted: int) -> InputError:
    return InputError(
        Problem(
            code="topic-partitions-differ",
            message=f"Topic {name} has {found} partitions; agents look for their records among {wanted}.",
            mend="Delete the topic so that it is created anew, or use another Kafka.",
            facts={"topic": name, "found": found, "wanted": wanted},
        )
    )


def _not_created(name: str, error: KafkaError) -> TemporaryError | InputError:
    problem = Problem(code="topic-not-created", message=f"Kafka did not create topic {name}: {error.str()}.")
    return TemporaryError(problem, retry_after_s=1.0) if error.retriable() else InputError(problem)

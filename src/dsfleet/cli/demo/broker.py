"""The demo's messenger: a Kafka that was given, one that runs here as long as the demo, or none at all."""

import asyncio

from dsfleet.cli.demo.model import DemoSettings, Say
from dsfleet.transport.kafka_jars import KafkaUnavailableError
from dsfleet.transport.local_kafka import LocalKafka

STOP_TIMEOUT_S = 3.0


class Broker:
    """Apache Kafka on loopback, started again when it dies."""

    def __init__(self, settings: DemoSettings, say: Say) -> None:
        """Keep where it lives; nothing runs yet."""
        self._say = say
        self._kafka = LocalKafka(settings.kafka_dir, progress=say)
        self._starting: asyncio.Task[None] | None = None

    @property
    def bootstrap(self) -> str:
        """The address clients are given."""
        return self._kafka.bootstrap

    async def start(self) -> None:
        """The broker answers. Raises KafkaUnavailableError: in one sentence, what is missing."""
        try:
            await self._start_once()
        except KafkaUnavailableError as error:
            if error.problem.code != "kafka-not-started":
                raise
            # The broker of a demo that was killed a moment ago may still hold the data folder.
            self._say("Apache Kafka did not start; trying once more")
            await self._start_once()

    async def heal(self) -> None:
        """A broker that has died runs again, at the same address; one that runs is left alone."""
        if self._kafka.is_running:
            return
        self._say("Apache Kafka ended; starting it again")
        await asyncio.to_thread(self._kafka.kill)  # what is left of it holds the port
        await self.start()

    async def stop(self) -> None:
        """The broker is gone, also one whose start was under way."""
        await asyncio.to_thread(self._kafka.stop, STOP_TIMEOUT_S)
        if self._starting is not None and not self._starting.done():
            await asyncio.wait({self._starting}, timeout=STOP_TIMEOUT_S)
            await asyncio.to_thread(self._kafka.stop, STOP_TIMEOUT_S)

    async def _start_once(self) -> None:
        """Start in a thread; a caller that is cancelled leaves the start known to `stop`."""
        self._starting = asyncio.create_task(asyncio.to_thread(self._kafka.start))
        self._starting.add_done_callback(_take_note)
        await asyncio.shield(self._starting)


def _take_note(starting: asyncio.Task[None]) -> None:
    """Fetch the result, so that a start nobody waits for any more is not reported as a lost error."""
    if not starting.cancelled():
        starting.exception()

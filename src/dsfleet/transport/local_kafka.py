"""One real Apache Kafka broker on loopback, for `dsfleet demo`, `dsfleet kafka` and the tests.

KRaft, one node that is broker and controller, data kept in a folder. Whoever started it and dies takes it along: a
small shell stands between, which stops the broker when its standard input closes.
"""

import os
import signal
import subprocess
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path
from time import monotonic
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from dsfleet.transport.kafka_jars import KafkaUnavailableError, Progress, fetch_jars, find_java, unavailable
from dsfleet.transport.local_places import LOOPBACK, await_free, folder_lock, free_port

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 10.0

JVM_FLAGS = (
    "-Xms64m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
)

GUARD = """
exec 3<&0
"$@" </dev/null 3<&- & broker=$!
(
    cat <&3 >/dev/null
    kill -TERM $broker
    tries=100
    while [ $tries -gt 0 ] && kill -0 $broker; do sleep 0.1; tries=$((tries - 1)); done
    kill -KILL $broker
) 2>/dev/null & guard=$!
wait $broker; code=$?
kill $guard 2>/dev/null
exit $code
"""
"""Stops the broker when standard input closes, by SIGTERM and after 10 s by SIGKILL."""

LOG_SETTINGS = """
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {folder}/server.log
appender.file.filePattern = {folder}/server.log.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d] %p %m (%c)%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 5MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
logger.server.name = kafka.server
logger.server.level = info
"""

SERVER_SETTINGS = """
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://{loopback}:{port},CONTROLLER://{loopback}:{controller_port}
advertised.listeners=PLAINTEXT://{loopback}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.voters=1@{loopback}:{controller_port}
log.dirs={folder}/records
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
num.network.threads=2
num.io.threads=4
background.threads=2
log.index.size.max.bytes=1048576
log.cleaner.dedupe.buffer.size=8388608
log.cleaner.backoff.ms=1000
"""


class LocalKafka:
    """One broker: started, stopped, started again on the same data; records and offsets survive."""

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        cache_dir: Path | None = None,
        progress: Progress = lambda _: None,
    ) -> None:
        """Keep where it will live; `port` None takes a free one and keeps it until the object is gone."""
        self._data_dir = data_dir.resolve()
        self._cache_dir = cache_dir
        self._progress = progress
        self._port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """The address that clients are given."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def is_running(self) -> bool:
        """Whether the process is there; not whether it answers."""
        return self._process is not None and self._process.poll() is None

    @property
    def log_file(self) -> Path:
        """Where the broker writes what it has to say."""
        return self._data_dir / "logs" / "server.log"

    def start(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Return when the broker answers; does nothing when it runs already.

        Raises KafkaUnavailableError: what the machine lacks, `kafka-folder-in-use`, `kafka-port-in-use`, or
        `kafka-not-started` with the log's last words.
        """
        if self.is_running:
            return
        self.stop(timeout_s=0.0)
        with folder_lock(self._data_dir) as lock:
            self._start(lock, timeout_s)

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Return when the broker is gone: asked first, killed when it has not ended after `timeout_s` seconds."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._progress("Apache Kafka did not stop in time and is killed")
        finally:
            _kill_group(process.pid)
            process.wait()

    def kill(self) -> None:
        """End the broker at once, as a power cut would; its data stays as it lies."""
        self.stop(timeout_s=0.0)

    def __enter__(self) -> Self:
        """Start, and return the running broker."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def _start(self, lock: int, timeout_s: float) -> None:
        """Start and await the broker; it inherits the folder's lock, which is free again when all of it has ended."""
        await_free(self._port)
        java = find_java()
        jars = fetch_jars(self._progress, self._cache_dir)
        settings = self._write_settings()
        base = [java, *JVM_FLAGS, f"-Dlog4j2.configurationFile={settings.parent / 'log4j2.properties'}"]
        base += ["-cp", f"{jars}/*"]
        self._format(base, settings)
        self._progress(f"starting Apache Kafka on {self.bootstrap}")
        with (self._data_dir / "logs" / "console.log").open("wb") as console:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "dsfleet-kafka-guard", *base, "kafka.Kafka", str(settings)],
                stdin=subprocess.PIPE,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock,),
            )
        try:
            self._await_answer(self._process, timeout_s)
        except BaseException:
            self.stop(timeout_s=0.0)
            raise

    def _write_settings(self) -> Path:
        """Write both settings files for this start and return the server's."""
        logs = self._data_dir / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        (self._data_dir / "log4j2.properties").write_text(LOG_SETTINGS.format(folder=logs))
        settings = self._data_dir / "server.properties"
        settings.write_text(
            SERVER_SETTINGS.format(
                loopback=LOOPBACK, port=self._port, controller_port=free_port(), folder=self._data_dir
            )
        )
        return settings

    def _format(self, base: list[str], settings: Path) -> None:
        if (self._data_dir / "records" / "meta.properties").exists():
            return
        self._progress("preparing Apache Kafka's data folder")
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        command = [*base, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(settings), "--ignore-formatted"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=START_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise self._not_formatted(f"no end within {START_TIMEOUT_S:g} s") from error
        if done.returncode != 0:
            raise self._not_formatted(_last_words(done.stderr))

    def _not_formatted(self, reason: str) -> KafkaUnavailableError:
        return unavailable("kafka-not-formatted", f"Apache Kafka could not prepare {self._data_dir}: {reason}.")

    def _await_answer(self, process: subprocess.Popen[bytes], timeout_s: float) -> None:
        deadline = monotonic() + timeout_s
        client = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0, "reconnect.backoff.max.ms": 200})
        while monotonic() < deadline:
            try:
                if client.list_topics(timeout=1.0).brokers:
                    return
            except KafkaException:
                pass  # not yet: the loop's deadline, or the process ending, says when to give up
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise unavailable("kafka-not-started", f"Apache Kafka ended while starting: {self._said()}")
        raise unavailable("kafka-not-started", f"Apache Kafka did not answer within {timeout_s:g} s: {self._said()}")

    def _said(self) -> str:
        console = self._data_dir / "logs" / "console.log"
        texts = [file.read_text(errors="replace") for file in (console, self.log_file) if file.exists()]
        return f"{_last_words(''.join(texts))} (see {self.log_file})"


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return  # everything in it has ended by itself


def _last_words(text: str) -> str:
    """Return the last line that names an error, else the last line at all."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "ERROR" in line or "Exception" in line]
    return (telling or lines or ["it said nothing"])[-1][:300]

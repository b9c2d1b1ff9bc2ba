"""Apache Kafka's jars, fetched once by Maven into the user's cache folder, and the Java that can run them."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from dsfleet.contracts.problems import InputError, Problem

KAFKA_VERSION = "4.1.1"
LEAST_JAVA = 17
"""Apache Kafka 4 brokers need Java 17 (Apache Kafka 4.0 upgrade notes)."""

DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
FETCH_TIMEOUT_S = 600

PROJECT_FILE = f"""<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dsfleet</groupId><artifactId>kafka-jars</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.24.3</version>
    </dependency>
  </dependencies>
</project>
"""

Progress = Callable[[str], None]


class KafkaUnavailableError(InputError):
    """Apache Kafka cannot be had or started on this machine; the message says in one sentence what is missing."""


def unavailable(code: str, message: str, mend: str | None = None) -> KafkaUnavailableError:
    """Return the error that says why Kafka cannot be had here."""
    return KafkaUnavailableError(Problem(code=code, message=message, mend=mend))


def default_cache_dir() -> Path:
    """Return the folder under the user's cache that holds everything fetched for Kafka."""
    return platformdirs.user_cache_path("dsfleet") / "kafka"


def find_java() -> str:
    """Return the path of a Java that can run Kafka: JAVA_HOME's, else the one on the path.

    Raises KafkaUnavailableError `java-missing` or `java-too-old`.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        raise unavailable(
            "java-missing",
            f"Apache Kafka needs Java {LEAST_JAVA} or newer and there is none on this machine.",
            "Install it, on Debian with: apt-get install openjdk-17-jre-headless.",
        )
    version = _java_version(java)
    if version < LEAST_JAVA:
        raise unavailable(
            "java-too-old", f"Apache Kafka needs Java {LEAST_JAVA} or newer; {java} is Java {version or 'unknown'}."
        )
    return java


def fetch_jars(progress: Progress, cache_dir: Path | None = None) -> Path:
    """Return the folder of Kafka's jars, fetched first where it is missing; one process fetches, others wait.

    Raises KafkaUnavailableError `maven-missing` or `jars-not-fetched`.
    """
    cache = cache_dir or default_cache_dir()
    target = cache / f"kafka-{KAFKA_VERSION}"
    if target.is_dir():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with _only_one(cache / "fetch.lock"):
        if not target.is_dir():
            _fetch_into(target, progress)
    return target


def _fetch_into(target: Path, progress: Progress) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise unavailable(
            "maven-missing",
            "Fetching Apache Kafka's jars needs Maven (mvn) and there is none on this machine.",
            "Install it, on Debian with: apt-get install maven.",
        )
    progress(f"fetching Apache Kafka {KAFKA_VERSION} with Maven, once")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="fetching-") as folder:
        project = Path(folder) / "pom.xml"
        project.write_text(PROJECT_FILE)
        jars = Path(folder) / "jars"
        _run_maven([maven, "-B", "-f", str(project), *_copy_goal(jars)], progress)
        if not (jars / f"kafka_2.13-{KAFKA_VERSION}.jar").is_file():
            raise unavailable("jars-not-fetched", "Maven ended well but did not deliver Apache Kafka's jars.")
        jars.rename(target)
    progress(f"Apache Kafka {KAFKA_VERSION} is in {target}")


def _copy_goal(jars: Path) -> list[str]:
    return [f"{DEPENDENCY_PLUGIN}:copy-dependencies", f"-DoutputDirectory={jars}", "-DincludeScope=runtime"]


def _run_maven(command: list[str], progress: Progress) -> None:
    """Run Maven, saying every tenth download; its last error lines are the error's message."""
    downloads = 0
    errors: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            if "Downloaded from" in line:
                downloads += 1
                if downloads % 10 == 0:
                    progress(f"fetching Apache Kafka: {downloads} files")
            elif "ERROR" in line:
                errors.append(line.strip())
        code = process.wait(FETCH_TIMEOUT_S)
    if code != 0:
        first = errors[0] if errors else f"exit code {code}"
        raise unavailable(
            "jars-not-fetched",
            f"Maven could not fetch Apache Kafka's jars: {first}",
            "Check the network, or Maven's settings for a mirror.",
        )


def _java_version(java: str) -> int:
    """Return Java's major version, 0 when it does not say."""
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=30).stderr
    found = re.search(r'version "(\d+)(?:\.(\d+))?', said)
    if found is None:
        return 0
    major = int(found[1])
    return int(found[2] or 0) if major == 1 else major


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield

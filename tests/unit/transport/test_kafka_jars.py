"""What a machine must have for Apache Kafka, and what is said when it lacks it."""

from pathlib import Path

import pytest

from dsfleet.transport.kafka_jars import KAFKA_VERSION, KafkaUnavailableError, fetch_jars, find_java


def a_program(folder: Path, name: str, script: str) -> Path:
    """Write an executable shell script."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def only_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of the path, so a test decides which programs exist."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


def code_of(error: pytest.ExceptionInfo[KafkaUnavailableError]) -> str:
    """Return the problem's code."""
    return error.value.problem.code


def test_no_java_is_said_with_the_mend(only_path: Path) -> None:
    """Without Java the problem names the version wanted and the package to install."""
    assert only_path.is_dir()
    with pytest.raises(KafkaUnavailableError, match="needs Java 17 or newer") as refusal:
        find_java()
    assert code_of(refusal) == "java-missing"
    assert "openjdk" in str(refusal.value.problem.mend)


@pytest.mark.parametrize(
    ("said", "is_enough"),
    [
        ('openjdk version "17.0.15" 2025-04-15', True),
        ('openjdk version "21" 2023-09-19', True),
        ('openjdk version "11.0.2" 2019-01-15', False),
        ('java version "1.8.0_402"', False),
        ("no version at all", False),
    ],
)
def test_java_is_judged_by_the_version_it_prints(only_path: Path, said: str, is_enough: bool) -> None:
    """Java 17 and newer are taken; older or unknown ones are refused by name."""
    java = a_program(only_path, "java", f"/bin/echo '{said}' >&2")
    if is_enough:
        assert find_java() == str(java)
        return
    with pytest.raises(KafkaUnavailableError) as refusal:
        find_java()
    assert code_of(refusal) == "java-too-old"


def test_java_home_wins_over_the_path(only_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where JAVA_HOME is set its Java is used."""
    a_program(only_path, "java", "/bin/echo 'java version \"1.8.0\"' >&2")
    (tmp_path / "home" / "bin").mkdir(parents=True)
    wanted = a_program(tmp_path / "home" / "bin", "java", "/bin/echo 'openjdk version \"17.0.1\"' >&2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    assert find_java() == str(wanted)


def test_no_maven_is_said_with_the_mend(only_path: Path, tmp_path: Path) -> None:
    """Without Maven and without jars the problem names the package to install."""
    assert only_path.is_dir()
    with pytest.raises(KafkaUnavailableError) as refusal:
        fetch_jars(print, tmp_path / "cache")
    assert code_of(refusal) == "maven-missing"
    assert "apt-get install maven" in str(refusal.value.problem.mend)


def test_a_failed_fetch_leaves_nothing_and_says_why(only_path: Path, tmp_path: Path) -> None:
    """Maven's first error is the problem's message, and the cache stays without a half-filled folder."""
    a_program(only_path, "mvn", "/bin/echo '[ERROR] Could not resolve host: repo.example'; exit 1")
    cache = tmp_path / "cache"
    with pytest.raises(KafkaUnavailableError, match=r"Could not resolve host: repo\.example") as refusal:
        fetch_jars(print, cache)
    assert code_of(refusal) == "jars-not-fetched"
    assert sorted(file.name for file in cache.iterdir()) == ["fetch.lock"]


def test_jars_are_fetched_once(only_path: Path, tmp_path: Path) -> None:
    """The first call runs Maven and tells its progress; the second finds the folder and needs no Maven."""
    script = (
        'for word in "$@"; do case "$word" in -DoutputDirectory=*) out="${word#*=}";; esac; done; /bin/mkdir -p "$out"'
        f'; : > "$out/kafka_2.13-{KAFKA_VERSION}.jar"; for n in 0 1 2 3 4 5 6 7 8 9; do echo "Downloaded from x"; done'
    )
    maven = a_program(only_path, "mvn", script)
    said: list[str] = []
    folder = fetch_jars(said.append, tmp_path / "cache")
    maven.unlink()
    assert fetch_jars(said.append, tmp_path / "cache") == folder
    assert [file.name for file in folder.iterdir()] == [f"kafka_2.13-{KAFKA_VERSION}.jar"]
    assert "fetching Apache Kafka: 10 files" in said

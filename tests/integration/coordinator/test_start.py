"""Starting, stopping, and what stands in the way: said in one sentence, nothing half done."""

import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from dsfleet.contracts.problems import InputError
from dsfleet.contracts.schemas import message_schemas
from dsfleet.coordinator.settings import load_settings
from dsfleet.coordinator.storage.database import Database
from dsfleet.coordinator.storage.migrate import migrate
from tests.eventually import eventually_sync
from tests.integration.coordinator.running import Running, running
from tests.unit.coordinator.reported.builders import OTHER_AGENT, a_greeting


def test_taken_port_is_refused_by_number(tmp_path: Path) -> None:
    """A port that another program holds is named with what to do, and no database is made."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError) as raised, running(tmp_path / "data", port=port):
            pass
    assert raised.value.problem.code == "port-taken"
    assert str(port) in raised.value.problem.message
    assert not (tmp_path / "data" / "coordinator.db").exists()


def test_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """A database that a newer version changed is left alone, and told so."""
    database = Database(f"sqlite:///{tmp_path / 'coordinator.db'}")
    migrate(database)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(InputError) as raised, running(tmp_path):
        pass
    assert raised.value.problem.code == "database-newer"


def test_unreachable_kafka_ends_the_start_with_a_sentence(tmp_path: Path) -> None:
    """`dsfleet coordinator` without a Kafka exits with 2, names the address and how to mend it; no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    words = [sys.executable, "-m", "dsfleet", "coordinator", "--port", "0", "--data-dir", str(tmp_path)]
    ended = subprocess.run([*words, "--kafka", f"127.0.0.1:{port}"], capture_output=True, text=True, timeout=150)
    assert ended.returncode == 2
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "mend:" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_open_event_stream_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """With a page following events, the coordinator ends within three seconds and the stream ends with it."""
    coordinator = Running(tmp_path)
    coordinator.start()
    ended = threading.Event()

    def follow() -> None:
        with coordinator.admin() as client, client.stream("GET", "/api/v1/events") as stream:
            for line in stream.iter_lines():
                if line.startswith("event: hello"):
                    following.set()
        ended.set()

    following = threading.Event()
    threading.Thread(target=follow, daemon=True).start()
    assert following.wait(10)
    begun = time.monotonic()
    coordinator.stop()
    assert time.monotonic() - begun < 3
    assert ended.wait(3)


def test_page_and_its_addresses_are_served_without_a_built_page(tmp_path: Path) -> None:
    """Where no page was built, a plain one says how to build it; files and unknown API routes are not found."""
    (tmp_path / "ui").mkdir()
    with running(tmp_path, ui=tmp_path / "ui") as coordinator, coordinator.client() as client:
        for path in ("/", "/cameras", "/instances/some-id"):
            answer = client.get(path)
            assert (answer.status_code, "not built" in answer.text) == (200, True)
        assert client.get("/assets/index.js").status_code == 404
        assert client.get("/api/v1/none").status_code == 404


def test_built_page_is_served_for_each_of_its_addresses(tmp_path: Path) -> None:
    """Every address of the page gives its entry; assets are kept; nothing outside the folder is given."""
    (tmp_path / "ui" / "assets").mkdir(parents=True)
    (tmp_path / "ui" / "index.html").write_text("<html>built</html>")
    (tmp_path / "ui" / "assets" / "a-1.js").write_text("1")
    (tmp_path / "secret.txt").write_text("no")
    with running(tmp_path, ui=tmp_path / "ui") as coordinator, coordinator.client() as client:
        assert "built" in client.get("/hosts").text
        asset = client.get("/assets/a-1.js")
        assert (asset.text, "immutable" in asset.headers["cache-control"]) == ("1", True)
        assert client.get("/%2e%2e/secret.txt").status_code == 404
        assert client.get("/..%2fsecret.txt").status_code == 404


def test_documents_and_health_are_open(coordinator: Running) -> None:
    """Health, figures and published contracts want no login."""
    with coordinator.client() as client:
        assert client.get("/healthz").text == "ok\n"
        assert client.get("/readyz").text == "ok\n"
        assert "dsfleet_messenger_up 1" in client.get("/metrics").text
        assert client.get("/openapi.json").json()["openapi"] == "3.1.0"
        for kind in ("deepstream-app", "deepstream-test5", "nvinfer"):
            assert "$schema" in client.get(f"/schemas/{kind}.json").json()
        assert client.get("/schemas/none.json").status_code == 422


def test_data_survives_a_restart(tmp_path: Path) -> None:
    """What was described and told is there again; a plan that changed nothing changes nothing."""
    with running(tmp_path) as first:
        first.send("POST", "/cameras", {"name": "a", "uri": "rtsp://joe:pw@192.0.2.1/a"})
        first.host()
    with running(tmp_path) as second:
        assert second.send("GET", "/cameras")["items"][0]["has_login"] is True
        assert second.send("GET", "/agents")["items"][0]["admission"] == "admitted"
        assert second.send("GET", "/plan")["nothing_to_do"]


def test_message_contracts_are_served(coordinator: Running) -> None:
    """The AsyncAPI document and each message's schema are there for whoever builds another agent."""
    with coordinator.client() as client:
        assert client.get("/asyncapi.json").json()["asyncapi"].startswith("3.")
        for name in message_schemas():
            assert "$schema" in client.get(f"/schemas/messages/{name}.json").json()
        assert client.get("/schemas/messages/none.json").json()["code"] == "schema-not-found"


def test_demo_lets_only_its_own_agent_in(tmp_path: Path) -> None:
    """In the demo an agent of the given name enters by itself, any other waits; outside the demo all wait."""
    with running(tmp_path / "demo", demo=True, auto_admit_names=("edge",)) as coordinator:
        coordinator.say(a_greeting("edge"), a_greeting("other", agent_id=OTHER_AGENT, fingerprint="sha256:f2"))
        eventually_sync(lambda: admissions(coordinator) == {"edge": "admitted", "other": "waiting"})
    with running(tmp_path / "earnest", auto_admit_names=("edge",)) as coordinator:
        coordinator.say(a_greeting("edge"))
        eventually_sync(lambda: admissions(coordinator) == {"edge": "waiting"})


def admissions(coordinator: Running) -> dict[str, str]:
    """Return each host's standing by its name."""
    return {each["name"]: each["admission"] for each in coordinator.send("GET", "/agents")["items"]}


def test_waiting_start_serves_before_kafka_answers_and_ends_when_told(tmp_path: Path) -> None:
    """With --wait the page is there while Kafka is not and says so; SIGTERM ends it with 0 in a few seconds."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    token = tmp_path / "admin.token"
    words = [sys.executable, "-m", "dsfleet", "coordinator", "--port", "0", "--data-dir", str(tmp_path), "--wait"]
    words += ["--kafka", f"127.0.0.1:{port}", "--admin-token-file", str(token)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().removeprefix("The page is at ").strip()
            headers = {"Authorization": f"Bearer {token.read_text().strip()}"}

            def is_down() -> bool:
                system = httpx.get(f"{address}/api/v1/system", headers=headers, trust_env=False).json()
                return not system["messenger"]["ok"]

            eventually_sync(is_down, 30)
            assert httpx.get(f"{address}/readyz", trust_env=False).status_code == 503
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_settings_come_from_flags_then_environment_then_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag wins over DSFLEET_*, which wins over the TOML file, which wins over the default."""
    file = tmp_path / "coordinator.toml"
    file.write_text('port = 1\nkafka = "file:9092"\ndeadline_s = 7\n')
    monkeypatch.setenv("DSFLEET_PORT", "2")
    monkeypatch.setenv("DSFLEET_KAFKA", "environment:9092")
    monkeypatch.setenv("DSFLEET_AUTO_ADMIT_NAMES", '["demo-host"]')
    settings = load_settings(file, {"port": 3, "host": None})
    assert (settings.port, settings.kafka, settings.deadline_s) == (3, "environment:9092", 7)
    assert (settings.host, settings.auto_admit_names) == ("127.0.0.1", ("demo-host",))

"""The database's history, on every database it is meant for."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from dsfleet.coordinator.storage.database import Database
from dsfleet.coordinator.storage.migrate import migrate
from dsfleet.coordinator.storage.tables import METADATA
from tests.integration.coordinator.running import running
from tests.integration.coordinator.test_draft import an_instance, cameras


def _postgresql_programs() -> Path | None:
    found = shutil.which("initdb") or next(map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    return Path(found).parent if found else None


def _as_server_user(*words: str) -> list[str]:
    """Return the command as a user that PostgreSQL runs under: it refuses root."""
    return (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *words] if os.getuid() == 0 else [*words]
    )


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """The address of an empty PostgreSQL of this test's own, reached through a socket file; skips where none is."""
    pytest.importorskip("psycopg", reason="no PostgreSQL driver is installed")
    programs = _postgresql_programs()
    if programs is None:
        pytest.skip("no PostgreSQL is installed")
    with tempfile.TemporaryDirectory() as folder:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        control, data = str(programs / "pg_ctl"), f"{folder}/data"
        options = f"-c listen_addresses='' -k {folder}"
        run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
        subprocess.run(_as_server_user(str(programs / "initdb"), "-A", "trust", "-U", "dsfleet", "-D", data), **run)
        subprocess.run(_as_server_user(control, "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start"), **run)
        try:
            yield f"postgresql+psycopg://dsfleet@/postgres?host={folder}"
        finally:
            subprocess.run(_as_server_user(control, "-D", data, "-m", "immediate", "-w", "stop"), **run)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'coordinator.db'}"
    return str(request.getfixturevalue("postgresql"))


def test_migrated_database_has_exactly_the_tables_of_the_code(address: str) -> None:
    """After every step, and after doing it again, tables, columns, types and indexes are those of tables.py."""
    database = Database(address)
    migrate(database)
    migrate(database)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    database.close()


def test_coordinator_works_on_it(address: str, tmp_path: Path) -> None:
    """Draft, filters by label and state, plan, update request, cancel, audit and counts work on each database."""
    with running(tmp_path / "data", database_url=address) as coordinator:
        coordinator.host()
        ids = cameras(coordinator, "one", "two")
        coordinator.send("PATCH", f"/cameras/{ids[0]}", {"labels": {"site": "north"}})
        found = coordinator.send("GET", "/cameras?label=site=north&state=unassigned&q=ON&limit=1")
        assert [each["name"] for each in found["items"]] == ["one"]
        page = coordinator.send("GET", f"/cameras?limit=1&cursor={found['next_cursor']}")
        assert [each["name"] for each in page["items"]] == ["two"]
        made = an_instance(coordinator, camera_ids=ids)
        request = coordinator.update()
        assert coordinator.send("GET", f"/update-requests?agent_id={request['hosts'][0]['agent_id']}")["items"]
        coordinator.send("POST", f"/update-requests/{request['id']}/cancel")
        coordinator.send("DELETE", f"/instances/{made['id']}")
        assert coordinator.send("GET", "/system")["counts"]["cameras"] == {"unassigned": 2}
        assert len(coordinator.send("GET", "/audit?limit=3")["items"]) == 3

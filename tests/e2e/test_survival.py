"""Killing parts while they work: all goes on, nothing is doubled, nothing is lost; Ctrl-C leaves nothing behind."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import httpx
import psutil
import pytest

from tests.e2e.product import STOP_TIMEOUT_S, Product, running_product
from tests.eventually import eventually_sync

PARTS = {"agent": "dsfleet agent", "coordinator": "dsfleet coordinator", "broker": "java"}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A demo of this module's own, for it is not left as it was found."""
    with running_product(tmp_path_factory.mktemp("survival"), "--cameras", "2") as running:
        running.live_cameras(2, timeout_s=90)
        yield running


@pytest.mark.parametrize("part", list(PARTS))
def test_killed_part_comes_back_and_restarts_no_container(own: Product, part: str) -> None:
    """Agent, coordinator or broker killed with -9: it is started again, and the container is the very same one."""
    before = {each["Id"]: each["State"]["StartedAt"] for each in own.containers()}
    victim = own.part(PARTS[part])
    victim.send_signal(signal.SIGKILL)
    victim.wait(timeout=10)

    def back() -> bool:
        process = own.part(PARTS[part])
        assert process.pid != victim.pid
        return process.is_running()

    eventually_sync(back, timeout_s=60, interval_s=0.2)

    def settled() -> bool:
        own.get("/system")
        (agent,) = own.items("/agents")
        assert agent["link"] == "live"
        assert agent["converged"], agent["cause"]
        return True

    eventually_sync(lambda: _tried(settled), timeout_s=90, interval_s=0.3)
    own.live_cameras(2, timeout_s=90)
    assert {each["Id"]: each["State"]["StartedAt"] for each in own.containers()} == before
    camera = own.named("/cameras", "cam-2")
    own.send("PATCH", f"/cameras/{camera['id']}", {"enabled": False})
    own.update(timeout_s=90)
    own.send("PATCH", f"/cameras/{camera['id']}", {"enabled": True})
    own.update(timeout_s=90)
    own.live_cameras(2, timeout_s=60)


def test_update_filed_while_the_agent_is_dead_is_carried_out_later(own: Product) -> None:
    """An update request outlives the agent's death: it converges after the agent has come back."""
    instance = own.named("/instances", "demo-1")
    own.part(PARTS["agent"]).send_signal(signal.SIGKILL)
    own.send("PATCH", f"/instances/{instance['id']}", {"mode": "debug"})
    own.update(timeout_s=90)
    own.send("PATCH", f"/instances/{instance['id']}", {"mode": "normal"})
    own.update(timeout_s=90)
    own.live_cameras(2)


def test_container_removed_by_a_stranger_comes_back(own: Product) -> None:
    """A container that somebody removed by force is made again by itself."""
    (container,) = own.containers()
    engine = docker.APIClient()
    engine.remove_container(container["Id"], force=True)
    engine.close()
    eventually_sync(
        lambda: [each for each in own.containers() if each["State"]["Running"] and each["Id"] != container["Id"]],
        timeout_s=30,
        interval_s=0.2,
    )
    own.live_cameras(2)


def test_ctrl_c_leaves_nothing_and_the_next_start_finds_its_data(tmp_path: Path) -> None:
    """Ctrl-C ends everything within its promise and leaves no process and no container; data and ids stay."""
    data_dir = tmp_path / "data"
    with running_product(data_dir, "--cameras", "1") as first:
        first.live_cameras(1, timeout_s=90)
        children = psutil.Process(first.process.pid).children(recursive=True)
        agent_id, camera_id = first.agent_id(), first.named("/cameras", "cam-1")["id"]
        token = (data_dir / "admin.token").read_text()
        containers = first.containers()
        assert containers
        assert first.stop() <= STOP_TIMEOUT_S
        assert first.process.returncode == 0, first.output
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    engine = docker.APIClient()
    assert engine.containers(all=True, filters={"label": f"dsfleet.agent={agent_id}"}) == []
    assert _demo_containers(engine, data_dir) == []
    with running_product(data_dir, "--cameras", "1") as second:
        second.live_cameras(1, timeout_s=90)
        assert second.agent_id() == agent_id
        assert second.named("/cameras", "cam-1")["id"] == camera_id
        assert (data_dir / "admin.token").read_text() == token
        (only,) = second.items("/update-requests")
        assert only["state"] == "converged"
    engine.close()


def _demo_containers(engine: docker.APIClient, data_dir: Path) -> list[str]:
    found = engine.containers(all=True, filters={"label": "dsfleet.demo"})
    return [each["Names"][0] for each in found if str(data_dir) in str(each["Labels"])]


def _tried(check: Callable[[], bool]) -> bool:
    """Return the check's answer; a coordinator that does not answer yet counts as "not yet"."""
    try:
        return check()
    except httpx.TransportError as error:
        raise AssertionError(str(error)) from error

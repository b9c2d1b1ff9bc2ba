"""The agent on the machine's Docker engine, its instances being small scripts that speak as an application does."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import docker
import pytest

from dsfleet.agent.docker_engine import DockerEngine
from dsfleet.agent.engine import LABEL_AGENT
from dsfleet.contracts.identifiers import ContainerId
from dsfleet.contracts.messages.configuration import ConfigurationFile, DesiredInstance
from dsfleet.contracts.messages.request import RequestKind
from dsfleet.contracts.messages.status import CameraState, InstanceState
from tests.eventually import eventually
from tests.integration.agent.stage import DOCKER_IMAGE, pause_on_docker, remove_containers, remove_on_docker
from tests.unit.agent.builders import a_camera, an_instance
from tests.unit.agent.rig import RUNNING_MARK, Rig

pytestmark = pytest.mark.integration

APPLICATION = f"""
trap 'echo "** ERROR: <_intr_handler:1>: User Interrupted.."; exit 0' INT
echo "{RUNNING_MARK}"
while :; do
  printf '**PERF:  10.00 (10.00)\\t\\n'
  sleep 1 & wait $!
done
"""
REJECTING = """
echo "** ERROR: <parse_source:1>: parse_source failed"
echo "App run failed"
exit 255
"""

Scenario = Callable[[Rig], Awaitable[None]]
Play = Callable[[Scenario], None]


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """Run an admitted agent on Docker through a scenario, then clear its containers away."""

    def play_it(scenario: Scenario) -> None:
        async def played() -> None:
            engine = DockerEngine()
            try:
                async with Rig(engine, tmp_path).running() as rig:
                    await rig.admitted()
                    await scenario(rig)
            finally:
                await engine.close()

        asyncio.run(played())

    yield play_it
    state = json.loads((tmp_path / "state.json").read_text())
    remove_containers(state["agent_id"])


def scripted(script: str = APPLICATION, digest: str = "a", **changes: object) -> DesiredInstance:
    """Return an instance that runs a script out of its configuration, with one camera measured each second."""
    given: dict[str, object] = {
        "cameras": [a_camera()],
        "image": DOCKER_IMAGE,
        "command": ("/bin/sh", "/config/app.sh"),
        "files": (ConfigurationFile(path="/config/app.sh", content=script),),
        "perf_interval_s": 1.0,
        "stop_timeout_s": 5.0,
    }
    return an_instance(digest=digest, **(given | changes))  # type: ignore[arg-type]


def inspected(rig: Rig) -> list[dict[str, object]]:
    """Return what Docker says about this agent's containers."""
    agent_id = json.loads((rig.state_dir / "state.json").read_text())["agent_id"]
    client = docker.APIClient()
    try:
        rows = client.containers(all=True, filters={"label": f"{LABEL_AGENT}={agent_id}"})
        return [client.inspect_container(row["Id"]) for row in rows]
    finally:
        client.close()


async def the_container(rig: Rig) -> ContainerId:
    """Return the id of the agent's one container."""
    (container,) = await asyncio.to_thread(inspected, rig)
    return ContainerId(str(container["Id"]))


def test_instance_runs_and_is_judged_by_its_frames(play: Play):
    """A desired instance runs on Docker as NVIDIA's application must be run, and its frames reach the report."""

    async def scenario(rig: Rig) -> None:
        await rig.desire(1, scripted(memory_limit_mib=64))
        await rig.until_converged(1)
        seen = rig.instance()
        assert (seen.state, seen.cameras[0].state) == (InstanceState.RUNNING, CameraState.LIVE)
        assert seen.cameras[0].fps == 10.0
        (container,) = await asyncio.to_thread(inspected, rig)
        host, config = container["HostConfig"], container["Config"]
        assert isinstance(host, dict)
        assert isinstance(config, dict)
        assert (host["NetworkMode"], host["Init"], host["RestartPolicy"]["Name"]) == ("host", True, "no")
        assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-file": "3", "max-size": "10m"}}
        assert host["Memory"] == 64 * 1024 * 1024
        assert (config["StopSignal"], config["StopTimeout"], config["OpenStdin"]) == ("SIGINT", 5, True)
        assert (config["Entrypoint"], config["Cmd"]) == (["/bin/sh"], ["/config/app.sh"])
        assert "PERF" not in json.dumps(container)

    play(scenario)


def test_restarted_agent_keeps_its_containers(play: Play):
    """The end of the agent leaves its instances running; its next start takes up the same container and start time."""

    async def scenario(rig: Rig) -> None:
        await rig.desire(1, scripted())
        await rig.until_converged(1)
        before = await asyncio.to_thread(inspected, rig)
        await rig.stop()
        assert await asyncio.to_thread(inspected, rig) == before
        rig.messages.clear()
        await rig.start()
        await rig.until_converged(1)
        after = await asyncio.to_thread(inspected, rig)
        assert [(one["Id"], one["State"]) for one in after] == [(one["Id"], one["State"]) for one in before]
        assert rig.instance().cameras[0].state is CameraState.LIVE

    play(scenario)


def test_changed_digest_makes_a_new_container(play: Play):
    """A new digest stops the old container with its stop signal, removes it and makes a new one."""

    async def scenario(rig: Rig) -> None:
        await rig.desire(1, scripted(digest="a"))
        await rig.until_converged(1)
        before = await the_container(rig)
        await rig.desire(2, scripted(digest="b"))
        await rig.until_converged(2, timeout_s=20)
        assert await the_container(rig) != before
        done = [(one.action, one.result.value, one.duration_s < 4.0) for one in rig.report.outcomes]
        assert done == [("stop", "done", True), ("remove", "done", True), ("create", "done", True)]

    play(scenario)


def test_container_removed_by_a_stranger_is_back_within_a_pass(play: Play):
    """A container removed behind the agent's back runs again on Docker's event."""

    async def scenario(rig: Rig) -> None:
        await rig.desire(1, scripted())
        await rig.until_converged(1)
        before = await the_container(rig)
        await asyncio.to_thread(remove_on_docker, before)

        def is_back() -> bool:
            seen = rig.instance()
            return seen.container_id not in (None, before) and seen.state is InstanceState.RUNNING

        await eventually(is_back, timeout_s=5.0)

    play(scenario)


def test_paused_container_goes_on(play: Play):
    """A container paused behind the agent's back goes on, the same one."""

    async def scenario(rig: Rig) -> None:
        await rig.desire(1, scripted())
        await rig.until_converged(1)
        before = await the_container(rig)
        await asyncio.to_thread(pause_on_docker, before)
        await eventually(lambda: [one.action for one in rig.report.outcomes] == ["unpause"])
        await rig.until_converged(1)
        assert await the_container(rig) == before

    play(scenario)


def test_configuration_is_read_back_from_the_container(play: Play):
    """The files are read back out of the running container and found to be as sent."""

    async def scenario(rig: Rig) -> None:
        desired = scripted()
        await rig.desire(1, desired)
        await rig.until_converged(1)
        (piece,) = await rig.answers(await rig.ask(RequestKind.READ_CONFIGURATION, "i-1"))
        assert piece.files == desired.files
        assert piece.matches_sent is True

    play(scenario)


def test_rejected_configuration_is_failed(play: Play):
    """An application that rejects its configuration leaves its instance failed, with the application's words."""

    async def scenario(rig: Rig) -> None:
        await rig.desire(1, scripted(REJECTING))
        await rig.until_state(InstanceState.FAILED)
        assert rig.instance().exit_code == 255
        assert "parse_source failed" in rig.instance().cause
        assert rig.instance().restarts == 0

    play(scenario)


def test_command_that_is_not_in_the_image_is_failed(play: Play):
    """A command that the image lacks is not tried again and again: it waits for a new revision."""

    async def scenario(rig: Rig) -> None:
        await rig.desire(1, scripted(command=("deepstream-absent-app",)))
        await rig.until_state(InstanceState.FAILED)
        problem = rig.instance().last_problem
        assert problem is not None
        assert problem.code == "command-not-found"
        assert rig.instance().restarts == 0

    play(scenario)


def test_image_that_cannot_be_fetched_leaves_the_old_container(play: Play):
    """A missing image whose registry does not answer leaves the old container running."""

    async def scenario(rig: Rig) -> None:
        await rig.desire(1, scripted(digest="a"))
        await rig.until_converged(1)
        before = await the_container(rig)
        await rig.desire(2, scripted(digest="b", image="127.0.0.1:9/dsfleet/absent:1"))
        await rig.until_state(InstanceState.BACKOFF)
        assert await the_container(rig) == before
        assert rig.instance().last_problem is not None

    play(scenario)

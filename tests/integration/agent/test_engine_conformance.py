"""What every engine promises; one suite for Docker and for the engine in memory."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import pytest

from dsfleet.agent.engine import ContainerDetails, EngineEvent, ListedContainer
from dsfleet.agent.model import ContainerState
from dsfleet.contracts.identifiers import ContainerId
from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.contracts.problems import RefusedError, TemporaryError
from dsfleet.simulator.engine import Program, SimulatedEngine
from tests.eventually import eventually
from tests.integration.agent.stage import (
    Stage,
    docker_stage,
    pause_on_docker,
    remove_containers,
    simulated_stage,
)

STAYS = Program(lines=("one", "two"))
ENDS = Program(lines=("last words",), exit_code=3)
GONE = ContainerId("0" * 64)

Scenario = Callable[[Stage], Awaitable[None]]
Play = Callable[[Scenario], None]


@pytest.fixture(params=["simulated", pytest.param("docker", marks=pytest.mark.integration)])
def play(request: pytest.FixtureRequest) -> Iterator[Play]:
    """Play a scenario on an engine and clear away what it made."""
    labels: list[str] = []

    def play_it(scenario: Scenario) -> None:
        async def played() -> None:
            stage = docker_stage() if request.param == "docker" else simulated_stage()
            labels.append(stage.label)
            try:
                await scenario(stage)
            finally:
                await stage.engine.close()

        asyncio.run(played())

    yield play_it
    if request.param == "docker":
        for label in labels:
            remove_containers(label)


async def listed(stage: Stage, container_id: ContainerId) -> ListedContainer | None:
    return next((one for one in await stage.engine.containers() if one.container_id == container_id), None)


async def until_exited(stage: Stage, container_id: ContainerId) -> ContainerDetails:
    async def check() -> ContainerDetails | None:
        details = await stage.engine.details(container_id)
        return details if details is not None and details.state is ContainerState.EXITED else None

    found = await eventually(check)
    assert found is not None
    return found


async def lines_of(stage: Stage, container_id: ContainerId) -> list[str]:
    return [line.text for line in await stage.engine.tail(container_id, 100)]


async def until_said(stage: Stage, container_id: ContainerId, expected: list[str]) -> None:
    async def check() -> bool:
        return await lines_of(stage, container_id) == expected

    await eventually(check)


def test_a_run_container_is_listed_as_made(play: Play):
    """A container that was run is listed as running, with its name and labels."""

    async def scenario(stage: Stage) -> None:
        spec = stage.spec(STAYS)
        container_id = await stage.engine.run(spec)
        seen = await listed(stage, container_id)
        assert seen is not None
        assert (seen.name, seen.state) == (spec.name, ContainerState.RUNNING)
        assert spec.labels.items() <= seen.labels.items()
        details = await stage.engine.details(container_id)
        assert details is not None
        assert details.started_at is not None

    play(scenario)


def test_files_are_in_place_before_the_program_starts_and_read_back_alike(play: Play):
    """Files come back as they were put in, in the order asked; a missing one is left out, a large one refused."""
    files = (
        ConfigurationFile(path="/config/app.txt", content="[application]\nname=ü\n", mode=0o600),
        ConfigurationFile(path="/config/models/labels.txt", content="person\n", mode=0o644),
    )

    async def scenario(stage: Stage) -> None:
        container_id = await stage.engine.run(stage.spec(STAYS, files=files))
        paths = ["/config/models/labels.txt", "/config/absent.txt", "/config/app.txt"]
        assert await stage.engine.read_files(container_id, paths, 1000) == (files[1], files[0])
        with pytest.raises(RefusedError) as refusal:
            await stage.engine.read_files(container_id, ["/config/app.txt"], 3)
        assert refusal.value.problem.code == "file-too-large"

    play(scenario)


def test_an_ended_program_is_seen_with_its_exit_code(play: Play):
    """A program that ends leaves an exited container with its code, its times and its words."""

    async def scenario(stage: Stage) -> None:
        container_id = await stage.engine.run(stage.spec(ENDS))
        details = await until_exited(stage, container_id)
        assert details.exit_code == 3
        assert details.started_at is not None
        assert details.finished_at is not None
        assert await lines_of(stage, container_id) == ["last words"]

    play(scenario)


def test_an_exited_container_starts_again(play: Play):
    """An exited container runs again under the same id, with a later start; starting what runs changes nothing."""

    async def scenario(stage: Stage) -> None:
        container_id = await stage.engine.run(stage.spec(STAYS))
        before = await stage.engine.details(container_id)
        await stage.engine.start(container_id)
        assert await stage.engine.details(container_id) == before
        await stage.engine.stop(container_id, 1.0)
        await stage.engine.start(container_id)
        after = await stage.engine.details(container_id)
        assert before is not None
        assert before.started_at is not None
        assert after is not None
        assert after.started_at is not None
        assert after.state is ContainerState.RUNNING
        assert after.started_at > before.started_at

    play(scenario)


def test_stop_and_remove_may_be_repeated(play: Play):
    """Stopping and removing what is stopped or gone already succeeds; a gone container has no details."""

    async def scenario(stage: Stage) -> None:
        container_id = await stage.engine.run(stage.spec(STAYS))
        for _ in range(2):
            await stage.engine.stop(container_id, 1.0)
        for _ in range(2):
            await stage.engine.remove(container_id)
        await stage.engine.stop(container_id, 1.0)
        assert await stage.engine.details(container_id) is None
        assert await stage.engine.tail(container_id, 10) == ()
        assert await listed(stage, container_id) is None

    play(scenario)


def test_a_running_container_is_not_removed(play: Play):
    """Removing what still runs fails and leaves it running."""

    async def scenario(stage: Stage) -> None:
        container_id = await stage.engine.run(stage.spec(STAYS))
        with pytest.raises(TemporaryError):
            await stage.engine.remove(container_id)
        seen = await listed(stage, container_id)
        assert seen is not None
        assert seen.state is ContainerState.RUNNING

    play(scenario)


def test_a_name_is_held_once(play: Play):
    """A second container of the same name is a conflict."""

    async def scenario(stage: Stage) -> None:
        spec = stage.spec(STAYS)
        await stage.engine.run(spec)
        with pytest.raises(TemporaryError) as conflict:
            await stage.engine.run(spec)
        assert conflict.value.problem.code == "engine-conflict"

    play(scenario)


def test_a_missing_image_is_known_and_said(play: Play):
    """An image that is not here is known not to be; what needs it or tries to fetch it says which."""
    missing = "127.0.0.1:9/dsfleet/absent:1"

    async def scenario(stage: Stage) -> None:
        present = stage.spec(STAYS)
        assert await stage.engine.has_image(present.image)
        assert not await stage.engine.has_image(missing)
        with pytest.raises(TemporaryError) as failure:
            await stage.engine.pull(missing)
        assert failure.value.problem.code == "image-pull-failed"
        assert missing in failure.value.problem.message

    play(scenario)


def test_output_is_followed_from_its_beginning_to_its_end(play: Play):
    """Following yields what was said before and after, in order, with times, and ends with the program."""

    async def scenario(stage: Stage) -> None:
        container_id = await stage.engine.run(stage.spec(STAYS))

        await until_said(stage, container_id, ["one", "two"])
        details = await stage.engine.details(container_id)
        assert details is not None
        assert details.started_at is not None
        heard: list[str] = []
        async with asyncio.timeout(10):
            async for lines in stage.engine.follow(container_id, details.output_since, 100):
                assert all(abs(line.at - details.started_at) < timedelta(seconds=10) for line in lines)
                heard += [line.text for line in lines]
                if heard == ["one", "two"]:
                    await stage.engine.stop(container_id, 0.0)
        assert heard == ["one", "two"]

    play(scenario)


def test_following_begins_with_the_present_run(play: Play):
    """What the run before said is not heard again when following the present one."""

    async def scenario(stage: Stage) -> None:
        container_id = await stage.engine.run(stage.spec(STAYS))
        for spoken in (["one", "two"], ["one", "two"] * 2):
            await until_said(stage, container_id, spoken)
            await stage.engine.stop(container_id, 0.0)
            await stage.engine.start(container_id)
        details = await stage.engine.details(container_id)
        assert details is not None
        heard: list[str] = []
        async with asyncio.timeout(10):
            async for lines in stage.engine.follow(container_id, details.output_since, 100):
                heard += [line.text for line in lines]
                if heard == ["one", "two"]:
                    await stage.engine.stop(container_id, 0.0)
        assert heard == ["one", "two"]

    play(scenario)


def test_events_tell_of_ours_only(play: Play):
    """After the first, empty event come those of containers with the label asked for, and of no others."""

    async def scenario(stage: Stage) -> None:
        heard: list[EngineEvent | None] = []

        async def listen() -> None:
            async for event in stage.engine.events(stage.label):
                heard.append(event)

        listening = asyncio.create_task(listen())
        await eventually(lambda: heard == [None])
        stranger = await stage.engine.run(stage.spec(STAYS, labels={"dsfleet.agent": f"{stage.label}-other"}))
        ours = await stage.engine.run(stage.spec(STAYS))
        await stage.engine.stop(ours, 0.0)
        await stage.engine.remove(ours)
        await eventually(lambda: heard[-1] == EngineEvent(ours, "destroy"))
        actions = [event.action for event in heard if event is not None]
        assert {event.container_id for event in heard if event is not None} == {ours}
        assert [action for action in actions if action in ("start", "die", "destroy")] == ["start", "die", "destroy"]
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
        await stage.engine.stop(stranger, 0.0)
        await stage.engine.remove(stranger)

    play(scenario)


def test_a_paused_container_goes_on(play: Play):
    """A paused container is listed as such and runs again when let."""

    async def scenario(stage: Stage) -> None:
        container_id = await stage.engine.run(stage.spec(STAYS))
        if isinstance(stage.engine, SimulatedEngine):
            stage.engine.pause_from_outside(container_id)
        else:
            await asyncio.to_thread(pause_on_docker, container_id)
        paused = await listed(stage, container_id)
        assert paused is not None
        assert paused.state is ContainerState.PAUSED
        await stage.engine.unpause(container_id)
        running = await listed(stage, container_id)
        assert running is not None
        assert running.state is ContainerState.RUNNING

    play(scenario)


def test_what_is_gone_cannot_be_started(play: Play):
    """Starting a container that is gone is an error that may pass, not a refusal."""

    async def scenario(stage: Stage) -> None:
        with pytest.raises(TemporaryError) as failure:
            await stage.engine.start(GONE)
        assert failure.value.problem.code == "not-found-on-engine"

    play(scenario)

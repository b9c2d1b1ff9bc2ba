"""What a first start describes, and that describing it twice changes nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from dsfleet.cli.demo.api import CoordinatorApi
from dsfleet.cli.demo.model import DemoSettings, Memory
from dsfleet.cli.demo.seed import admitted_agent, seed
from dsfleet.contracts.problems import InputError, TemporaryError
from tests.unit.cli.demo.fake_coordinator import FakeCoordinator

AGENT = {"id": "a-1", "name": "demo-host", "admission": "admitted"}


@pytest.fixture
def settings(tmp_path: Path) -> DemoSettings:
    """Three cameras, and the token file that the coordinator would have written."""
    (tmp_path / "admin.token").write_text("secret-token\n")
    return DemoSettings(8080, 3, tmp_path, "simulator:x", "camera:x")


def a_memory() -> Memory:
    return Memory(camera_port=18550, port_first=18600, port_last=18639, cameras=3)


def run_seed(settings: DemoSettings, fake: FakeCoordinator, agent_id: Callable[[], str | None] = lambda: "a-1") -> None:
    async def go() -> None:
        async with CoordinatorApi(settings.url, settings.token_file, fake.transport()) as api:
            await seed(api, settings, a_memory(), agent_id)

    asyncio.run(go())


def test_first_start_describes_everything_and_files_the_plan(settings: DemoSettings) -> None:
    """Pipeline, cameras and an instance with them exist, and the plan is filed as an update request."""
    fake = FakeCoordinator(objects={"/agents": [AGENT]})
    run_seed(settings, fake)
    assert [camera["uri"] for camera in fake.at("/cameras")] == [
        f"rtsp://127.0.0.1:18550/cam-{number}" for number in (1, 2, 3)
    ]
    (pipeline,) = fake.at("/pipelines")
    assert (pipeline["name"], pipeline["image"]) == ("demo", "simulator:x")
    (instance,) = fake.at("/instances")
    assert instance["camera_ids"] == [camera["id"] for camera in fake.at("/cameras")]
    assert (instance["agent_id"], instance["pipeline_id"]) == ("a-1", pipeline["id"])
    assert [request["plan_id"] for request in fake.at("/update-requests")] == ["p-1"]


def test_start_that_was_cut_off_is_completed(settings: DemoSettings) -> None:
    """What an interrupted start had made is taken as it is; only what is missing is added."""
    fake = FakeCoordinator(objects={"/agents": [AGENT]})
    fake.at("/cameras").extend([{"id": "kept-2", "name": "cam-2"}, {"id": "other", "name": "cam-22"}])
    run_seed(settings, fake)
    assert [camera["name"] for camera in fake.at("/cameras")] == ["cam-2", "cam-22", "cam-1", "cam-3"]
    assert fake.at("/instances")[0]["camera_ids"][1] == "kept-2"


def test_seeding_twice_makes_nothing_twice(settings: DemoSettings) -> None:
    """A second run over the same coordinator creates nothing, and files nothing where the plan is empty."""
    fake = FakeCoordinator(objects={"/agents": [AGENT]})
    run_seed(settings, fake)
    before = {path: len(items) for path, items in fake.objects.items()}
    fake.nothing_to_do = True
    run_seed(settings, fake)
    assert {path: len(items) for path, items in fake.objects.items()} == before


def test_another_agent_on_the_same_kafka_is_not_taken(settings: DemoSettings) -> None:
    """Only the agent whose id is in the demo's own state directory is given the instance."""
    fake = FakeCoordinator(objects={"/agents": [{**AGENT, "id": "stranger"}, AGENT]})
    run_seed(settings, fake)
    assert fake.at("/instances")[0]["agent_id"] == "a-1"


def test_agent_never_admitted_is_told(settings: DemoSettings) -> None:
    """An agent that stays in the waiting room ends the wait with a sentence that says where to admit it."""
    fake = FakeCoordinator(objects={"/agents": [{**AGENT, "admission": "waiting"}]})

    async def go() -> None:
        async with CoordinatorApi(settings.url, settings.token_file, fake.transport()) as api:
            await admitted_agent(api, lambda: "a-1", timeout_s=0.2)

    with pytest.raises(TemporaryError, match="not admitted") as caught:
        asyncio.run(go())
    assert caught.value.problem.mend is not None
    assert settings.url in caught.value.problem.mend


def test_refusal_of_the_coordinator_reaches_the_operator(settings: DemoSettings) -> None:
    """A refusal carries the coordinator's own code and title."""
    refusal = {"code": "pipeline-name-taken", "title": "Another pipeline is named 'demo'.", "detail": "Rename it."}
    fake = FakeCoordinator(objects={"/agents": [AGENT]}, refusal=refusal)
    with pytest.raises(InputError, match="Another pipeline is named 'demo'") as caught:
        run_seed(settings, fake)
    assert caught.value.problem.code == "pipeline-name-taken"
    assert caught.value.problem.mend == "Rename it."


def test_wait_ends_when_the_part_is_hopeless(settings: DemoSettings) -> None:
    """Waiting for a coordinator whose process keeps dying ends at once with its last words."""
    fake = FakeCoordinator(is_ready=False)

    async def go() -> None:
        async with CoordinatorApi(settings.url, settings.token_file, fake.transport()) as api:
            await api.wait_until_ready(lambda: "it ended 3 times", timeout_s=60)

    with pytest.raises(TemporaryError, match="it ended 3 times"):
        asyncio.run(go())

"""What a first start describes to the coordinator: a pipeline, cameras, an instance for them, and "make it so"."""

import asyncio
from collections.abc import Callable
from typing import Any

from dsfleet.cli.demo.api import POLL_S, CoordinatorApi
from dsfleet.cli.demo.model import DemoSettings, Memory
from dsfleet.cli.demo.ports import LOOPBACK
from dsfleet.contracts.problems import Problem, TemporaryError

PIPELINE = "demo"
INSTANCE = "demo-1"
LEAST_CAPACITY = 8
CAMERA_FPS = 10.0
"""What the camera image delivers (images/camera/README.md)."""

WIDTH, HEIGHT = 640, 360


async def seed(api: CoordinatorApi, settings: DemoSettings, memory: Memory, agent_id: Callable[[], str | None]) -> None:
    """Everything of the first start exists and its update request is filed; what exists by name is not made twice.

    agent_id: the agent's id as soon as it has one.
    """
    pipeline = await _ensure(api, "/pipelines", _pipeline(settings))
    cameras = [await _ensure(api, "/cameras", _camera(memory, number)) for number in range(1, settings.cameras + 1)]
    agent = await admitted_agent(api, agent_id, timeout_s=60)
    instance = {
        "name": INSTANCE,
        "agent_id": agent["id"],
        "pipeline_id": pipeline["id"],
        "camera_ids": [camera["id"] for camera in cameras],
    }
    await _ensure(api, "/instances", instance)
    plan = await api.post("/plan")
    if not plan["nothing_to_do"]:
        await api.post("/update-requests", {"plan_id": plan["plan_id"], "note": "The demo's first start"})


async def admitted_agent(api: CoordinatorApi, agent_id: Callable[[], str | None], timeout_s: float) -> dict[str, Any]:
    """Return the demo's agent once it may enter. Raises TemporaryError `agent-not-admitted` after `timeout_s`."""
    deadline = asyncio.get_running_loop().time() + timeout_s
    while asyncio.get_running_loop().time() < deadline:
        known = agent_id()
        for agent in (await api.get("/agents"))["items"]:
            if agent["id"] == known and agent["admission"] == "admitted":
                return dict(agent)
        await asyncio.sleep(POLL_S)
    raise TemporaryError(
        Problem(
            code="agent-not-admitted",
            message=f"The demo's agent was not admitted within {timeout_s:g} s.",
            mend=f"Read the agent's log, and admit it in the page: {api.url}.",
        )
    )


async def _ensure(api: CoordinatorApi, path: str, body: dict[str, Any]) -> dict[str, Any]:
    found = await api.find(path, body["name"])
    return found if found is not None else dict(await api.post(path, body))


def _pipeline(settings: DemoSettings) -> dict[str, Any]:
    return {
        "name": PIPELINE,
        "image": settings.simulator_image,
        "cameras": max(LEAST_CAPACITY, settings.cameras),
        "width": WIDTH,
        "height": HEIGHT,
        "description": "The demo's pipeline: the simulator image reads cameras on the CPU.",
    }


def _camera(memory: Memory, number: int) -> dict[str, Any]:
    return {
        "name": f"cam-{number}",
        "uri": f"rtsp://{LOOPBACK}:{memory.camera_port}/cam-{number}",
        "expected_fps": CAMERA_FPS,
        "labels": {"site": "demo"},
    }

"""From update request to running containers, against the same containers made straight through the engine's API."""

import io
import statistics
import tarfile
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import docker

from tests.bench.table import Row
from tests.e2e.product import Product
from tests.eventually import eventually_sync

ROUNDS = 5
WORKERS = (1, 2, 4, 8)
"""The raw API is measured with each of these and credited with its best."""


def measure(product: Product, count: int) -> list[Row]:
    """Return create and remove of `count` instances through the product, each over the bare engine's best median."""
    engine = docker.APIClient()
    ours: list[float] = []
    try:
        with bench_cameras(product, count) as cameras:
            for _ in range(ROUNDS):
                took, recipes = _one_round(product, engine, cameras)
                ours.append(took)
        bare = {
            workers: statistics.median(_bare_round(engine, recipes, workers) for _ in range(ROUNDS))
            for workers in WORKERS
        }
    finally:
        engine.close()
    best = min(bare, key=lambda workers: bare[workers])
    name = f"update request -> {count} running"
    return [Row(name, statistics.median(ours), "s", f"raw create+put+start, {best} workers", bare[best])]


@contextmanager
def bench_cameras(product: Product, count: int) -> Iterator[list[str]]:
    """Yield the ids of `count` cameras that look at the demo's first one; gone afterwards."""
    uri = product.named("/cameras", "cam-1")["uri"]
    ids = [str(product.send("POST", "/cameras", {"name": f"bench-{n}", "uri": uri})["id"]) for n in range(count)]
    yield ids
    for camera_id in ids:
        product.send("DELETE", f"/cameras/{camera_id}")


def _one_round(
    product: Product, engine: docker.APIClient, cameras: Sequence[str]
) -> tuple[float, list[dict[str, Any]]]:
    first = product.named("/instances", "demo-1")
    body = {"agent_id": first["agent_id"], "pipeline_id": first["pipeline_id"]}
    made = [
        product.send("POST", "/instances", {**body, "name": f"bench-{n}", "camera_ids": [camera]})
        for n, camera in enumerate(cameras)
    ]
    wanted = {instance["id"] for instance in made}
    plan = product.send("POST", "/plan", {})
    started = time.monotonic()
    filed = product.send("POST", "/update-requests", {"plan_id": plan["plan_id"]})
    eventually_sync(lambda: _running(engine) >= wanted, timeout_s=120, interval_s=0.01)
    took = time.monotonic() - started
    recipes = [_recipe(engine, each) for each in _containers(engine) if each["Labels"]["dsfleet.instance"] in wanted]
    product.converged(filed["id"], timeout_s=120)
    for instance in made:
        product.send("DELETE", f"/instances/{instance['id']}")
    product.update(timeout_s=120)
    return took, recipes


def _containers(engine: docker.APIClient) -> list[dict[str, Any]]:
    return list(engine.containers(all=True, filters={"label": "dsfleet.instance"}))


def _running(engine: docker.APIClient) -> set[str]:
    return {each["Labels"]["dsfleet.instance"] for each in _containers(engine) if each["State"] == "running"}


def _recipe(engine: docker.APIClient, container: dict[str, Any]) -> dict[str, Any]:
    """Return what makes the same container again: its create call's body and the file inside it."""
    seen = engine.inspect_container(container["Id"])
    chunks, _ = engine.get_archive(container["Id"], "/config")
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
        files = {
            member.name: content.read() for member in archive.getmembers() if (content := archive.extractfile(member))
        }
    return {"config": seen["Config"], "host": seen["HostConfig"], "files": files}


def _bare_round(engine: docker.APIClient, recipes: Sequence[dict[str, Any]], workers: int) -> float:
    made: list[str] = []
    with ThreadPoolExecutor(workers) as pool:
        started = time.monotonic()
        made = list(pool.map(lambda recipe: _bare_start(engine, recipe), recipes))
        took = time.monotonic() - started
        list(pool.map(lambda each: engine.remove_container(each, force=True), made))
    return took


def _bare_start(engine: docker.APIClient, recipe: dict[str, Any]) -> str:
    config = recipe["config"]
    created = engine.create_container_from_config(  # type: ignore[no-untyped-call]  # untyped in the stubs
        {
            "Image": config["Image"],
            "Entrypoint": config["Entrypoint"],
            "Cmd": config["Cmd"],
            "OpenStdin": config["OpenStdin"],
            "StopSignal": config.get("StopSignal"),
            "Labels": {"dsfleet.bench": "bare"},
            "HostConfig": recipe["host"],
        },
        name=f"dsfleet-bench-{uuid.uuid4().hex[:12]}",
    )
    container_id = str(created["Id"])
    engine.put_archive(container_id, "/", _tar(recipe["files"]))
    engine.start(container_id)
    return container_id


def _tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()

"""What an agent costs at rest: memory against the bare client libraries, CPU over a minute in which nothing changes."""

import subprocess
import sys
import time

import psutil

from tests.bench.loop import bench_cameras
from tests.bench.table import Row
from tests.e2e.product import Product
from tests.eventually import eventually_sync

QUIET_S = 60.0
CONTAINERS = 5
BARE = "import docker, confluent_kafka, msgspec, psutil; print(psutil.Process().memory_info().rss)"
MIB = 1024 * 1024


def measure(product: Product) -> list[Row]:
    """Return memory and idle CPU of the demo's agent while it holds a few instances and nobody watches."""
    first = product.named("/instances", "demo-1")
    body = {"agent_id": first["agent_id"], "pipeline_id": first["pipeline_id"]}
    with bench_cameras(product, CONTAINERS) as cameras:
        made = [
            product.send("POST", "/instances", {**body, "name": f"bench-{n}", "camera_ids": [camera]})
            for n, camera in enumerate(cameras)
        ]
        product.update(timeout_s=120)
        rows = _at_rest(product.part("dsfleet agent"))
        for instance in made:
            product.send("DELETE", f"/instances/{instance['id']}")
        product.update(timeout_s=120)
    return rows


def _at_rest(agent: psutil.Process) -> list[Row]:
    bare = int(subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True).stdout)
    before, started = sum(agent.cpu_times()[:2]), time.monotonic()
    eventually_sync(lambda: time.monotonic() - started >= QUIET_S, timeout_s=QUIET_S + 5, interval_s=1)
    busy = sum(agent.cpu_times()[:2]) - before
    return [
        Row(
            f"agent memory, {CONTAINERS + 1} containers",
            agent.memory_info().rss / MIB,
            "MiB",
            "client libraries",
            bare / MIB,
        ),
        Row("agent idle CPU", 100 * busy / (time.monotonic() - started), "% of a core"),
    ]

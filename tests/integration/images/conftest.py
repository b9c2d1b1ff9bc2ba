"""Both images, built once per run (unchanged layers come from the engine's cache), and shared cameras."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.integration.images.rig import CAMERA_TAG, SIMULATOR_TAG, Cameras, running_cameras

_IMAGES = Path(__file__).parents[3] / "images"


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.DockerClient]:
    """A client of the machine's engine, with both images there."""
    for tag, folder in ((SIMULATOR_TAG, "simulator"), (CAMERA_TAG, "camera")):
        command = ["docker", "build", "--quiet", "--network", "host", "-t", tag, str(_IMAGES / folder)]
        subprocess.run(command, check=True, capture_output=True)
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture
def cameras(engine: docker.DockerClient) -> Iterator[Cameras]:
    """Cameras cam-1 to cam-4, all on."""
    with running_cameras(engine) as cameras:
        yield cameras

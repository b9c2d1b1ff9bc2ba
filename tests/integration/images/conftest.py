"""Both images, built where their folders changed, and cameras."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.integration.images.rig import Cameras, running_cameras

_BUILD = Path(__file__).parents[3] / "deploy/setup/images"


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.DockerClient]:
    """A client of the machine's engine, with both images there as their folders say."""
    subprocess.run([str(_BUILD)], check=True, capture_output=True)
    client = docker.from_env()
    yield client
    client.close()


@pytest.fixture
def cameras(engine: docker.DockerClient) -> Iterator[Cameras]:
    """Cameras cam-1 to cam-4, all on."""
    with running_cameras(engine) as cameras:
        yield cameras

"""The demo's use of Docker: its cameras, what an agent of the demo left, and whether everything needed is there."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import docker
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.utils import kwargs_from_env

from dsfleet.cli.demo.model import DemoSettings, Memory
from dsfleet.contracts.problems import InputError, Problem, TemporaryError
from dsfleet.kit.canonical import digest_of

DEMO_LABEL = "dsfleet.demo"
AGENT_LABEL = "dsfleet.agent"
REQUEST_TIMEOUT_S = 20
STOP_TIMEOUT_S = 2
WORKERS = 8


class DemoEngine:
    """One connection to the machine's Docker engine; methods block."""

    def __init__(self, client: docker.APIClient, settings: DemoSettings) -> None:
        """Keep the connection."""
        self._client = client
        self._settings = settings
        self._place = str(settings.data_dir)

    @classmethod
    def connect(cls, settings: DemoSettings) -> Self:
        """Return a connection to an engine that answers and has both images. Raises TemporaryError, InputError."""
        try:
            client = docker.APIClient(timeout=REQUEST_TIMEOUT_S, **_place_of_engine())
            client.ping()
        except (DockerException, OSError) as error:
            raise TemporaryError(
                Problem(
                    code="engine-unreachable",
                    message=f"No Docker engine answers: {_reason(error)}.",
                    mend="Run `make setup`, which starts one, or start Docker, or set DOCKER_HOST.",
                )
            ) from error
        engine = cls(client, settings)
        engine._require_image("--simulator-image", settings.simulator_image)
        engine._require_image("--camera-image", settings.camera_image)
        return engine

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def start_cameras(self, memory: Memory) -> None:
        """The cameras' container runs, a leftover replaced. Raises TemporaryError `cameras-not-started`."""
        try:
            self.remove_cameras()
            self._start_cameras(memory)
        except (DockerException, OSError) as error:
            raise TemporaryError(
                Problem(
                    code="cameras-not-started",
                    message=f"The cameras' container could not be started: {_reason(error)}.",
                    field="--camera-image",
                    value=self._settings.camera_image,
                )
            ) from error

    def _start_cameras(self, memory: Memory) -> None:
        words = ["--address", "127.0.0.1", "--port", str(memory.camera_port), "--count", str(memory.cameras)]
        config = self._client.create_host_config(network_mode="host", init=True, log_config=_small_log())
        container = self._client.create_container(
            self._settings.camera_image,
            command=words,
            name=f"dsfleet-demo-cameras-{digest_of(self._place)[-8:]}",
            labels={DEMO_LABEL: self._place},
            host_config=config,
        )
        self._client.start(container["Id"])

    def cameras_run(self) -> bool:
        """Return whether the cameras' container runs; True when the engine does not say."""
        try:
            return any(each["State"] == "running" for each in self._labelled(DEMO_LABEL, self._place))
        except (DockerException, OSError):
            return True  # could not look: an engine that is away is no reason to start cameras twice

    def cameras_said(self) -> str:
        """Return the last words of the cameras' container."""
        for each in self._labelled(DEMO_LABEL, self._place):
            return bytes(self._client.logs(each["Id"], tail=3)).decode(errors="replace").strip()
        return "their container is gone"

    def remove_cameras(self) -> None:
        """No container of this demo's cameras is left."""
        for each in self._labelled(DEMO_LABEL, self._place):
            self._remove(each["Id"])

    def remove_instances(self, agent_id: str) -> None:
        """No container of this agent is left; each is asked to end and killed after 2 s, side by side."""
        found = [each["Id"] for each in self._labelled(AGENT_LABEL, agent_id)]
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(self._end, found))

    def _end(self, container_id: str) -> None:
        try:
            self._client.stop(container_id, timeout=STOP_TIMEOUT_S)
        except NotFound:
            return
        self._remove(container_id)

    def _remove(self, container_id: str) -> None:
        try:
            self._client.remove_container(container_id, force=True)
        except NotFound:
            return
        except APIError as error:
            if error.status_code != 409:  # 409: its removal is already under way
                raise

    def _labelled(self, label: str, value: str) -> list[dict[str, Any]]:
        return list(self._client.containers(all=True, filters={"label": f"{label}={value}"}))

    def _require_image(self, flag: str, image: str) -> None:
        try:
            self._client.inspect_image(image)  # type: ignore[no-untyped-call]  # untyped in the stubs
        except ImageNotFound as error:
            raise InputError(
                Problem(
                    code="image-missing",
                    message=f"There is no image {image} on this machine's Docker engine.",
                    field=flag,
                    value=image,
                    mend="Run `make setup`, which builds the demo's images, or name an image that is there.",
                )
            ) from error


def _place_of_engine() -> Mapping[str, Any]:
    """Return DOCKER_HOST and its company as arguments of a client; empty: the machine's socket."""
    return dict(kwargs_from_env())


def _small_log() -> docker.types.LogConfig:
    return docker.types.LogConfig(type="json-file", config={"max-size": "1m", "max-file": "2"})


def _reason(error: Exception) -> str:
    explanation = getattr(error, "explanation", None)
    return str(explanation or error).strip().rstrip(".")

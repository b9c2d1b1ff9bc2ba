"""The Docker form of `Engine`: the SDK's low-level client, its blocking calls in worker threads.

Docker Engine API 1.41 (Docker 20.10) and later. Three small pools keep slow calls (pulls; stops and creations) from
holding up quick ones.
"""

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import docker
import docker.utils
from docker.errors import DockerException, NotFound
from docker.types import DeviceRequest, LogConfig
from requests.exceptions import ReadTimeout

from dsfleet.agent.docker_problems import LIBRARY_ERRORS, TRANSPORT_ERRORS, pull_problem, translated
from dsfleet.agent.engine import (
    LABEL_AGENT,
    ContainerDetails,
    ContainerSpec,
    EngineEvent,
    EngineVersion,
    ListedContainer,
    LogLine,
)
from dsfleet.agent.file_archive import pack_files, unpack_file
from dsfleet.agent.model import ContainerState
from dsfleet.agent.thread_stream import ThreadStream
from dsfleet.agent.worker_threads import WorkerThreads
from dsfleet.contracts.identifiers import ContainerId
from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.contracts.problems import RefusedError

T = TypeVar("T")

CALL_TIMEOUT_S = 60
PULL_SILENCE_S = 300
"""How long the engine may say nothing while it pulls: checking a large layer on a slow disk is silent too."""

QUICK_WORKERS = 4
SLOW_WORKERS = 8
PULL_WORKERS = 2
LOG_LIMIT = {"max-size": "10m", "max-file": "3"}
WATCHED_EVENTS = ("start", "die", "destroy", "pause", "unpause", "rename", "oom")


class DockerEngine:
    """One Docker engine, reached when first needed; away or not, nothing here fails at construction."""

    def __init__(self, address: str | None = None) -> None:
        """Keep where the engine is: `unix://` or `tcp://`; None for what DOCKER_HOST says, else the usual socket."""
        self._address = address
        self._client: docker.APIClient | None = None
        self._connecting = threading.Lock()
        self._quick = WorkerThreads("engine-quick", QUICK_WORKERS)
        self._slow = WorkerThreads("engine-slow", SLOW_WORKERS)
        self._pulls = WorkerThreads("engine-pull", PULL_WORKERS)

    async def version(self) -> EngineVersion:
        """Return the engine's version."""
        answer = await self._call(self._quick, lambda client: client.version(api_version=False))
        return EngineVersion(version=str(answer["Version"]), api_version=str(answer["ApiVersion"]))

    async def containers(self) -> tuple[ListedContainer, ...]:
        """Return every container, in one call that inspects none."""
        rows = await self._call(self._quick, lambda client: client.containers(all=True))
        return tuple(_listed(row) for row in rows)

    async def details(self, container_id: ContainerId) -> ContainerDetails | None:
        """Return a closer look, None when the container is gone."""
        answer = await self._call(self._quick, _or_none(lambda client: client.inspect_container(container_id)))
        return None if answer is None else _details(answer)

    async def has_image(self, reference: str) -> bool:
        """Return whether the image is here; a name that no image can bear is not, and the pull says why."""
        try:
            answer = await self._call(self._quick, _or_none(lambda client: _inspect_image(client, reference)))
        except RefusedError:
            return False
        return answer is not None

    async def pull(self, reference: str) -> None:
        """Make the image present; five minutes without a word from the engine are a failure."""
        await self._call(self._pulls, lambda client: _pull(client, reference))

    async def run(self, spec: ContainerSpec) -> ContainerId:
        """Make, fill and start a container."""
        return await self._call(self._slow, lambda client: _run(client, spec))

    async def start(self, container_id: ContainerId) -> None:
        """Start an exited container."""
        await self._call(self._slow, lambda client: client.start(container_id))

    async def unpause(self, container_id: ContainerId) -> None:
        """Let a paused container go on."""
        await self._call(self._slow, lambda client: client.unpause(container_id))

    async def stop(self, container_id: ContainerId, timeout_s: float) -> None:
        """End the program; returns when it has ended."""
        await self._call(self._slow, _or_none(lambda client: client.stop(container_id, timeout=round(timeout_s))))

    async def remove(self, container_id: ContainerId) -> None:
        """Remove the container with its anonymous volumes."""
        await self._call(self._slow, _or_none(lambda client: client.remove_container(container_id, v=True)))

    async def read_files(
        self, container_id: ContainerId, paths: Sequence[str], limit_bytes: int
    ) -> tuple[ConfigurationFile, ...]:
        """Return the files as they are in the container's layer."""

        def read(client: docker.APIClient) -> tuple[ConfigurationFile, ...]:
            found = [_read_file(client, container_id, path, limit_bytes) for path in paths]
            return tuple(file for file in found if file is not None)

        return await self._call(self._quick, read)

    async def tail(self, container_id: ContainerId, lines: int) -> tuple[LogLine, ...]:
        """Return the newest lines of output."""
        output = await self._call(
            self._quick, _or_none(lambda client: client.logs(container_id, timestamps=True, tail=lines, stream=False))
        )
        return _log_lines(output or b"")

    async def follow(
        self, container_id: ContainerId, since: datetime | None, tail: int
    ) -> AsyncIterator[tuple[LogLine, ...]]:
        """Yield the output as it comes; ends with the program or the engine."""
        since_s = None if since is None else since.timestamp()
        opened = await self._call(
            self._quick,
            lambda client: client.logs(
                container_id, stream=True, follow=True, timestamps=True, since=since_s, tail=tail
            ),
        )
        async with ThreadStream[bytes](opened, opened.close, TRANSPORT_ERRORS) as chunks:
            async for chunk in chunks:
                yield _log_lines(chunk)

    async def events(self, agent_label: str) -> AsyncIterator[EngineEvent | None]:
        """Yield None once listening, then events; ends with the engine."""
        filters = {"type": ["container"], "label": [f"{LABEL_AGENT}={agent_label}"], "event": list(WATCHED_EVENTS)}
        opened = await self._call(self._quick, lambda client: client.events(decode=True, filters=filters))
        yield None
        async with ThreadStream[dict[str, Any]](opened, opened.close, TRANSPORT_ERRORS) as items:
            async for item in items:
                yield EngineEvent(ContainerId(str(item.get("id", ""))), str(item.get("Action", "")))

    async def close(self) -> None:
        """Let go of threads and connections; a call under way is left to end by itself."""
        for pool in (self._quick, self._slow, self._pulls):
            pool.close()
        if self._client is not None:
            self._client.close()

    async def _call(self, pool: WorkerThreads, ask: Callable[[docker.APIClient], T]) -> T:
        def blocking() -> T:
            try:
                return ask(self._connected())
            except LIBRARY_ERRORS as error:
                raise translated(error) from error

        return await pool.call(blocking)

    def _connected(self) -> docker.APIClient:
        with self._connecting:
            if self._client is None:
                found: dict[str, Any] = dict(docker.utils.kwargs_from_env())
                settings = {"base_url": self._address} if self._address else found
                self._client = _Client(
                    version="auto", timeout=CALL_TIMEOUT_S, num_pools=4, max_pool_size=SLOW_WORKERS, **settings
                )
            return self._client


class _Client(docker.APIClient):
    """Docker's client, with an end to every wait: its `pull` passes no time limit (docker 7.1, `api/image.py`)."""

    def _post(self, url: str, **kwargs: Any) -> Any:
        if "timeout" in kwargs and kwargs["timeout"] is None:
            kwargs["timeout"] = PULL_SILENCE_S
        return super()._post(url, **kwargs)  # type: ignore[misc]  # missing in the stubs


def _or_none(ask: Callable[[docker.APIClient], T]) -> Callable[[docker.APIClient], T | None]:
    def asked(client: docker.APIClient) -> T | None:
        try:
            return ask(client)
        except NotFound:
            return None

    return asked


def _inspect_image(client: docker.APIClient, reference: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.inspect_image(reference)  # type: ignore[no-untyped-call]
    return answer


def _pull(client: docker.APIClient, reference: str) -> None:
    repository, tag = docker.utils.parse_repository_tag(reference)
    try:
        for line in client.pull(repository, tag=tag or "latest", stream=True, decode=True):
            if "error" in line:
                raise pull_problem(reference, str(line["error"]))
    except ReadTimeout as error:
        raise pull_problem(reference, f"nothing was heard for {PULL_SILENCE_S} s") from error
    except DockerException as error:
        raise pull_problem(reference, str(getattr(error, "explanation", None) or error)) from error


def _run(client: docker.APIClient, spec: ContainerSpec) -> ContainerId:
    requests = [DeviceRequest(driver="nvidia", device_ids=[spec.gpu], capabilities=[["gpu"]])] if spec.gpu else None
    is_by_runtime = spec.runtime is not None
    host = client.create_host_config(
        network_mode="host",
        init=True,
        restart_policy={"Name": "no"},
        log_config=LogConfig(type=LogConfig.types.JSON, config=dict(LOG_LIMIT)),
        mem_limit=None if spec.memory_limit_mib is None else f"{spec.memory_limit_mib}m",
        device_requests=None if is_by_runtime else requests,
        runtime=spec.runtime,
    )
    made = client.create_container(
        spec.image,
        name=spec.name,
        entrypoint=[spec.command[0]] if spec.command else None,
        command=list(spec.command[1:]),
        labels=dict(spec.labels),
        host_config=host,
        stdin_open=True,
        stop_signal="SIGINT",
        stop_timeout=round(spec.stop_timeout_s),
    )
    container_id = ContainerId(str(made["Id"]))
    if spec.files:
        client.put_archive(container_id, "/", pack_files(spec.files))
    client.start(container_id)
    return container_id


def _read_file(
    client: docker.APIClient, container_id: ContainerId, path: str, limit_bytes: int
) -> ConfigurationFile | None:
    try:
        chunks, _stat = client.get_archive(container_id, path)
    except NotFound:
        return None
    return unpack_file(path, chunks, limit_bytes)


def _listed(row: dict[str, Any]) -> ListedContainer:
    names = row.get("Names") or [""]
    return ListedContainer(
        container_id=ContainerId(row["Id"]),
        name=str(names[0]).removeprefix("/"),
        state=_state(row["State"]),
        image_id=str(row.get("ImageID", "")),
        created_at=datetime.fromtimestamp(row["Created"], UTC),
        labels=row.get("Labels") or {},
    )


def _details(answer: dict[str, Any]) -> ContainerDetails:
    state = answer["State"]
    return ContainerDetails(
        state=_state(state["Status"]),
        started_at=_moment(state.get("StartedAt", "")),
        finished_at=_moment(state.get("FinishedAt", "")),
        exit_code=int(state.get("ExitCode", 0)),
        is_oom_killed=bool(state.get("OOMKilled", False)),
    )


def _state(word: str) -> ContainerState:
    """Return the state; a word that Docker's API 1.41 does not know counts as `removing`, which is left alone."""
    return ContainerState(word) if word in set(ContainerState) else ContainerState.REMOVING


def _moment(text: str) -> datetime | None:
    """Return the engine's time; it writes year 1 for never."""
    return None if not text or text.startswith("0001-") else datetime.fromisoformat(text)


def _log_lines(output: bytes) -> tuple[LogLine, ...]:
    return tuple(_split_lines(output.decode(errors="replace")))


def _split_lines(text: str) -> Iterator[LogLine]:
    for line in text.split("\n"):
        stamp, _, rest = line.partition(" ")
        if stamp[:4].isdigit():
            yield LogLine(at=datetime.fromisoformat(stamp), text=rest.rstrip("\r"))

"""Values for the agent's tests; each supplies defaults, so a test shows only what matters."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dsfleet.agent.ending import diagnose
from dsfleet.agent.model import ContainerState, Failure, History, ObservedHost, SeenContainer
from dsfleet.contracts.identifiers import AgentId, CameraId, ContainerId, Digest, InstanceId, PipelineId, Revision
from dsfleet.contracts.messages.configuration import (
    ConfigurationFile,
    DesiredCamera,
    DesiredHost,
    DesiredInstance,
    FrameCounting,
    Mode,
    Power,
)
from dsfleet.contracts.problems import Problem

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
AGENT = AgentId("0d9c1f52-5c6f-4b8e-9f0a-1c2d3e4f5a6b")
IMAGE = "dsfleet/simulator:dev"


class HandClock:
    """A clock that a test turns by hand; both readings move together."""

    def __init__(self) -> None:
        self.moment = NOON
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic_s(self) -> float:
        return self.seconds

    def turn(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


def at(seconds: float) -> datetime:
    """Return the moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def a_camera(index: int = 0, expected_fps: float | None = 10.0) -> DesiredCamera:
    return DesiredCamera(
        camera_id=CameraId(f"c-{index}"), name=f"camera {index}", source_index=index, expected_fps=expected_fps
    )


def an_instance(
    instance_id: str = "i-1",
    digest: str = "a",
    power: Power = Power.ON,
    cameras: Sequence[DesiredCamera] = (),
    retry_number: int = 0,
    **changes: object,
) -> DesiredInstance:
    given: dict[str, object] = {
        "instance_id": InstanceId(instance_id),
        "name": f"demo {instance_id}",
        "pipeline_id": PipelineId("p-1"),
        "pipeline_version": 1,
        "mode": Mode.NORMAL,
        "power": power,
        "image": IMAGE,
        "command": ("deepstream-app", "-c", "/config/app.txt"),
        "files": (ConfigurationFile(path="/config/app.txt", content="[application]\n"),),
        "digest": Digest(digest),
        "cameras": tuple(cameras),
        "frame_counting": FrameCounting.PERF_LINES,
        "retry_number": retry_number,
    }
    return DesiredInstance(**(given | changes))  # type: ignore[arg-type]


def a_host(*instances: DesiredInstance, revision: int = 1) -> DesiredHost:
    return DesiredHost(agent_id=AGENT, revision=Revision(revision), sent_at=NOON, instances=instances)


def a_container(
    instance_id: str = "i-1",
    digest: str = "a",
    state: ContainerState = ContainerState.RUNNING,
    container_id: str = "",
    created_s: float = -60.0,
) -> SeenContainer:
    return SeenContainer(
        container_id=ContainerId(container_id or f"container-of-{instance_id}"),
        name=f"dsfleet-{instance_id}",
        instance_id=InstanceId(instance_id),
        digest=Digest(digest),
        created_revision=Revision(1),
        state=state,
        image_id="sha256:image",
        created_at=at(created_s),
        started_at=None if state is ContainerState.CREATED else at(created_s),
    )


def an_exited(
    instance_id: str = "i-1", digest: str = "a", exit_code: int = 139, finished_s: float = 0.0, said: Sequence[str] = ()
) -> SeenContainer:
    ending = diagnose(exit_code, False, said, at(finished_s))
    seen = a_container(instance_id, digest, ContainerState.EXITED, created_s=finished_s - 60.0)
    return SeenContainer(
        container_id=seen.container_id,
        name=seen.name,
        instance_id=seen.instance_id,
        digest=seen.digest,
        created_revision=seen.created_revision,
        state=seen.state,
        image_id=seen.image_id,
        created_at=seen.created_at,
        started_at=seen.started_at,
        ending=ending,
    )


def seen(*containers: SeenContainer, foreign: Sequence[str] = (), missing_images: Sequence[str] = ()) -> ObservedHost:
    return ObservedHost(
        containers=containers, foreign_names=frozenset(foreign), images=dict.fromkeys(missing_images, False)
    )


def a_failure(
    count: int = 1, failed_s: float = 0.0, revision: int = 1, retry_number: int = 0, is_refusal: bool = False
) -> Failure:
    return Failure(
        count=count,
        failed_at=at(failed_s),
        problem=Problem(code="crashed", message="Exited with 139: the program crashed (SIGSEGV)."),
        is_refusal=is_refusal,
        revision=Revision(revision),
        retry_number=retry_number,
    )


def failed(failure: Failure, instance_id: str = "i-1") -> History:
    return History(failures={InstanceId(instance_id): failure})

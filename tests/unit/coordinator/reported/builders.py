"""Values for tests of what agents say and what the coordinator keeps: every field has a default."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from dsfleet.contracts.identifiers import AgentId, CameraId, Digest, InstanceId, PipelineId, Revision
from dsfleet.contracts.messages.configuration import DesiredHost, DesiredInstance, Mode, Power
from dsfleet.contracts.messages.greeting import (
    Capacity,
    Engine,
    Greeting,
    HostInventory,
    Platform,
    PortRange,
    PublicKeys,
)
from dsfleet.contracts.messages.status import (
    CameraState,
    HostLoad,
    InstanceState,
    Outcome,
    OutcomeResult,
    ReportedCamera,
    ReportedHost,
    ReportedInstance,
)
from dsfleet.contracts.problems import Problem

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
AGENT = AgentId("11111111-1111-4111-8111-111111111111")
OTHER_AGENT = AgentId("22222222-2222-4222-8222-222222222222")
DIGEST = Digest("sha256:" + "a" * 64)
OTHER_DIGEST = Digest("sha256:" + "b" * 64)
INVENTORY = HostInventory(
    hostname="edge",
    operating_system="Debian 12",
    kernel="6.1",
    platform=Platform.X86,
    cpu_model="test",
    cpu_cores=2,
    memory_mib=4096,
    engine=Engine(reachable=True, version="28", api_version="1.51"),
)


@dataclass(slots=True)
class HandClock:
    """A clock turned by hand; both of its readings move together."""

    moment: datetime = NOON
    started_at: datetime = field(default=NOON)

    def now(self) -> datetime:
        """Return the moment it was turned to."""
        return self.moment

    def monotonic_s(self) -> float:
        """Return seconds since the clock was made."""
        return (self.moment - self.started_at).total_seconds()

    def turn(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.moment += timedelta(seconds=seconds)


def a_camera(camera_id: str = "c-1", **fields: Any) -> ReportedCamera:
    """Return a camera that delivers 10 frames a second, the last one half a second ago."""
    live = ReportedCamera(camera_id=CameraId(camera_id), state=CameraState.LIVE, fps=10.0, last_frame_age_s=0.5)
    return msgspec.structs.replace(live, **fields)


def an_instance(
    instance_id: str = "i-1", cameras: Sequence[ReportedCamera] | None = None, **fields: Any
) -> ReportedInstance:
    """Return an instance that runs as desired, with one live camera."""
    running = ReportedInstance(
        instance_id=InstanceId(instance_id),
        state=InstanceState.RUNNING,
        cause="frames from every camera",
        state_age_s=30.0,
        observed_digest=DIGEST,
        observed_revision=Revision(1),
        cameras=tuple([a_camera()] if cameras is None else cameras),
    )
    return msgspec.structs.replace(running, **fields)


def a_report(
    *instances: ReportedInstance, agent_id: AgentId = AGENT, order: tuple[int, int] = (1, 1), **fields: Any
) -> ReportedHost:
    """Return a report of a host that converged on revision 1."""
    report = ReportedHost(
        agent_id=agent_id,
        start_number=order[0],
        sequence=order[1],
        sent_at=NOON,
        reported_at=NOON,
        agent_version="0.1.0",
        revision=Revision(1),
        converged=True,
        cause="everything is as desired",
        engine=INVENTORY.engine,
        inventory=INVENTORY,
        capacity=Capacity(cameras=8),
        ports=PortRange(first=18600, last=18999),
        load=HostLoad(
            cpu_percent=1.0, memory_used_mib=100, memory_total_mib=4096, disk_free_mib=1000, disk_total_mib=2000
        ),
        instances=instances,
    )
    return msgspec.structs.replace(report, **fields)


def a_greeting(
    name: str = "edge", *, agent_id: AgentId = AGENT, order: tuple[int, int] = (1, 1), fingerprint: str = "sha256:f1"
) -> Greeting:
    """Return a greeting of a host with room for 8 cameras."""
    return Greeting(
        agent_id=agent_id,
        start_number=order[0],
        sequence=order[1],
        sent_at=NOON,
        name=name,
        agent_version="0.1.0",
        protocol_versions=(1,),
        fingerprint=fingerprint,
        keys=PublicKeys(signing="s", sealing="x"),
        inventory=INVENTORY,
        capacity=Capacity(cameras=8),
        ports=PortRange(first=18600, last=18999),
    )


def a_desired_instance(
    instance_id: str = "i-1", *, digest: Digest = DIGEST, power: Power = Power.ON
) -> DesiredInstance:
    """Return what a host is told of one instance."""
    return DesiredInstance(
        instance_id=InstanceId(instance_id),
        name=f"demo-{instance_id}",
        pipeline_id=PipelineId("p-1"),
        pipeline_version=1,
        mode=Mode.NORMAL,
        power=power,
        image="dsfleet/simulator:dev",
        command=("deepstream-app", "-c", "/config/app.txt"),
        files=(),
        digest=digest,
    )


def a_desired_host(*instances: DesiredInstance, agent_id: AgentId = AGENT, revision: int = 1) -> DesiredHost:
    """Return the whole desired state of a host."""
    return DesiredHost(agent_id=agent_id, revision=Revision(revision), sent_at=NOON, instances=instances)


def a_failed_outcome(instance_id: str = "i-1", action: str = "create", message: str = "no such image") -> Outcome:
    """Return an action that failed, with its problem."""
    return Outcome(
        instance_id=InstanceId(instance_id),
        action=action,
        cause="digest a -> b",
        result=OutcomeResult.FAILED,
        at=NOON,
        duration_s=0.1,
        problem=Problem(code="image-missing", message=message),
    )

"""Topic 210: the whole desired state of one host."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from dsfleet.contracts.identifiers import AgentId, CameraId, Digest, InstanceId, PipelineId
from dsfleet.contracts.messages.base import Count, Moment, Order, RevisionNumber
from dsfleet.kit.canonical import digest_of


class Mode(StrEnum):
    """How an instance runs: as in production, or with boxes, tiles, an RTSP picture and measurement each second."""

    NORMAL = "normal"
    DEBUG = "debug"


class Power(StrEnum):
    """Whether an instance should have a running container at all."""

    ON = "on"
    OFF = "off"


class PortPurpose(StrEnum):
    """What a port of an instance serves."""

    RTSP = "rtsp"
    UDP = "udp"
    REST = "rest"


class FrameCounting(StrEnum):
    """How an instance's frames are counted."""

    PERF_LINES = "perf-lines"
    REST_METRICS = "rest-metrics"
    LOG_PATTERN = "log-pattern"
    NONE = "none"


class ConfigurationFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of an instance's configuration: absolute path inside the container, UTF-8 content, permission bits."""

    path: str
    content: str
    mode: Count = 0o600


class InstancePort(msgspec.Struct, frozen=True, kw_only=True):
    """A port that the coordinator allocated to an instance from its host's range."""

    purpose: PortPurpose
    port: Count


class DesiredCamera(msgspec.Struct, frozen=True, kw_only=True):
    """One camera of an instance, by its place among the application's sources (from 0, as PERF columns count).

    expected_fps is None when nobody said: then "low" cannot be told from "normal".
    """

    camera_id: CameraId
    name: str
    source_index: Count
    expected_fps: float | None = None


class DesiredInstance(msgspec.Struct, frozen=True, kw_only=True):
    """One container that should exist on the host, and all that is needed to make it.

    command: the application itself, then its arguments. gpu: a device id for the engine's GPU request, None for none.
    digest: see `instance_digest`; containers are compared by it alone. restart_number grows with each "restart", so a
    restart is a new digest; retry_number grows with each "retry now" and is no part of the digest.
    perf_interval_s: how often the application was told to say its rates; the reader judges silence by it.
    """

    instance_id: InstanceId
    name: str
    pipeline_id: PipelineId
    pipeline_version: Count
    mode: Mode
    power: Power
    image: str
    command: tuple[str, ...]
    files: tuple[ConfigurationFile, ...]
    digest: Digest
    cameras: tuple[DesiredCamera, ...] = ()
    ports: tuple[InstancePort, ...] = ()
    gpu: str | None = None
    frame_counting: FrameCounting = FrameCounting.PERF_LINES
    perf_interval_s: float = 5.0
    stop_timeout_s: float = 20.0
    memory_limit_mib: Count | None = None
    restart_number: Count = 0
    retry_number: Count = 0


def instance_digest(instance: DesiredInstance) -> Digest:
    """Return the fingerprint of everything in the instance that needs a new container when it changes.

    Names, power, expected rates and the retry number are no part of it: they change nothing inside the container.
    Cameras are covered through the files (static sources). The value's own `digest` is ignored.
    """
    return Digest(
        digest_of(
            {
                "image": instance.image,
                "command": instance.command,
                "files": [(file.path, file.content, file.mode) for file in instance.files],
                "ports": sorted((port.purpose, port.port) for port in instance.ports),
                "gpu": instance.gpu,
                "memory_limit_mib": instance.memory_limit_mib,
                "stop_timeout_s": instance.stop_timeout_s,
                "restart_number": instance.restart_number,
            }
        )
    )


class DesiredHost(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one host should run, numbered; it replaces every earlier one. Instances are ordered by id, unique."""

    MESSAGE_TYPE: ClassVar[str] = "dsfleet.configuration"
    SCHEMA_VERSION: ClassVar[int] = 1

    agent_id: AgentId
    revision: RevisionNumber
    sent_at: Moment
    instances: tuple[DesiredInstance, ...] = ()

    @property
    def order(self) -> Order:
        """(revision, 0)."""
        return (self.revision, 0)

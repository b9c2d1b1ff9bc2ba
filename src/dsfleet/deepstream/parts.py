"""The parts from which the configurations of applications are derived: sources, inference, tracking, debug output."""

from dataclasses import dataclass
from enum import StrEnum


class Transport(StrEnum):
    """How RTP travels: over the RTSP connection alone, or whatever the camera offers."""

    TCP = "tcp"
    UDP_OR_TCP = "udp-or-tcp"


@dataclass(frozen=True, slots=True)
class RtspSource:
    """A camera. `uri` carries its login; `reconnect_attempts` -1 = for ever; `drop_frame_interval` n = decode each n-th
    frame; `decoder_memory` 0 device, 1 pinned host, 2 unified; `udp_buffer_bytes` 0 = the system's.
    """

    uri: str
    latency_ms: int = 200
    reconnect_interval_s: int = 10
    reconnect_attempts: int = -1
    transport: Transport = Transport.TCP
    drop_frame_interval: int = 0
    gpu_id: int = 0
    decoder_memory: int = 0
    udp_buffer_bytes: int = 0


@dataclass(frozen=True, slots=True)
class FileSource:
    """A recording, for tests: `file:///...` or any other address that GStreamer plays once."""

    uri: str
    gpu_id: int = 0


Source = RtspSource | FileSource


@dataclass(frozen=True, slots=True)
class DebugOutput:
    """What debug mode adds. Both ports are the host's: no other process on it may use them (a taken one gives no
    message).
    """

    rtsp_port: int
    udp_port: int
    bitrate: int = 4_000_000
    width: int = 1280
    height: int = 720
    perf_interval_s: int = 1


@dataclass(frozen=True, slots=True)
class PrimaryGie:
    """The primary inference: `config_file` is an nvinfer file, relative paths count from the application's file."""

    config_file: str
    unique_id: int = 1
    interval: int = 0
    model_engine_file: str = ""
    labels_file: str = ""


@dataclass(frozen=True, slots=True)
class SecondaryGie:
    """Inference on the objects of another gie: `operates_on` is that one's id, `class_ids` empty = all its classes.

    `batch_size` counts objects, not cameras.
    """

    config_file: str
    unique_id: int
    operates_on: int = 1
    class_ids: tuple[int, ...] = ()
    batch_size: int = 16
    model_engine_file: str = ""
    labels_file: str = ""


@dataclass(frozen=True, slots=True)
class Tracker:
    """nvtracker with its library; both paths inside the container."""

    library_file: str
    config_file: str
    width: int = 960
    height: int = 544


@dataclass(frozen=True, slots=True)
class Analysis:
    """What happens to the frames of all cameras; `analytics_file` is a file of nvdsanalytics, empty for none."""

    primary_gie: PrimaryGie | None = None
    tracker: Tracker | None = None
    secondary_gies: tuple[SecondaryGie, ...] = ()
    analytics_file: str = ""

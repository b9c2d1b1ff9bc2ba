"""The deepstream-app configuration that a coordinator derives: its values, and the INI file written from them.

Two modes. Normal: frames are measured, nothing is drawn or encoded; the tiler is off and every source has a sink of its
own, because the program drops sources without one. Debug (`debug` is set): boxes and labels drawn, all sources tiled
into one picture that is served over RTSP, and a measurement every second. Sources keep their order: the position is the
index in PERF lines.

Every key goes through the schema, so what is written is known to NVIDIA's parser and within its range.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dsfleet.deepstream.errors import ConfigurationValueError, Place
from dsfleet.deepstream.model import Schema
from dsfleet.deepstream.values import Value, write_value

Settings = Mapping[str, Value]

_HIGHEST_SOURCES = 1024
_URI_SOURCE = 2
_RTSP_SOURCE = 4
_FAKE_SINK = 1
_RTSP_SINK = 4
_H264 = 1
_HARDWARE_ENCODER = 0
_WHITE = (1.0, 1.0, 1.0, 1.0)
_GREY = (0.3, 0.3, 0.3, 1.0)


class Transport(StrEnum):
    """How RTP travels: over the RTSP connection alone, or whatever the camera offers."""

    TCP = "tcp"
    UDP_OR_TCP = "udp-or-tcp"


@dataclass(frozen=True, slots=True)
class RtspSource:
    """A camera. `uri` carries its login; `reconnect_attempts` -1 = for ever; `drop_frame_interval` n = decode each n-th
    frame.
    """

    uri: str
    latency_ms: int = 200
    reconnect_interval_s: int = 10
    reconnect_attempts: int = -1
    transport: Transport = Transport.TCP
    drop_frame_interval: int = 0
    gpu_id: int = 0
    decoder_memory: int = 0


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
class Tracker:
    """nvtracker with its library; both paths inside the container."""

    library_file: str
    config_file: str
    width: int = 960
    height: int = 544


@dataclass(frozen=True, slots=True)
class Application:
    """One deepstream-app with classic sources. `fps` is the rate the cameras are expected to deliver (for the mux's
    timeout).
    """

    sources: tuple[Source, ...]
    debug: DebugOutput | None = None
    primary_gie: PrimaryGie | None = None
    tracker: Tracker | None = None
    gpu_id: int = 0
    width: int = 1920
    height: int = 1080
    fps: float = 25.0
    perf_interval_s: int = 5
    repeat_files: bool = False


def render_application(application: Application, schema: Schema, file: str = "") -> str:
    """The INI file that makes deepstream-app run `application`; equal values give equal text.

    Raises ConfigurationValueError, naming `file`, group and key, for whatever the schema does not allow, for no source
    and for more than 1024.
    """
    if not 0 < len(application.sources) <= _HIGHEST_SOURCES:
        count = str(len(application.sources))
        raise ConfigurationValueError(
            Place(file), count, "an application cannot run this many sources", "give 1 to 1024"
        )
    return render_groups(application_groups(application), schema, file)


def render_groups(groups: Iterator[tuple[str, Settings]], schema: Schema, file: str = "") -> str:
    """The INI text of groups and typed values, in the order given; raises ConfigurationValueError as `write_value`
    does.
    """
    return "\n".join(_render_group(name, settings, schema, file) for name, settings in groups)


def application_groups(application: Application) -> Iterator[tuple[str, Settings]]:
    """The groups of the file, in the order they are written; dewarper groups would have to follow the sources."""
    debug = application.debug
    interval_s = debug.perf_interval_s if debug else application.perf_interval_s
    yield "application", {"enable-perf-measurement": True, "perf-measurement-interval-sec": interval_s}
    yield "tiled-display", _tiler(application)
    for index, source in enumerate(application.sources):
        yield f"source{index}", _source(index, source)
    for index in range(1 if debug else len(application.sources)):
        yield f"sink{index}", {"enable": True, "type": _FAKE_SINK, "sync": False, "source-id": index}
    if debug:
        yield "sink1", _rtsp_sink(debug, application.gpu_id)
        yield "osd", _osd(application.gpu_id)
    yield "streammux", _mux(application)
    yield from _analysis(application)
    if application.repeat_files:
        yield "tests", {"file-loop": True}


def tiles(count: int) -> tuple[int, int]:
    """(rows, columns) of the smallest square-ish grid that holds `count` pictures; never more rows than columns."""
    columns = math.isqrt(max(count, 1) - 1) + 1
    return -(-max(count, 1) // columns), columns


def push_timeout_us(fps: float) -> int:
    """How long the mux waits for a full batch: one frame period, in microseconds, within 1 ms and 1 s.

    Longer waits hold back every camera for one that stalls, shorter ones send half-empty batches.
    """
    return round(1_000_000 / min(max(fps, 1.0), 1000.0))


def _render_group(name: str, settings: Settings, schema: Schema, file: str) -> str:
    group = schema.group(name)
    if group is None or not group.in_ini:
        raise ConfigurationValueError(
            Place(file, 0, name), name, "the program does not read this group", "leave it out"
        )
    lines = [f"[{name}]"]
    for key, value in settings.items():
        place = Place(file, 0, name, key)
        known = group.key(key)
        if known is None or not known.in_ini or known.rejected_always:
            raise ConfigurationValueError(place, str(value), "the program does not read this key here", "leave it out")
        lines.append(f"{key}={write_value(known, value, place)}")
    return "\n".join(lines) + "\n"


def _tiler(application: Application) -> Settings:
    debug = application.debug
    if debug is None:
        return {"enable": 0}
    rows, columns = tiles(len(application.sources))
    return {
        "enable": 1,
        "rows": rows,
        "columns": columns,
        "width": debug.width,
        "height": debug.height,
        "gpu-id": application.gpu_id,
    }


def _source(index: int, source: Source) -> Settings:
    if isinstance(source, FileSource):
        return {
            "enable": True,
            "type": _URI_SOURCE,
            "uri": source.uri,
            "num-sources": 1,
            "gpu-id": source.gpu_id,
            "camera-id": index,
        }
    settings: dict[str, Value] = {
        "enable": True,
        "type": _RTSP_SOURCE,
        "uri": source.uri,
        "num-sources": 1,
        "gpu-id": source.gpu_id,
        "camera-id": index,
        "latency": source.latency_ms,
        "select-rtp-protocol": 4 if source.transport is Transport.TCP else 7,
        "rtsp-reconnect-interval-sec": source.reconnect_interval_s,
        "rtsp-reconnect-attempts": source.reconnect_attempts,
    }
    if source.drop_frame_interval:
        settings["drop-frame-interval"] = source.drop_frame_interval
    if source.decoder_memory:
        settings["cudadec-memtype"] = source.decoder_memory
    return settings


def _rtsp_sink(debug: DebugOutput, gpu_id: int) -> Settings:
    return {
        "enable": True,
        "type": _RTSP_SINK,
        "codec": _H264,
        "enc-type": _HARDWARE_ENCODER,
        "bitrate": debug.bitrate,
        "iframeinterval": 30,
        "sync": False,
        "rtsp-port": debug.rtsp_port,
        "udp-port": debug.udp_port,
        "source-id": 0,
        "gpu-id": gpu_id,
    }


def _osd(gpu_id: int) -> Settings:
    return {
        "enable": True,
        "gpu-id": gpu_id,
        "border-width": 2,
        "text-size": 15,
        "text-color": _WHITE,
        "text-bg-color": _GREY,
        "font": "Serif",
        "display-text": True,
        "display-bbox": True,
    }


def _mux(application: Application) -> Settings:
    live = any(isinstance(source, RtspSource) for source in application.sources)
    return {
        "gpu-id": application.gpu_id,
        "live-source": live,
        "batch-size": len(application.sources),
        "batched-push-timeout": push_timeout_us(application.fps),
        "width": application.width,
        "height": application.height,
    }


def _analysis(application: Application) -> Iterator[tuple[str, Settings]]:
    gie, tracker = application.primary_gie, application.tracker
    if gie is not None:
        settings: dict[str, Value] = {
            "enable": True,
            "gpu-id": application.gpu_id,
            "batch-size": len(application.sources),
            "gie-unique-id": gie.unique_id,
            "interval": gie.interval,
            "config-file": gie.config_file,
        }
        if gie.model_engine_file:
            settings["model-engine-file"] = gie.model_engine_file
        if gie.labels_file:
            settings["labelfile-path"] = gie.labels_file
        yield "primary-gie", settings
    if tracker is not None:
        yield (
            "tracker",
            {
                "enable": True,
                "tracker-width": tracker.width,
                "tracker-height": tracker.height,
                "ll-lib-file": tracker.library_file,
                "ll-config-file": tracker.config_file,
                "gpu-id": application.gpu_id,
                "display-tracking-id": True,
            },
        )

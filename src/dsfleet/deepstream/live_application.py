"""The deepstream-test5-app configuration whose cameras come and go while it runs, and the INI file written from it.

Sources stand in [source-list] and are carried by nvmultiurisrcbin, which serves REST: cameras are added and removed
without a restart, up to `capacity`. One set of attributes holds for all of them, those added later too. The REST server
has no login, so it listens on loopback (`http-port=127.0.0.1:PORT`). Source: rest-api facts of DeepStream 9.1, section
"Who serves it".

Normal mode: the tiler passes batches through (mode 3), which is what the frame counters of REST want. Debug mode: all
places are tiled, taken or not, so that a camera added later has its tile.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from dsfleet.deepstream import part_settings
from dsfleet.deepstream.errors import ConfigurationValueError, Place
from dsfleet.deepstream.model import Schema
from dsfleet.deepstream.part_settings import RTSP_SOURCE, NamedSettings, Settings, push_timeout_us, rtp_protocol
from dsfleet.deepstream.parts import Analysis, DebugOutput, Transport
from dsfleet.deepstream.render import render_groups
from dsfleet.deepstream.uri import redact_logins
from dsfleet.deepstream.values import Value

_HIGHEST_SOURCES = 1024
_PASS_THROUGH = 3
_AUTOMATIC_BUFFERS = 3
_SCHEMES = ("rtsp://", "file://")
_SENSOR_ID = re.compile(r"[^\s\[\];:\\]+\Z")
# What stands in the rates' lines as `id[name] fps` must not look like the end of a name or of a list's item.
_UNFIT_IN_NAMES = re.compile(r"[\[\];\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Stream:
    """A camera by its id (REST's `camera_id`, the rates' sensor id), its name for people, its address with login."""

    sensor_id: str
    name: str
    uri: str


@dataclass(frozen=True, slots=True)
class StreamAttributes:
    """What holds for every stream; the initial interval is the wait after an error of the RTSP session itself."""

    latency_ms: int = 200
    reconnect_interval_s: int = 10
    initial_reconnect_interval_s: int = 5
    reconnect_attempts: int = -1
    transport: Transport = Transport.TCP
    drop_frame_interval: int = 0
    decoder_memory: int = 0
    udp_buffer_bytes: int = 0


@dataclass(frozen=True, slots=True)
class LiveApplication:
    """One deepstream-test5-app. `streams` are those at the start, none waits for additions; `capacity` is the most.

    Batch sizes are the capacity. `rest_port` is a port of the host that nothing else listens on.
    """

    streams: tuple[Stream, ...]
    capacity: int
    rest_port: int
    attributes: StreamAttributes = field(default_factory=StreamAttributes)
    analysis: Analysis = field(default_factory=Analysis)
    debug: DebugOutput | None = None
    gpu_id: int = 0
    width: int = 1920
    height: int = 1080
    fps: float = 25.0
    perf_interval_s: int = 5


def render_live_application(application: LiveApplication, schema: Schema, file: str = "") -> str:
    """The INI file that makes deepstream-test5-app run `application`; equal values give equal text.

    Raises ConfigurationValueError for more streams than capacity, a capacity outside 1 to 1024, ids that are not
    distinct plain text, addresses that the list does not take, and whatever the schema does not allow.
    """
    _refuse_counts(application, file)
    _refuse_streams(application.streams, file)
    return render_groups(live_application_groups(application), schema, file)


def live_application_groups(application: LiveApplication) -> Iterator[NamedSettings]:
    """The groups of the file, in the order they are written."""
    debug, gpu_id = application.debug, application.gpu_id
    yield "application", part_settings.measurement(debug.perf_interval_s if debug else application.perf_interval_s)
    yield "tiled-display", _tiler(application)
    yield "source-list", _source_list(application)
    yield "source-attr-all", _attributes(application.attributes, gpu_id)
    yield "sink0", {**part_settings.fake_sink(), "nvdslogger": True}
    if debug:
        yield "sink1", part_settings.rtsp_sink(debug, gpu_id)
        yield "osd", part_settings.osd(gpu_id)
    yield "streammux", _mux(application)
    yield from part_settings.analysis(application.analysis, application.capacity, gpu_id)


def display_name(name: str) -> str:
    """The name as the list and the rates' lines can carry it: brackets, semicolons and line ends become `_`."""
    return _UNFIT_IN_NAMES.sub("_", name).strip() or "_"


def _refuse_counts(application: LiveApplication, file: str) -> None:
    if not 1 <= application.capacity <= _HIGHEST_SOURCES:
        place = Place(file, 0, "source-list", "max-batch-size")
        raise ConfigurationValueError(place, str(application.capacity), "no such capacity", "give 1 to 1024")
    if len(application.streams) > application.capacity:
        place, count = Place(file, 0, "source-list", "list"), len(application.streams)
        message = f"{count} streams are more than the capacity of {application.capacity}"
        raise ConfigurationValueError(place, str(count), message, "raise the capacity or leave some out")


def _refuse_streams(streams: tuple[Stream, ...], file: str) -> None:
    counts = Counter(stream.sensor_id for stream in streams)
    for stream in streams:
        if not _SENSOR_ID.match(stream.sensor_id) or counts[stream.sensor_id] > 1:
            place = Place(file, 0, "source-list", "sensor-id-list")
            raise ConfigurationValueError(place, stream.sensor_id, "this id is no plain text or not alone", "change it")
        if not stream.uri.startswith(_SCHEMES):
            place = Place(file, 0, "source-list", "list")
            message = "the list takes no such address"
            raise ConfigurationValueError(place, redact_logins(stream.uri), message, "use rtsp:// or file://")


def _tiler(application: LiveApplication) -> Settings:
    if application.debug is None:
        return {"enable": _PASS_THROUGH}
    return part_settings.tiler(application.capacity, application.debug, application.gpu_id)


def _source_list(application: LiveApplication) -> Settings:
    streams = application.streams
    settings: dict[str, Value] = {"num-source-bins": len(streams)}
    if streams:
        settings["list"] = tuple(stream.uri for stream in streams)
        settings["sensor-id-list"] = tuple(stream.sensor_id for stream in streams)
        settings["sensor-name-list"] = tuple(display_name(stream.name) for stream in streams)
    settings |= {
        "use-nvmultiurisrcbin": True,
        "max-batch-size": application.capacity,
        "http-ip": "127.0.0.1",
        "http-port": f"127.0.0.1:{application.rest_port}",
        "stream-name-display": True,
    }
    if application.analysis.secondary_gies:
        settings["sgie-batch-size"] = max(gie.batch_size for gie in application.analysis.secondary_gies)
    return settings


def _attributes(given: StreamAttributes, gpu_id: int) -> Settings:
    settings: dict[str, Value] = {
        "enable": True,
        "type": RTSP_SOURCE,
        "gpu-id": gpu_id,
        "latency": given.latency_ms,
        "select-rtp-protocol": rtp_protocol(given.transport),
        "buffer-mode": _AUTOMATIC_BUFFERS,
        "rtsp-reconnect-interval-sec": given.reconnect_interval_s,
        "init-rtsp-reconnect-interval-sec": given.initial_reconnect_interval_s,
        "rtsp-reconnect-attempts": given.reconnect_attempts,
    }
    optional: dict[str, Value] = {
        "drop-frame-interval": given.drop_frame_interval,
        "cudadec-memtype": given.decoder_memory,
        "udp-buffer-size": given.udp_buffer_bytes,
    }
    return settings | {key: value for key, value in optional.items() if value}


def _mux(application: LiveApplication) -> Settings:
    return {
        "gpu-id": application.gpu_id,
        "live-source": True,
        "batch-size": application.capacity,
        "batched-push-timeout": push_timeout_us(application.fps),
        "width": application.width,
        "height": application.height,
        "drop-pipeline-eos": True,
    }

"""The groups that parts of an application become, as typed settings that rendering writes through the schema."""

import math
from collections.abc import Iterator, Mapping

from dsfleet.deepstream.parts import (
    Analysis,
    DebugOutput,
    FileSource,
    PrimaryGie,
    RtspSource,
    SecondaryGie,
    Source,
    Tracker,
    Transport,
)
from dsfleet.deepstream.values import Value

Settings = Mapping[str, Value]
NamedSettings = tuple[str, Settings]

_URI_SOURCE = 2
RTSP_SOURCE = 4
_FAKE_SINK = 1
_RTSP_SINK = 4
_H264 = 1
_HARDWARE_ENCODER = 0
_TCP_ONLY, _ANY_TRANSPORT = 4, 7
_WHITE = (1.0, 1.0, 1.0, 1.0)
_GREY = (0.3, 0.3, 0.3, 1.0)


def tiles(count: int) -> tuple[int, int]:
    """(rows, columns) of the smallest square-ish grid that holds `count` pictures; never more rows than columns."""
    columns = math.isqrt(max(count, 1) - 1) + 1
    return -(-max(count, 1) // columns), columns


def push_timeout_us(fps: float) -> int:
    """How long the mux waits for a full batch: one frame period, in microseconds, within 1 ms and 1 s.

    Longer waits hold back every camera for one that stalls, shorter ones send half-empty batches.
    """
    return round(1_000_000 / min(max(fps, 1.0), 1000.0))


def rtp_protocol(transport: Transport) -> int:
    """The number that select-rtp-protocol has for it."""
    return _TCP_ONLY if transport is Transport.TCP else _ANY_TRANSPORT


def measurement(interval_s: int) -> Settings:
    """[application] with frames counted and printed once in each interval."""
    return {"enable-perf-measurement": True, "perf-measurement-interval-sec": interval_s}


def tiler(count: int, debug: DebugOutput, gpu_id: int) -> Settings:
    """[tiled-display] that holds `count` pictures in one."""
    rows, columns = tiles(count)
    size: dict[str, Value] = {"width": debug.width, "height": debug.height, "gpu-id": gpu_id}
    return {"enable": 1, "rows": rows, "columns": columns, **size}


def source(index: int, given: Source) -> Settings:
    """[sourceN] of a camera or file at that place."""
    kind = _URI_SOURCE if isinstance(given, FileSource) else RTSP_SOURCE
    settings: dict[str, Value] = {
        "enable": True,
        "type": kind,
        "uri": given.uri,
        "num-sources": 1,
        "gpu-id": given.gpu_id,
        "camera-id": index,
    }
    return settings if isinstance(given, FileSource) else settings | _camera(given)


def _camera(given: RtspSource) -> dict[str, Value]:
    settings: dict[str, Value] = {
        "latency": given.latency_ms,
        "select-rtp-protocol": rtp_protocol(given.transport),
        "rtsp-reconnect-interval-sec": given.reconnect_interval_s,
        "rtsp-reconnect-attempts": given.reconnect_attempts,
    }
    optional: dict[str, Value] = {
        "drop-frame-interval": given.drop_frame_interval,
        "cudadec-memtype": given.decoder_memory,
        "udp-buffer-size": given.udp_buffer_bytes,
    }
    return settings | {key: value for key, value in optional.items() if value}


def fake_sink(source_id: int = 0) -> Settings:
    """A sink that takes frames and does nothing; a source without any sink is dropped."""
    return {"enable": True, "type": _FAKE_SINK, "sync": False, "source-id": source_id}


def rtsp_sink(debug: DebugOutput, gpu_id: int) -> Settings:
    """The sink that encodes the tiled picture and serves it."""
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


def osd(gpu_id: int) -> Settings:
    """[osd] with boxes and labels drawn."""
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


def analysis(given: Analysis, batch_size: int, gpu_id: int) -> Iterator[NamedSettings]:
    """The groups of inference, tracking and analytics, for batches of that many frames."""
    if given.primary_gie is not None:
        yield "primary-gie", primary_gie(given.primary_gie, batch_size, gpu_id)
    if given.tracker is not None:
        yield "tracker", tracker(given.tracker, gpu_id)
    yield from secondary_gies(given.secondary_gies, gpu_id)
    if given.analytics_file:
        yield "nvds-analytics", {"enable": True, "config-file": given.analytics_file}


def primary_gie(gie: PrimaryGie, batch_size: int, gpu_id: int) -> Settings:
    """[primary-gie] for as many frames at once as there are sources."""
    settings: dict[str, Value] = {
        "enable": True,
        "gpu-id": gpu_id,
        "batch-size": batch_size,
        "gie-unique-id": gie.unique_id,
        "interval": gie.interval,
        "config-file": gie.config_file,
    }
    return settings | _model_files(gie)


def secondary_gies(gies: tuple[SecondaryGie, ...], gpu_id: int) -> Iterator[NamedSettings]:
    """[secondary-gieN] for each, numbered from 0."""
    for index, gie in enumerate(gies):
        settings: dict[str, Value] = {
            "enable": True,
            "gpu-id": gpu_id,
            "batch-size": gie.batch_size,
            "gie-unique-id": gie.unique_id,
            "operate-on-gie-id": gie.operates_on,
        }
        if gie.class_ids:
            settings["operate-on-class-ids"] = gie.class_ids
        settings["config-file"] = gie.config_file
        yield f"secondary-gie{index}", settings | _model_files(gie)


def _model_files(gie: PrimaryGie | SecondaryGie) -> dict[str, Value]:
    files: dict[str, Value] = {"model-engine-file": gie.model_engine_file, "labelfile-path": gie.labels_file}
    return {key: path for key, path in files.items() if path}


def tracker(given: Tracker, gpu_id: int) -> Settings:
    """[tracker] with ids shown beside the labels."""
    return {
        "enable": True,
        "tracker-width": given.width,
        "tracker-height": given.height,
        "ll-lib-file": given.library_file,
        "ll-config-file": given.config_file,
        "gpu-id": gpu_id,
        "display-tracking-id": True,
    }

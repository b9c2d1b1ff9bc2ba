"""What a configuration file asks for, as far as the simulator acts on it. Values only; parse.py fills them."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class SourceType(IntEnum):
    """[sourceN] type, of those that can be opened without a GPU."""

    URI = 2
    MULTI_URI = 3
    RTSP = 4


class SinkType(IntEnum):
    """[sinkN] type."""

    FAKE = 1
    WINDOW = 2
    FILE = 3
    RTSP = 4
    DRM = 5
    BROKER = 6


class TilerMode(IntEnum):
    """[tiled-display] enable."""

    OFF = 0
    ON = 1
    ON_AND_DEMUX = 2
    PASS_THROUGH = 3


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One input. `index` is its place in the file (PERF column, source id), not the N of [sourceN]."""

    index: int
    type: int
    uri: str
    latency_ms: int
    rtp_protocols: int
    reconnect_interval_s: int
    init_reconnect_interval_s: int
    reconnect_attempts: int
    drop_frame_interval: int
    sensor_id: str = ""
    sensor_name: str = ""


@dataclass(frozen=True, slots=True)
class SinkConfig:
    """One enabled sink."""

    number: int
    type: int
    source_id: int
    link_to_demux: bool
    codec: int
    bitrate: int
    key_frame_interval: int
    rtsp_port: int
    output_file: str
    container: int
    logs_metrics: bool


@dataclass(frozen=True, slots=True)
class TilerConfig:
    """The grid that all sources are composed into; sizes in pixels."""

    mode: int
    rows: int
    columns: int
    width: int
    height: int

    @property
    def composes(self) -> bool:
        """True when one picture carries all sources."""
        return self.mode in (TilerMode.ON, TilerMode.ON_AND_DEMUX)


@dataclass(frozen=True, slots=True)
class MuxConfig:
    """[streammux]; sizes in pixels, 0 = not given."""

    width: int
    height: int
    batch_size: int
    drops_pipeline_eos: bool


@dataclass(frozen=True, slots=True)
class GieConfig:
    """One enabled inference group."""

    name: str
    unique_id: int
    config_file: Path
    engine_file: str
    batch_size: int


@dataclass(frozen=True, slots=True)
class LiveSourcesConfig:
    """[source-list] with use-nvmultiurisrcbin=1: streams come and go over REST."""

    http_port: str
    max_batch_size: int
    shows_stream_names: bool
    template: SourceConfig


@dataclass(frozen=True, slots=True)
class AppConfig:
    """One whole file."""

    perf_enabled: bool
    perf_interval_s: int
    sources: tuple[SourceConfig, ...]
    sinks: tuple[SinkConfig, ...]
    tiler: TilerConfig
    mux: MuxConfig
    osd_enabled: bool
    gies: tuple[GieConfig, ...]
    has_common_elements: bool
    live_sources: LiveSourcesConfig | None
    loops_files: bool

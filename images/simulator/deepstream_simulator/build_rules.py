"""What a file that parsed can still break: the refusals of create_pipeline and of the elements it builds."""

from dataclasses import dataclass

from deepstream_simulator.config import AppConfig, SinkConfig, SinkType, SourceType


@dataclass(frozen=True, slots=True)
class Refusal:
    """`place` and `text` of the ERROR line; with `element` it is a bus error of that element instead."""

    text: str
    place: str = ""
    element: str = ""


def first_refusal(config: AppConfig) -> Refusal | None:
    """Why the pipeline cannot be built, None when it can; the first reason the real program would meet."""
    for refusal in (
        refuse_sources(config),
        refuse_mux(config),
        refuse_gies(config),
        *(refuse_sink(sink, config) for sink in config.sinks),
    ):
        if refusal is not None:
            return refusal
    return None


def refuse_sources(config: AppConfig) -> Refusal | None:
    """Types that need other hardware, or none at all."""
    for source in config.sources:
        if source.type not in list(SourceType):
            return Refusal("Source type not yet implemented!\n", "create_multi_source_bin:1714")
    return None


def refuse_mux(config: AppConfig) -> Refusal | None:
    """The legacy mux checks its properties when it starts."""
    if not config.sources and config.live_sources is None:
        return None
    if not config.mux.width or not config.mux.height:
        return Refusal("Output width not set", element="src_bin_muxer")
    if not config.mux.batch_size:
        return Refusal("Batch size not set", element="src_bin_muxer")
    return None


def refuse_gies(config: AppConfig) -> Refusal | None:
    """nvinfer reads its own file when it starts."""
    for gie in config.gies:
        if not gie.config_file.is_file():
            return Refusal("Configuration file parsing failed", element=gie.name)
    return None


def refuse_sink(sink: SinkConfig, config: AppConfig) -> Refusal | None:
    """Sinks that need a display, a Jetson, another codec or something in front of them."""
    if sink.type == SinkType.WINDOW:
        return Refusal("Could not open X Display", "main:815")
    if sink.type in (SinkType.FILE, SinkType.RTSP) and sink.codec not in (1, 2):
        return Refusal(f"Failed to create 'sink_sub_bin_encoder{sink.number + 1}'", "create_udpsink_bin:612")
    if sink.type == SinkType.BROKER and not config.has_common_elements:
        return Refusal("create_common_elements failed", "create_pipeline:1622")
    if sink.type not in list(SinkType) or sink.type == SinkType.DRM:
        return Refusal("create_sink_bin failed", "create_sink_bin:931")
    return None

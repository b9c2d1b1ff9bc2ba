"""Rules about the tiler, sinks and what is written out."""

from collections import Counter
from collections.abc import Iterator

from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.view import ApplicationView

_WINDOW, _FILE, _RTSP, _DRM, _BROKER = 2, 3, 4, 5, 6
_SINK_TYPES = (1, 2, 3, 4, 5, 6)
_SINK_LIMIT = 1024
_TILER = "tiled-display"
_OFF, _ON, _WITH_DEMUX = 0, 1, 2
_RTSP_CODECS = (1, 2)
_BEFORE_BROKER = ("primary-gie", "tracker", "nvds-analytics", "pre-process", "replay", "segvisual", "text-embedder")


def _tiler(view: ApplicationView) -> int:
    return view.number(_TILER, "enable")


def _sink_type(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        if view.number(name, "type") not in _SINK_TYPES:
            yield view.fault(
                name, "type", "the program builds no sink of this type", "give 1 for a fakesink, 4 for RTSP"
            )


def _too_many_sinks(view: ApplicationView) -> Iterator[Fault]:
    if len(view.sinks) > _SINK_LIMIT:
        yield Fault(f"{len(view.sinks)} sinks are more than {_SINK_LIMIT}", "remove some")


def _sinks_behind_tiler(view: ApplicationView) -> Iterator[Fault]:
    if _tiler(view) not in (_ON, _WITH_DEMUX):
        return
    for name in view.sinks:
        demuxed = view.number(name, "link-to-demux") != 0
        if view.number(name, "source-id") != 0 and not (demuxed and _tiler(view) == _WITH_DEMUX):
            message = "with the tiler on, the program drops sinks whose source-id is not 0"
            yield view.fault(name, "source-id", message, "write source-id=0 or switch the tiler off")
        elif demuxed and _tiler(view) == _ON:
            message = "with the tiler on, a sink linked to the demuxer gets nothing"
            yield view.fault(name, "link-to-demux", message, "write [tiled-display] enable=2")


def _demux_without_sink(view: ApplicationView) -> Iterator[Fault]:
    linked = any(view.number(name, "link-to-demux") for name in view.sinks)
    if _tiler(view) == _WITH_DEMUX and not linked:
        yield view.fault(_TILER, "enable", "enable=2 needs a sink with link-to-demux=1", "add one or write enable=1")


def _sources_without_sink(view: ApplicationView) -> Iterator[Fault]:
    if _tiler(view) != _OFF or view.has_source_list or not view.sinks:
        return
    fed = {view.number(name, "source-id") for name in view.sinks if view.number(name, "type") != _BROKER}
    for position, name in enumerate(view.sources):
        if position not in fed:
            message = f"with the tiler off, source {position} is dropped: no sink has source-id={position}"
            yield view.fault(name, "", message, f"add a sink with source-id={position}")


def _sinks_without_source(view: ApplicationView) -> Iterator[Fault]:
    if _tiler(view) != _OFF or view.has_source_list:
        return
    for name in view.sinks:
        if view.number(name, "source-id") >= view.source_count > 0:
            yield view.fault(
                name, "source-id", "no source has this number, so the sink gets nothing", "correct source-id"
            )


def _too_few_tiles(view: ApplicationView) -> Iterator[Fault]:
    places = view.number(_TILER, "rows") * view.number(_TILER, "columns")
    if _tiler(view) in (_ON, _WITH_DEMUX) and places < view.source_count:
        message = f"{places} tiles for {view.source_count} sources: the program enlarges the grid"
        yield view.fault(_TILER, "rows", message, "give rows times columns at least the number of sources")


def _unsized_tiler(view: ApplicationView) -> Iterator[Fault]:
    for key in ("width", "height"):
        if _tiler(view) in (_ON, _WITH_DEMUX) and view.number(_TILER, key) == 0:
            yield view.fault(_TILER, key, "the picture's size is left to the element", f"add {key}=")


def _window_sink(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        if view.number(name, "type") == _WINDOW:
            message = "a window needs a display: without one the program ends with status 255"
            yield view.fault(name, "type", message, "use type 1, 3, 4 or 6 in a container")


def _drm_sink(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        if view.number(name, "type") == _DRM:
            yield view.fault(
                name, "type", "this sink exists on Jetson only, elsewhere it fails", "see that the host is one"
            )


def _rtsp_codec(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        if view.number(name, "type") == _RTSP and view.number(name, "codec") not in _RTSP_CODECS:
            yield view.fault(name, "codec", "an RTSP sink takes H.264 or H.265 only", "write 1 or 2")


def _unset_bitrate(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        if view.number(name, "type") in (_FILE, _RTSP) and view.number(name, "bitrate") == 0:
            yield view.fault(name, "bitrate", "0 is written to the encoder", "write a rate, for example 4000000")


def _shared_ports(view: ApplicationView) -> Iterator[Fault]:
    sinks = [name for name in view.sinks if view.number(name, "type") == _RTSP]
    for key in ("rtsp-port", "udp-port"):
        counts = Counter(view.number(name, key) for name in sinks)
        for name in sinks:
            if counts[view.number(name, key)] > 1:
                yield view.fault(name, key, "another sink has the same port, and no message tells", "give it its own")


def _host_ports(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        if view.number(name, "type") == _RTSP:
            message = "whether the host's ports are free cannot be seen: a taken one gives no message"
            yield view.fault(name, "rtsp-port", message, "let one place hand out ports")


def _missing_output_file(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        if view.number(name, "type") == _FILE and not view.string(name, "output-file"):
            yield view.fault(name, "output-file", "a file sink without a name cannot write", "add output-file=")


def _broker_alone(view: ApplicationView) -> Iterator[Fault]:
    common = view.secondary_gies or any(view.enabled(name) for name in _BEFORE_BROKER)
    for name in view.sinks:
        if view.number(name, "type") == _BROKER and not common:
            message = "a message broker sink needs a gie, tracker or similar before it, or the pipeline fails"
            yield view.fault(name, "type", message, "enable [primary-gie] or remove the sink")


def _broker_without_library(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        if view.number(name, "type") == _BROKER and not view.string(name, "msg-broker-proto-lib"):
            yield view.fault(
                name, "msg-broker-proto-lib", "the sink has no adaptor library", "add msg-broker-proto-lib="
            )


def _broker_without_address(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        given = view.string(name, "msg-broker-conn-str") or view.string(name, "msg-broker-config")
        if view.number(name, "type") == _BROKER and not given:
            message = "the sink knows neither a broker's address nor a broker's file"
            yield view.fault(name, "msg-broker-conn-str", message, "add msg-broker-conn-str=host;port;topic")


def _broker_without_events(view: ApplicationView) -> Iterator[Fault]:
    for name in view.sinks:
        if view.number(name, "type") != _BROKER or view.is_test5:
            continue
        if not view.value(name, "msg-conv-msg2p-new-api"):
            message = "deepstream-app attaches no event data, so the sink sends nothing"
            yield view.fault(name, "msg-conv-msg2p-new-api", message, "write 1, or run deepstream-test5-app")


OUTPUT_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("sink-type", Level.REJECTED, "A sink has a type the program can build.", _sink_type),
    Rule("sink-limit", Level.REJECTED, "At most 1024 sinks.", _too_many_sinks),
    Rule("sink-behind-tiler", Level.MISUNDERSTOOD, "With the tiler on only source-id 0 counts.", _sinks_behind_tiler),
    Rule(
        "demux-sink", Level.MISUNDERSTOOD, "[tiled-display] enable=2 needs a link-to-demux sink.", _demux_without_sink
    ),
    Rule(
        "source-without-sink",
        Level.MISUNDERSTOOD,
        "With the tiler off each source needs a sink.",
        _sources_without_sink,
    ),
    Rule(
        "sink-without-source",
        Level.MISUNDERSTOOD,
        "A sink belongs to the source of its source-id.",
        _sinks_without_source,
    ),
    Rule("tiler-grid", Level.ADVICE, "The grid holds every source.", _too_few_tiles),
    Rule("tiler-size", Level.ADVICE, "The tiler has width and height.", _unsized_tiler),
    Rule("window-sink", Level.UNCHECKED, "A window needs a display.", _window_sink),
    Rule("drm-sink", Level.UNCHECKED, "Sink type 5 exists on Jetson only.", _drm_sink),
    Rule("rtsp-codec", Level.REJECTED, "RTSP sinks take codec 1 or 2.", _rtsp_codec),
    Rule("encoder-bitrate", Level.ADVICE, "Encoding sinks say their bitrate.", _unset_bitrate),
    Rule("sink-ports", Level.MISUNDERSTOOD, "RTSP sinks have ports of their own.", _shared_ports),
    Rule("host-ports", Level.UNCHECKED, "Ports are shared by everything on the host.", _host_ports),
    Rule("file-sink-name", Level.REJECTED, "A file sink has a file.", _missing_output_file),
    Rule("broker-alone", Level.REJECTED, "A broker sink needs a gie or the like before it.", _broker_alone),
    Rule("broker-library", Level.REJECTED, "A broker sink has an adaptor library.", _broker_without_library),
    Rule("broker-address", Level.REJECTED, "A broker sink has an address or a file.", _broker_without_address),
    Rule(
        "broker-events", Level.MISUNDERSTOOD, "deepstream-app sends through the new API only.", _broker_without_events
    ),
)

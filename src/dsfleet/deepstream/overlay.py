"""Debug mode laid over an operator's own configuration, INI or YAML, without losing a line of it.

The overlay is data: settings that must hold, and settings that are given only where the file says nothing (or 0, which
draws nothing). What it changed is told as a comparison; what it costs the file's other outputs as findings. It expires
by not being applied again: the operator's file itself is never replaced.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dsfleet.deepstream import part_settings
from dsfleet.deepstream.compare import Change, compare
from dsfleet.deepstream.configuration import Configuration, as_ini, read_configuration
from dsfleet.deepstream.errors import Place
from dsfleet.deepstream.findings import Fault, Finding, Level, Rule, apply_rules
from dsfleet.deepstream.kinds import FileKind
from dsfleet.deepstream.parts import DebugOutput
from dsfleet.deepstream.values import Value, write_value
from dsfleet.deepstream.view import ApplicationView

_TILER, _OSD, _APPLICATION, _TRACKER = "tiled-display", "osd", "application", "tracker"
_TILED, _TILED_WITH_DEMUX = 1, 2
_RTSP_SINK = 4
_MUST = frozenset({"enable", "display-text", "display-bbox", "display-tracking-id", "rows", "columns"}) | frozenset(
    {"enable-perf-measurement", "perf-measurement-interval-sec"}
)
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of the overlay; `must` False: only where the file does not say anything but 0 itself."""

    group: str
    key: str
    value: Value
    must: bool


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The file in debug mode, what that changes and costs, and what the file's own outputs lose."""

    text: str
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def overlay_debug(
    text: str, file: str, kind: FileKind, debug: DebugOutput, beside: Mapping[str, str] = _NOTHING
) -> Overlaid:
    """The application `text` in debug mode; applied to its own result it changes nothing.

    Raises ConfigurationSyntaxError for text that cannot be loaded, ConfigurationValueError for ports or sizes outside
    their range and for YAML whose form takes no new line.
    """
    before, after = (read_configuration(text, file, kind, beside) for _ in range(2))
    for setting in debug_settings(before.view, debug):
        _apply(setting, before, after)
    result = after.document.render()
    compared = read_configuration(result, file, kind, beside)
    changes = compare(as_ini(before), as_ini(compared), before.schema)
    return Overlaid(result, changes, apply_rules(OVERLAY_RULES, _Overlay(before.view, debug), file))


def debug_settings(view: ApplicationView, debug: DebugOutput) -> Iterator[Setting]:
    """The overlay for this file: measurement, tiler, drawing, and a sink that serves the picture."""
    gpu_id = view.number("streammux", "gpu-id")
    measurement = part_settings.measurement(debug.perf_interval_s)
    yield from (Setting(_APPLICATION, key, value, True) for key, value in measurement.items())
    for key, value in part_settings.tiler(view.source_count, debug, gpu_id).items():
        if not _tiler_suffices(view, key):
            yield Setting(_TILER, key, value, key in _MUST)
    yield from (Setting(_OSD, key, value, key in _MUST) for key, value in part_settings.osd(gpu_id).items())
    if view.enabled(_TRACKER):
        yield Setting(_TRACKER, "display-tracking-id", True, True)
    sink = debug_sink(view, debug)
    yield from (Setting(sink, key, value, True) for key, value in part_settings.rtsp_sink(debug, gpu_id).items())


def debug_sink(view: ApplicationView, debug: DebugOutput) -> str:
    """The sink group to serve the picture from: the one that has the port already, else the first free number."""
    for name in view.family("sink"):
        is_ours = view.number(name, "type") == _RTSP_SINK and view.number(name, "rtsp-port") == debug.rtsp_port
        if is_ours and view.number(name, "link-to-demux") == 0:
            return name
    number = next(number for number in range(len(view.schemas_by_group) + 1) if not view.has(f"sink{number}"))
    return f"sink{number}"


def _tiler_suffices(view: ApplicationView, key: str) -> bool:
    """Whether the operator's own tiler is good as it stands: composing, and with a grid that holds every source."""
    if key == "enable":
        return view.number(_TILER, "enable") in (_TILED, _TILED_WITH_DEMUX)
    places = view.number(_TILER, "rows") * view.number(_TILER, "columns")
    return key in ("rows", "columns") and places >= max(view.source_count, 1)


def _apply(setting: Setting, before: Configuration, after: Configuration) -> None:
    """Change or add one line, unless the file means the same already; keys that its form lacks are left out."""
    key = before.view.key(setting.group, setting.key)
    is_yaml = before.view.is_yaml
    if key is None or not (key.in_yaml if is_yaml else key.in_ini):
        return
    given = before.view.text(setting.group, setting.key) is not None
    current = before.view.value(setting.group, setting.key)
    fits = current == setting.value if setting.must or not given else bool(current)
    if fits and before.view.has(setting.group):
        return
    text = write_value(key, setting.value, Place(before.document.file, 0, setting.group, setting.key))
    if is_yaml and setting.group == _OSD and isinstance(setting.value, tuple):
        text = ";".join(str(round(float(part))) for part in setting.value)
    after.document.set(setting.group, key.yaml_key if is_yaml else key.name, text)


@dataclass(frozen=True)
class _Overlay:
    """A file about to be laid over."""

    view: ApplicationView
    debug: DebugOutput


def _lost_sinks(overlay: _Overlay) -> Iterator[Fault]:
    view = overlay.view
    for name in view.sinks:
        demuxed = view.number(name, "link-to-demux") and view.number(_TILER, "enable") == _TILED_WITH_DEMUX
        if view.number(name, "source-id") != 0 and not demuxed:
            message = "in debug mode the tiler is on, so this sink gets nothing"
            yield view.fault(name, "source-id", message, "expect its output to stop while debug mode lasts")


def _tiled_sinks(overlay: _Overlay) -> Iterator[Fault]:
    view = overlay.view
    was_tiled = view.number(_TILER, "enable") in (_TILED, _TILED_WITH_DEMUX)
    for name in () if was_tiled or view.source_count <= 1 else view.sinks:
        if view.number(name, "source-id") == 0:
            message = "in debug mode this sink gets the tiled picture of all sources instead of source 0"
            yield view.fault(name, "source-id", message, "expect another picture there while debug mode lasts")


def _second_encoders(overlay: _Overlay) -> Iterator[Fault]:
    view = overlay.view
    ours = debug_sink(view, overlay.debug)
    for name in view.sinks:
        if view.number(name, "type") == _RTSP_SINK and name != ours:
            message = "the file serves RTSP itself; debug mode adds a second encoder session"
            yield view.fault(name, "rtsp-port", message, "see that the GPU has a session left")


def _shared_ports(overlay: _Overlay) -> Iterator[Fault]:
    view = overlay.view
    ours = debug_sink(view, overlay.debug)
    for name in view.sinks:
        taken = view.number(name, "type") == _RTSP_SINK and view.number(name, "udp-port") == overlay.debug.udp_port
        if taken and name != ours:
            message = "debug mode was given the same UDP port, and no message tells"
            yield view.fault(name, "udp-port", message, "give debug mode another port")


OVERLAY_RULES: tuple[Rule[_Overlay], ...] = (
    Rule("overlay-sink-lost", Level.MISUNDERSTOOD, "Debug mode stops sinks of single sources.", _lost_sinks),
    Rule("overlay-sink-tiled", Level.ADVICE, "Debug mode gives sinks the tiled picture.", _tiled_sinks),
    Rule("overlay-encoder", Level.ADVICE, "Debug mode needs an encoder session of its own.", _second_encoders),
    Rule("overlay-port", Level.REJECTED, "Debug mode has ports that the file does not use.", _shared_ports),
)

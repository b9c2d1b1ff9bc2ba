"""The deepstream-app configuration that a coordinator derives: its values, and the INI file written from them.

Two modes. Normal: frames are measured, nothing is drawn or encoded; the tiler is off and every source has a sink of its
own, because the program drops sources without one. Debug (`debug` is set): boxes and labels drawn, all sources tiled
into one picture that is served over RTSP, and a measurement every second. Sources keep their order: the position is the
index in PERF lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dsfleet.deepstream import part_settings
from dsfleet.deepstream.errors import ConfigurationValueError, Place
from dsfleet.deepstream.model import Schema
from dsfleet.deepstream.part_settings import NamedSettings, Settings, push_timeout_us, tiles
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
from dsfleet.deepstream.render import render_groups

__all__ = [
    "Application",
    "DebugOutput",
    "FileSource",
    "PrimaryGie",
    "RtspSource",
    "SecondaryGie",
    "Settings",
    "Source",
    "Tracker",
    "Transport",
    "application_groups",
    "push_timeout_us",
    "render_application",
    "render_groups",
    "tiles",
]

_HIGHEST_SOURCES = 1024


@dataclass(frozen=True, slots=True)
class Application:
    """One deepstream-app with classic sources. `fps` is the rate the cameras are expected to deliver (for the mux's
    timeout); `analytics_file` is a file of nvdsanalytics, empty for none.
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
    secondary_gies: tuple[SecondaryGie, ...] = ()
    analytics_file: str = ""


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


def application_groups(application: Application) -> Iterator[NamedSettings]:
    """The groups of the file, in the order they are written; dewarper groups would have to follow the sources."""
    debug, count = application.debug, len(application.sources)
    yield "application", part_settings.measurement(debug.perf_interval_s if debug else application.perf_interval_s)
    yield "tiled-display", part_settings.tiler(count, debug, application.gpu_id) if debug else {"enable": 0}
    for index, source in enumerate(application.sources):
        yield f"source{index}", part_settings.source(index, source)
    for index in range(1 if debug else count):
        yield f"sink{index}", part_settings.fake_sink(index)
    if debug:
        yield "sink1", part_settings.rtsp_sink(debug, application.gpu_id)
        yield "osd", part_settings.osd(application.gpu_id)
    yield "streammux", _mux(application)
    analysis = Analysis(
        application.primary_gie, application.tracker, application.secondary_gies, application.analytics_file
    )
    yield from part_settings.analysis(analysis, count, application.gpu_id)
    if application.repeat_files:
        yield "tests", {"file-loop": True}


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

from collections.abc import Iterator

import pytest

from dsfleet.deepstream.application import (
    Application,
    DebugOutput,
    FileSource,
    PrimaryGie,
    RtspSource,
    SecondaryGie,
    Settings,
    Source,
    Tracker,
    Transport,
    push_timeout_us,
    render_application,
    render_groups,
    tiles,
)
from dsfleet.deepstream.errors import ConfigurationValueError
from dsfleet.deepstream.ini import IniDocument, parse_ini
from dsfleet.deepstream.schema import load_schema

DEBUG = DebugOutput(rtsp_port=8600, udp_port=5600)


def cameras(count: int) -> tuple[Source, ...]:
    return tuple(RtspSource(f"rtsp://gate/{number}") for number in range(count))


def rendered(application: Application) -> IniDocument:
    return parse_ini(render_application(application, load_schema()))


def test_normal_mode_measures_and_gives_each_source_its_sink():
    """In normal mode the tiler is off and each source has a fakesink of its own, so that the program drops none."""
    text = render_application(Application(cameras(1), fps=10), load_schema())
    assert text == (
        "[application]\nenable-perf-measurement=1\nperf-measurement-interval-sec=5\n\n"
        "[tiled-display]\nenable=0\n\n"
        "[source0]\nenable=1\ntype=4\nuri=rtsp://gate/0\nnum-sources=1\ngpu-id=0\ncamera-id=0\nlatency=200\n"
        "select-rtp-protocol=4\nrtsp-reconnect-interval-sec=10\nrtsp-reconnect-attempts=-1\n\n"
        "[sink0]\nenable=1\ntype=1\nsync=0\nsource-id=0\n\n"
        "[streammux]\ngpu-id=0\nlive-source=1\nbatch-size=1\nbatched-push-timeout=100000\nwidth=1920\nheight=1080\n"
    )


def test_every_source_keeps_its_place():
    """Source N is the Nth camera and sink N takes its frames."""
    document = rendered(Application(cameras(3)))
    assert [document.get(f"source{number}", "uri") for number in range(3)] == [f"rtsp://gate/{n}" for n in range(3)]
    assert [document.get(f"sink{number}", "source-id") for number in range(3)] == ["0", "1", "2"]
    assert document.get("streammux", "batch-size") == "3"


def test_debug_mode_adds_a_tiled_drawn_and_served_picture():
    """Debug mode tiles all sources, draws boxes, serves the picture on its ports and measures each second."""
    document = rendered(Application(cameras(5), debug=DEBUG))
    assert (document.get("tiled-display", "rows"), document.get("tiled-display", "columns")) == ("2", "3")
    assert document.get("osd", "enable") == "1"
    assert document.get("application", "perf-measurement-interval-sec") == "1"
    sink = {key: entry.value for key, entry in document.effective("sink1").items()}
    assert (
        sink.items() >= {"type": "4", "codec": "1", "rtsp-port": "8600", "udp-port": "5600", "source-id": "0"}.items()
    )


def test_debug_mode_keeps_a_production_sink_that_the_tiler_feeds():
    """With the tiler on the only production sink has source-id 0; others would get nothing."""
    document = rendered(Application(cameras(5), debug=DEBUG))
    sinks = [name for name in document.groups() if name.startswith("sink")]
    assert sinks == ["sink0", "sink1"]
    assert document.get("sink0", "type") == "1"


def test_a_file_is_played_by_the_uri_source():
    """A file is source type 2, not live, and repeated on demand."""
    document = rendered(Application((FileSource("file:///clip.mp4"),), repeat_files=True))
    assert document.get("source0", "type") == "2"
    assert document.get("streammux", "live-source") == "0"
    assert document.get("tests", "file-loop") == "1"


def test_what_a_camera_asks_for_is_written():
    """Transport, latency, reconnection, frame dropping, GPU and decoder memory reach their keys."""
    source = RtspSource("rtsp://gate/a", 500, 20, 3, Transport.UDP_OR_TCP, 2, 1, 2, 65536)
    written = {key: entry.value for key, entry in rendered(Application((source,))).effective("source0").items()}
    assert (
        written.items()
        >= {
            "latency": "500",
            "rtsp-reconnect-interval-sec": "20",
            "rtsp-reconnect-attempts": "3",
            "select-rtp-protocol": "7",
            "drop-frame-interval": "2",
            "gpu-id": "1",
            "cudadec-memtype": "2",
            "udp-buffer-size": "65536",
        }.items()
    )


def test_inference_and_tracking_are_added_where_asked_for():
    """The primary inference runs on as many frames as there are sources; the tracker names its library."""
    gie = PrimaryGie("pgie.txt", model_engine_file="/models/a.engine", labels_file="labels.txt")
    document = rendered(Application(cameras(4), primary_gie=gie, tracker=Tracker("/lib/t.so", "tracker.yml")))
    assert document.get("primary-gie", "batch-size") == "4"
    assert document.get("primary-gie", "config-file") == "pgie.txt"
    assert document.get("tracker", "ll-lib-file") == "/lib/t.so"


def test_secondary_inference_and_analytics_follow_the_tracker():
    """A secondary gie names the gie and classes it works on; analytics names its file."""
    plates = SecondaryGie("plates.txt", 2, operates_on=1, class_ids=(0,), batch_size=8, labels_file="plates.labels")
    application = Application(
        cameras(2), primary_gie=PrimaryGie("pgie.txt"), secondary_gies=(plates,), analytics_file="analytics.txt"
    )
    document = rendered(application)
    assert {key: entry.value for key, entry in document.effective("secondary-gie0").items()} == {
        "enable": "1",
        "gpu-id": "0",
        "batch-size": "8",
        "gie-unique-id": "2",
        "operate-on-gie-id": "1",
        "operate-on-class-ids": "0",
        "config-file": "plates.txt",
        "labelfile-path": "plates.labels",
    }
    assert document.get("nvds-analytics", "config-file") == "analytics.txt"


@pytest.mark.parametrize(
    ("application", "says"),
    [
        (Application(()), "this many sources"),
        (Application(cameras(1025)), "this many sources"),
        (Application(cameras(1), debug=DebugOutput(70000, 5600)), r"\[sink1\] rtsp-port: 70000 is above 65535"),
        (Application((RtspSource("rtsp://gate", latency_ms=-1),)), r"\[source0\] latency: -1 is negative"),
        (Application(cameras(1), perf_interval_s=0), r"perf-measurement-interval-sec: 0 is below 1"),
        (Application((RtspSource("rtsp://gate", drop_frame_interval=31),)), "31 is above 30"),
    ],
)
def test_what_the_schema_forbids_is_not_written(application: Application, says: str):
    """A value outside its range raises an error that names group, key, value and mend."""
    with pytest.raises(ConfigurationValueError, match=says):
        render_application(application, load_schema(), "app.txt")


@pytest.mark.parametrize(
    ("group", "settings", "says"),
    [
        ("nonsense", {"enable": True}, "does not read this group"),
        ("osd", {"border-colour": 1}, "does not read this key"),
        ("streammux", {"interpolation-method": 1}, "does not read this key"),
        ("source0", {"extract-sei-type5-data": 1}, "does not read this key"),
    ],
)
def test_unknown_names_are_not_written(group: str, settings: Settings, says: str):
    """A group or key that the INI parser does not read, or always rejects, raises."""

    def groups() -> Iterator[tuple[str, Settings]]:
        yield group, settings

    with pytest.raises(ConfigurationValueError, match=says):
        render_groups(groups(), load_schema())


@pytest.mark.parametrize(
    ("count", "grid"), [(1, (1, 1)), (2, (1, 2)), (3, (2, 2)), (5, (2, 3)), (9, (3, 3)), (10, (3, 4))]
)
def test_the_grid_is_square_ish(count: int, grid: tuple[int, int]):
    """The grid holds every picture with as many columns as rows, or one more."""
    assert tiles(count) == grid


@pytest.mark.parametrize(("fps", "timeout_us"), [(25, 40_000), (10, 100_000), (30, 33_333), (0, 1_000_000)])
def test_the_mux_waits_one_frame_period(fps: float, timeout_us: int):
    """The mux pushes an incomplete batch after one frame period, at most one second."""
    assert push_timeout_us(fps) == timeout_us

import pytest

from dsfleet.deepstream.check import check_application_text
from dsfleet.deepstream.errors import ConfigurationError, ConfigurationValueError
from dsfleet.deepstream.findings import Level
from dsfleet.deepstream.ini import IniDocument, parse_ini
from dsfleet.deepstream.live_application import (
    LiveApplication,
    Stream,
    StreamAttributes,
    display_name,
    render_live_application,
)
from dsfleet.deepstream.parts import Analysis, DebugOutput, PrimaryGie, SecondaryGie, Tracker, Transport
from dsfleet.deepstream.schema import Kind, load_schema

SCHEMA = load_schema(Kind.DEEPSTREAM_TEST5)
GATE, YARD = Stream("cam-1", "Gate", "rtsp://gate/1"), Stream("cam-2", "Yard", "rtsp://gate/2")
DEBUG = DebugOutput(rtsp_port=8600, udp_port=5600)
GIE = PrimaryGie("pgie.txt", model_engine_file="/models/a.engine")
COLOURS = SecondaryGie("colour.txt", 2, class_ids=(0, 2), model_engine_file="/models/b.engine")


def rendered(application: LiveApplication) -> IniDocument:
    return parse_ini(render_live_application(application, SCHEMA), "app.txt")


def settings(document: IniDocument, group: str) -> dict[str, str]:
    return {key: entry.value for key, entry in document.effective(group).items()}


def test_streams_stand_in_the_list_with_rest_on_loopback():
    """Addresses, ids and names stand in step, with the capacity, the port on loopback alone and names shown."""
    assert settings(rendered(LiveApplication((GATE, YARD), 8, 9000)), "source-list") == {
        "num-source-bins": "2",
        "list": "rtsp://gate/1;rtsp://gate/2",
        "sensor-id-list": "cam-1;cam-2",
        "sensor-name-list": "Gate;Yard",
        "use-nvmultiurisrcbin": "1",
        "max-batch-size": "8",
        "http-ip": "127.0.0.1",
        "http-port": "127.0.0.1:9000",
        "stream-name-display": "1",
    }


def test_batches_are_as_large_as_the_capacity():
    """The mux and the primary gie are built for every camera that may come, and outlive the last one."""
    document = rendered(LiveApplication((GATE,), 8, 9000, analysis=Analysis(GIE)))
    assert (document.get("streammux", "batch-size"), document.get("primary-gie", "batch-size")) == ("8", "8")
    assert (document.get("streammux", "drop-pipeline-eos"), document.get("streammux", "live-source")) == ("1", "1")


def test_an_application_may_start_without_a_stream():
    """Without a stream the program starts empty and waits, so no list is written."""
    listed = settings(rendered(LiveApplication((), 8, 9000)), "source-list")
    assert listed["num-source-bins"] == "0"
    assert not {"list", "sensor-id-list", "sensor-name-list"} & listed.keys()


def test_attributes_hold_for_every_stream():
    """Transport, latency, reconnection, frame dropping and decoder memory reach the group for all streams."""
    attributes = StreamAttributes(300, 20, 7, 3, Transport.UDP_OR_TCP, 2, decoder_memory=1, udp_buffer_bytes=524288)
    written = settings(rendered(LiveApplication((GATE,), 2, 9000, attributes, gpu_id=1)), "source-attr-all")
    assert written == {
        "enable": "1",
        "type": "4",
        "gpu-id": "1",
        "latency": "300",
        "select-rtp-protocol": "7",
        "buffer-mode": "3",
        "rtsp-reconnect-interval-sec": "20",
        "init-rtsp-reconnect-interval-sec": "7",
        "rtsp-reconnect-attempts": "3",
        "drop-frame-interval": "2",
        "cudadec-memtype": "1",
        "udp-buffer-size": "524288",
    }


def test_frames_are_counted_for_rest():
    """A sink logs for REST's metrics, and in normal mode the tiler passes batches through."""
    document = rendered(LiveApplication((GATE,), 2, 9000))
    assert (document.get("sink0", "nvdslogger"), document.get("tiled-display", "enable")) == ("1", "3")


def test_debug_mode_has_a_tile_for_every_place():
    """The tiled picture has room for every camera that may come, and is served."""
    document = rendered(LiveApplication((GATE,), 5, 9000, debug=DEBUG))
    assert (document.get("tiled-display", "rows"), document.get("tiled-display", "columns")) == ("2", "3")
    assert (document.get("sink1", "type"), document.get("sink1", "rtsp-port")) == ("4", "8600")
    assert document.get("application", "perf-measurement-interval-sec") == "1"


def test_the_whole_analysis_is_written():
    """Primary and secondary gies, tracker and analytics stand with their ids, classes and files."""
    analysis = Analysis(GIE, Tracker("/lib/t.so", "tracker.yml"), (COLOURS,), "analytics.txt")
    document = rendered(LiveApplication((GATE,), 4, 9000, analysis=analysis))
    assert document.get("secondary-gie0", "operate-on-class-ids") == "0;2"
    assert document.get("secondary-gie0", "operate-on-gie-id") == "1"
    assert document.get("source-list", "sgie-batch-size") == "16"
    assert document.get("nvds-analytics", "config-file") == "analytics.txt"


@pytest.mark.parametrize("debug", [None, DEBUG])
@pytest.mark.parametrize("streams", [(), (GATE, YARD)])
def test_what_is_rendered_is_understood(debug: DebugOutput | None, streams: tuple[Stream, ...]):
    """The checks find nothing in it but what nobody can see from here."""
    application = LiveApplication(streams, 4, 9000, debug=debug, analysis=Analysis(GIE, None, (COLOURS,)))
    found = check_application_text(render_live_application(application, SCHEMA), SCHEMA, "app.txt")
    assert {finding.level for finding in found} <= {Level.UNCHECKED}


@pytest.mark.parametrize(
    ("application", "says"),
    [
        (LiveApplication((GATE, YARD), 1, 9000), "2 streams are more than the capacity of 1"),
        (LiveApplication((), 0, 9000), "no such capacity"),
        (LiveApplication((), 1025, 9000), "no such capacity"),
        (LiveApplication((GATE, GATE), 4, 9000), "not alone"),
        (LiveApplication((Stream("a;b", "Gate", "rtsp://gate/1"),), 4, 9000), "no plain text"),
        (LiveApplication((Stream("a", "Gate", "http://u:p@gate/1"),), 4, 9000), "no such address"),
        (LiveApplication((GATE,), 4, 9000, StreamAttributes(drop_frame_interval=31)), "31 is above 30"),
    ],
)
def test_what_the_program_would_not_run_is_refused(application: LiveApplication, says: str):
    """Too many streams, odd ids, addresses the list does not take and values out of range raise, without a login."""
    with pytest.raises(ConfigurationValueError, match=says) as caught:
        render_live_application(application, SCHEMA, "app.txt")
    assert isinstance(caught.value, ConfigurationError)
    assert "u:p@" not in str(caught.value.args)


@pytest.mark.parametrize(("name", "shown"), [("Gate [1]; north\n", "Gate _1__ north_"), ("Tür", "Tür"), ("  ", "_")])
def test_names_cannot_break_the_lines_they_stand_in(name: str, shown: str):
    """Brackets, semicolons and line ends in a camera's name are replaced."""
    assert display_name(name) == shown

import pytest

from dsfleet.deepstream.check import check_application_text
from dsfleet.deepstream.compare import Cost
from dsfleet.deepstream.errors import ConfigurationValueError
from dsfleet.deepstream.findings import Level
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.kinds import FileKind
from dsfleet.deepstream.overlay import OVERLAY_RULES, Overlaid, overlay_debug
from dsfleet.deepstream.parts import DebugOutput
from dsfleet.deepstream.schema import load_schema
from dsfleet.deepstream.yaml_document import parse_yaml

DEBUG = DebugOutput(rtsp_port=8600, udp_port=5600)
APP = FileKind.DEEPSTREAM_APP
INI = """# the yard, by Kim
[application]
enable-perf-measurement=1
perf-measurement-interval-sec=5  # enough

[source0]
enable=1
type=4
uri=rtsp://gate/0
rtsp-reconnect-interval-sec=10
[source1]
enable=1
type=4
uri=rtsp://gate/1
rtsp-reconnect-interval-sec=10

[sink0]
enable=1
type=1
source-id=0
[sink2]
enable=1
type=1
source-id=1

[osd]
# thick lines for the wall
enable=0
border-width=5

[streammux]
gpu-id=1
live-source=1
batch-size=2
width=1920
height=1080
"""
YAML = """# the yard
source:
  csv-file-path: list.csv
osd:
  enable: 0   # off
sink0:
  enable: 1
  type: 1
streammux:
  width: 1920
  height: 1080
  batch-size: 3
"""
LIST = "enable,type,uri\n1,4,rtsp://gate/0\n1,4,rtsp://gate/1\n1,4,rtsp://gate/2\n"


def overlaid(text: str = INI, debug: DebugOutput = DEBUG) -> Overlaid:
    return overlay_debug(text, "app.txt", APP, debug)


def test_every_line_that_is_not_changed_stays():
    """Comments, order and other keys come through; only named values change and new lines are added."""
    result = overlaid().text
    kept = [line for line in INI.splitlines() if line not in ("enable=0", "perf-measurement-interval-sec=5  # enough")]
    lines = iter(result.splitlines())
    assert all(line in lines for line in kept)
    assert "perf-measurement-interval-sec=1\n" in result


def test_debug_mode_is_what_the_file_then_says():
    """Boxes are drawn, both sources tiled, the picture served from the first free sink, and each second measured."""
    document = parse_ini(overlaid().text)
    said = {group: {key: e.value for key, e in document.effective(group).items()} for group in document.groups()}
    assert said["osd"].items() >= {"enable": "1", "border-width": "5", "text-size": "15", "font": "Serif"}.items()
    tiler = {"enable": "1", "rows": "1", "columns": "2", "width": "1280", "height": "720", "gpu-id": "1"}
    assert said["tiled-display"] == tiler
    sink = {"enable": "1", "type": "4", "codec": "1", "rtsp-port": "8600", "udp-port": "5600", "source-id": "0"}
    assert said["sink1"].items() >= sink.items()


def test_the_result_is_accepted_by_the_checks():
    """Beyond the sink that the tiler stops, nothing in the result is rejected or misunderstood."""
    found = check_application_text(overlaid().text, load_schema(), "app.txt")
    bad = [(each.rule, each.group) for each in found if each.level in (Level.REJECTED, Level.MISUNDERSTOOD)]
    assert bad == [("sink-behind-tiler", "sink2")]


def test_changes_are_a_comparison():
    """What debug mode changes is told key by key with its cost, and applying it again changes nothing."""
    first = overlaid()
    changed = {(change.group, change.key): (change.before, change.after) for change in first.changes}
    assert changed["osd", "enable"] == ("0", "1")
    assert {change.cost for change in first.changes} == {Cost.RECREATE}
    again = overlaid(first.text)
    assert (again.text, again.changes) == (first.text, ())


def test_a_sink_that_the_tiler_stops_is_named():
    """The per-source sink of source 1 gets nothing while debug mode lasts, sink 0 another picture."""
    told = [(each.level, each.rule, each.group) for each in overlaid().findings]
    assert told == [
        (Level.ADVICE, "overlay-sink-tiled", "sink0"),
        (Level.MISUNDERSTOOD, "overlay-sink-lost", "sink2"),
    ]


def test_a_sink_with_our_port_is_taken_over():
    """A file that serves RTSP on the port itself keeps its sink, which gets what debug mode wants; none is added."""
    served = INI + "[sink7]\nenable=0\ntype=4\nrtsp-port=8600\nudp-port=5000\nbitrate=1\n"
    document = parse_ini(overlaid(served).text)
    assert [name for name in document.groups() if name.startswith("sink")] == ["sink0", "sink2", "sink7"]
    assert (document.get("sink7", "enable"), document.get("sink7", "udp-port")) == ("1", "5600")


def test_another_rtsp_sink_is_left_alone():
    """A production RTSP output on its own ports stays as it is, and the second encoder session is told."""
    served = INI + "[sink7]\nenable=1\ntype=4\nrtsp-port=8554\nudp-port=5600\n"
    result = overlaid(served)
    assert parse_ini(result.text).get("sink7", "rtsp-port") == "8554"
    told = {each.rule for each in result.findings if each.group == "sink7"}
    assert told >= {"overlay-encoder", "overlay-port"}


def test_an_operators_tiler_is_kept():
    """A grid that holds every source, and its size, stay as the operator wants them."""
    tiler = "[tiled-display]\nenable=2\nrows=4\ncolumns=1\nwidth=640\nheight=2000\n"
    document = parse_ini(overlaid(INI + tiler).text)
    assert [document.get("tiled-display", key) for key in ("enable", "rows", "columns", "width")] == [
        "2",
        "4",
        "1",
        "640",
    ]
    small = parse_ini(overlaid(INI + tiler.replace("rows=4", "rows=1")).text)
    assert [small.get("tiled-display", key) for key in ("rows", "columns")] == ["1", "2"]


def test_yaml_is_overlaid_in_its_own_form():
    """A YAML application keeps its comments; its tiler holds the sources of its list, its colours are whole numbers."""
    result = overlay_debug(YAML, "app.yml", APP, DEBUG, {"list.csv": LIST})
    assert "# the yard\n" in result.text
    assert "enable: 1   # off\n" in result.text
    document = parse_yaml(result.text)
    assert (document.get("tiled-display", "rows"), document.get("tiled-display", "columns")) == ("2", "2")
    assert document.get("osd", "text-bg-color") == "0;0;0;1"
    assert (document.get("sink1", "rtsp-port"), document.get("source", "csv-file-path")) == ("8600", "list.csv")
    assert ("osd", "enable") in {(change.group, change.key) for change in result.changes}


def test_a_port_out_of_range_is_refused():
    """A value that the schema does not allow is an error that names the key."""
    with pytest.raises(ConfigurationValueError, match="rtsp-port: 70000 is above 65535"):
        overlaid(debug=DebugOutput(rtsp_port=70000, udp_port=5600))


def test_every_rule_has_its_case():
    """No rule about the overlay stands without a test above."""
    tested = {"overlay-sink-lost", "overlay-sink-tiled", "overlay-encoder", "overlay-port"}
    assert {rule.name for rule in OVERLAY_RULES} == tested

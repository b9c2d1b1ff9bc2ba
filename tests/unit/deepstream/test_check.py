import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from dsfleet.deepstream.application import Application, DebugOutput, PrimaryGie, RtspSource, Tracker, render_application
from dsfleet.deepstream.check import APPLICATION_RULES, Finding, Level, check_application_text
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.schema import Kind, load_schema

CORPUS = Path(__file__).parents[4] / "shared" / "deepstream" / "corpus"
CAMERAS = (RtspSource("rtsp://gate/0"), RtspSource("rtsp://gate/1"))
WITH_GIE = PrimaryGie("pgie.txt", model_engine_file="pgie.engine")
SHAPES = {
    "plain": Application(CAMERAS, primary_gie=WITH_GIE),
    "tiled": Application(CAMERAS, primary_gie=WITH_GIE, debug=DebugOutput(8600, 5600)),
    "tracked": Application(CAMERAS, primary_gie=WITH_GIE, tracker=Tracker("lib.so", "tracker.yml")),
    "bare": Application(CAMERAS),
}
LISTED = """[application]
enable-perf-measurement=1
perf-measurement-interval-sec=5
[source-list]
list=rtsp://gate/0;rtsp://gate/1
num-source-bins=2
sensor-id-list=a;b
sensor-name-list=A;B
use-nvmultiurisrcbin=1
http-ip=127.0.0.1
http-port=9000
max-batch-size=4
[source-attr-all]
enable=1
type=4
[streammux]
width=1920
height=1080
drop-pipeline-eos=1
[sink0]
enable=1
type=1
"""

Edits = Mapping[str, str | None]

# rule: (shape, {"group.key": raw value, None to remove}, level); "group." with None removes the group
CASES: dict[str, tuple[str, Edits]] = {
    "source-group-name": ("plain", {"sourceX.enable": "0"}),
    "dewarper-trap": ("plain", {"da.k": "1"}),
    "unknown-group": ("plain", {"dewarper10.enable": "0"}),
    "unknown-key": ("plain", {"streammux.live": "1"}),
    "unreadable-value": ("plain", {"streammux.width": "1920.0"}),
    "value-range": ("plain", {"source0.drop-frame-interval": "31"}),
    "enable-not-integer": ("plain", {"sink1.enable": "true"}),
    "enable-missing": ("plain", {"source1.enable": None}),
    "key-always-rejected": ("plain", {"source0.extract-sei-type5-data": "0"}),
    "comment-in-value": ("plain", {"primary-gie.config-file": "pgie.txt # mine"}),
    "trailing-blank": ("plain", {"primary-gie.config-file": "pgie.txt "}),
    "path-not-expanded": ("plain", {"primary-gie.config-file": "~/pgie.txt"}),
    "path-of-process": ("plain", {"sink0.output-file": "out.mp4"}),
    "deprecated-key": ("plain", {"source0.smart-rec-video-cache": "5"}),
    "no-source": ("plain", {"source0.enable": "0", "source1.enable": "0"}),
    "source-limit": ("plain", {"source0.type": "3", "source0.num-sources": "1024"}),
    "source-number": ("plain", {"source01.enable": "1"}),
    "source-type": ("plain", {"source0.type": "9"}),
    "source-uri": ("plain", {"source0.uri": None}),
    "type-3-percent": ("plain", {"source0.type": "3", "source0.uri": "file:///a%20f.mp4"}),
    "rtsp-as-uri": ("plain", {"source0.type": "2"}),
    "file-as-rtsp": ("plain", {"source0.uri": "file:///a.mp4"}),
    "source-order": ("plain", {"source0.enable": "0"}),
    "copies-last": ("plain", {"source0.type": "3", "source0.num-sources": "2"}),
    "rtsp-first": ("plain", {"source0.type": "2", "source0.uri": "file:///a.mp4"}),
    "mixed-sources": ("plain", {"source1.type": "2", "source1.uri": "file:///a.mp4"}),
    "no-reconnection": ("plain", {"source0.rtsp-reconnect-interval-sec": None}),
    "record-directory": ("plain", {"source0.smart-record": "1"}),
    "mux-size": ("plain", {"streammux.height": None}),
    "mux-batch-size": ("plain", {"streammux.batch-size": "1"}),
    "mux-live": ("plain", {"streammux.live-source": "0"}),
    "mux-pool": ("plain", {"streammux.buffer-pool-size": "3"}),
    "perf-interval": ("plain", {"application.perf-measurement-interval-sec": None}),
    "list-attributes": ("listed", {"source-attr-all.": None}),
    "list-attributes-off": ("listed", {"source-attr-all.enable": None}),
    "list-counts": ("listed", {"source-list.sensor-id-list": "a"}),
    "list-forms": ("listed", {"source-list.list": "http://gate/0;rtsp://gate/1"}),
    "list-overrides": ("listed", {"source4.enable": "1", "source4.type": "4", "source4.uri": "rtsp://gate/4"}),
    "multiuri-keys": ("listed", {"source-list.http-port": None}),
    "multiuri-capacity": ("listed", {"source-list.max-batch-size": None}),
    "multiuri-end": ("listed", {"streammux.drop-pipeline-eos": None}),
    "multiuri-loop": ("listed", {"tests.file-loop": "1"}),
    "sink-type": ("plain", {"sink0.type": "7"}),
    "sink-behind-tiler": ("tiled", {"sink1.source-id": "1"}),
    "demux-sink": ("tiled", {"tiled-display.enable": "2"}),
    "source-without-sink": ("plain", {"sink1.enable": "0"}),
    "sink-without-source": ("plain", {"sink1.source-id": "2"}),
    "tiler-grid": ("tiled", {"tiled-display.columns": "1"}),
    "tiler-size": ("tiled", {"tiled-display.width": None}),
    "window-sink": ("plain", {"sink0.type": "2"}),
    "drm-sink": ("plain", {"sink0.type": "5"}),
    "rtsp-codec": ("tiled", {"sink1.codec": "3"}),
    "encoder-bitrate": ("tiled", {"sink1.bitrate": None}),
    "sink-ports": ("tiled", {"sink0.type": "4", "sink0.rtsp-port": "8600", "sink0.udp-port": "5601"}),
    "host-ports": ("tiled", {}),
    "file-sink-name": ("plain", {"sink0.type": "3"}),
    "broker-alone": ("bare", {"sink2.enable": "1", "sink2.type": "6"}),
    "broker-library": ("plain", {"sink2.enable": "1", "sink2.type": "6"}),
    "broker-address": ("plain", {"sink2.enable": "1", "sink2.type": "6"}),
    "broker-events": ("plain", {"sink2.enable": "1", "sink2.type": "6"}),
    "gie-file": ("plain", {"primary-gie.config-file": None}),
    "gie-ids": ("plain", {"secondary-gie0.enable": "1", "secondary-gie0.gie-unique-id": "1"}),
    "gie-alone": ("bare", {"secondary-gie0.enable": "1", "secondary-gie0.gie-unique-id": "2"}),
    "gie-chain": ("plain", {"secondary-gie0.enable": "1", "secondary-gie0.operate-on-gie-id": "7"}),
    "gie-batch-size": ("plain", {"primary-gie.batch-size": "8"}),
    "gie-batch-override": ("listed", {"primary-gie.enable": "1", "primary-gie.config-file": "pgie.txt"}),
    "engine-cache": ("plain", {"primary-gie.model-engine-file": None}),
    "tracker-library": ("tracked", {"tracker.ll-lib-file": None}),
    "tracker-size": ("tracked", {"tracker.tracker-width": "1000"}),
    "tracker-list-end": ("tracked", {"tracker.ll-config-file": "a.yml;b.yml;"}),
    "path-in-image": ("plain", {"primary-gie.config-file": "/opt/nvidia/deepstream/deepstream/pgie.txt"}),
    "path-in-container": ("plain", {"primary-gie.config-file": "/models/pgie.txt"}),
}
OTHER_TESTS = {"file-name", "repeated-key", "dewarper-order", "forced-tcp", "sink-limit", "gie-limit"}


def configuration(shape: str, edits: Edits) -> str:
    text = LISTED if shape == "listed" else render_application(SHAPES[shape], load_schema())
    document = parse_ini(text)
    for name, value in edits.items():
        group, _, key = name.partition(".")
        if not key:
            document.remove_group(group)
        elif value is None:
            document.remove(group, key)
        else:
            document.set(group, key, value)
    return document.render()


def findings(text: str, kind: Kind = Kind.DEEPSTREAM_APP, file: str = "app.txt") -> list[Finding]:
    return list(check_application_text(text, load_schema(kind), file))


def rules_of(text: str, kind: Kind = Kind.DEEPSTREAM_APP) -> set[str]:
    return {finding.rule for finding in findings(text, kind)}


def test_every_rule_has_its_case():
    """No rule stands without a test, and no rule twice."""
    names = [rule.name for rule in APPLICATION_RULES]
    assert sorted(names) == sorted(CASES.keys() | OTHER_TESTS)


@pytest.mark.parametrize("shape", ["plain", "tracked", "bare", "listed"])
def test_a_good_configuration_is_clean(shape: str):
    """What the coordinator derives breaks no rule."""
    assert rules_of(configuration(shape, {})) == set()


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_rule_finds_what_it_names(rule: str):
    """A configuration that breaks one rule is found by it, with place, fault and mend, and not without the edit."""
    shape, edits = CASES[rule]
    found = [finding for finding in findings(configuration(shape, edits)) if finding.rule == rule]
    assert found
    assert all(finding.message and finding.mend and finding.file == "app.txt" for finding in found)
    if edits:
        assert rule not in rules_of(configuration(shape, {}))


def test_a_finding_names_line_group_key_and_value():
    """A finding about a line carries all that is needed to find it, as plain JSON values."""
    text = "[source0]\nenable=1\ntype=4\nuri=rtsp://u:p@gate/a\n# on\n[osd]\nenable=yes\n"
    (finding,) = [finding for finding in findings(text) if finding.rule == "unreadable-value"]
    assert json.loads(json.dumps(asdict(finding))) == {
        "level": "rejected",
        "rule": "unreadable-value",
        "file": "app.txt",
        "line": 7,
        "group": "osd",
        "key": "enable",
        "value": "yes",
        "message": "this is not a whole decimal number",
        "mend": "write digits only",
    }


def test_no_finding_shows_a_login():
    """The value of an address is shown without its login."""
    text = "[source0]\nenable=1\ntype=2\nuri=rtsp://u:s3cret@gate/a b\nuri=rtsp://u:s3cret@gate/b\n"
    assert "s3cret" not in repr(findings(text))


def test_text_that_cannot_be_loaded_is_one_finding():
    """A syntax error is rejected, with its line."""
    (finding,) = findings("[a]\nnonsense\n")
    assert (finding.level, finding.rule, finding.line) == (Level.REJECTED, "ini-syntax", 2)


def test_an_ini_file_of_another_name_is_not_read():
    """deepstream-app takes only .txt for INI; deepstream-test5-app takes anything."""
    text = configuration("plain", {})
    assert [finding.rule for finding in findings(text, file="app.conf")] == ["file-name"]
    assert findings(text, Kind.DEEPSTREAM_TEST5, "app.conf") == []


def test_a_key_given_twice_is_told_at_the_line_that_loses():
    """The earlier of two different values is misunderstood; equal ones do no harm."""
    (finding,) = [each for each in findings("[tests]\nfile-loop=1\nfile-loop=0\n") if each.rule == "repeated-key"]
    assert finding.line == 2
    assert "repeated-key" not in rules_of("[tests]\nfile-loop=1\nfile-loop=1\n")


def test_a_dewarper_above_its_source_is_rejected():
    """Enabled dewarpers may not outnumber the sources above them."""
    dewarper = "[dewarper0]\nenable=1\nconfig-file=d.txt\n"
    assert "dewarper-order" in rules_of(dewarper + configuration("plain", {}))
    assert "dewarper-order" not in rules_of(configuration("plain", {}) + dewarper)


def test_test5_forces_tcp():
    """Only deepstream-test5-app overrides the transport."""
    text = configuration("plain", {"source0.select-rtp-protocol": "7"})
    assert "forced-tcp" in rules_of(text, Kind.DEEPSTREAM_TEST5)
    assert "forced-tcp" not in rules_of(text)


def test_too_many_sinks_and_gies_are_rejected():
    """The program stops reading at 1024 sinks and 16 secondary gies."""
    sinks = "".join(f"[sink{number}]\nenable=1\ntype=1\n" for number in range(1025))
    gies = "".join(f"[secondary-gie{n}]\nenable=1\nconfig-file=s.txt\ngie-unique-id={n + 2}\n" for n in range(17))
    assert "sink-limit" in rules_of(sinks)
    assert "gie-limit" in rules_of(gies)


def test_a_broken_value_in_a_group_that_is_off_harms_nobody():
    """A source, sink or gie that is off is skipped before its other keys are read."""
    assert "unreadable-value" not in rules_of(configuration("plain", {"sink2.enable": "0", "sink2.type": "fake"}))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside this checkout")
@pytest.mark.parametrize(
    "path", sorted(CORPUS.glob("deepstream-app/*.txt")) + sorted(CORPUS.glob("test5/*.txt")), ids=str
)
def test_real_files_are_never_rejected(path: Path):
    """NVIDIA's own samples read, come back byte for byte, and break no rule of level rejected."""
    text = path.read_bytes().decode()
    kind = Kind.DEEPSTREAM_TEST5 if path.parent.name == "test5" else Kind.DEEPSTREAM_APP
    assert parse_ini(text).render() == text
    found = findings(text, kind, path.name)
    assert [finding for finding in found if finding.level is Level.REJECTED] == []
    assert [finding for finding in found if finding.rule in ("unknown-key", "unknown-group")] == []

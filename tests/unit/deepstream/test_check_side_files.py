from pathlib import Path

import pytest

from dsfleet.deepstream.check_inference import PATH_RULES
from dsfleet.deepstream.check_lists import LABEL_RULES, SOURCE_LIST_RULES
from dsfleet.deepstream.check_side_files import SIDE_FILE_RULES, check_side_file
from dsfleet.deepstream.findings import Level
from dsfleet.deepstream.kinds import FileKind, kind_of

CORPUS = Path(__file__).parents[4] / "shared" / "deepstream" / "corpus"
ANALYTICS = """[property]
enable=1
config-width=1920
config-height=1080
[roi-filtering-stream-0]
enable=1
roi-yard=200;300;1700;300;1700;1000;200;1000
[line-crossing-stream-0]
enable=1
line-crossing-in=960;900;960;600;400;750;1500;750
[direction-detection-stream-1]
enable=1
mode=balanced
direction-north=284;840;360;662
"""
PREPROCESS = """[property]
enable=1
target-unique-ids=1
processing-width=960
processing-height=544
network-input-order=0
network-input-shape=1;3;544;960
network-color-format=0
tensor-data-type=0
tensor-name=input_1
scaling-filter=0
scaling-pool-memory-type=0
custom-lib-path=lib.so
custom-tensor-preparation-function=Prepare
[group-0]
src-ids=0
process-on-roi=1
roi-params-src-0=0;0;100;100
"""
MSGCONV = "[sensor0]\nenable=1\nlocation=48.1;11.5;520\ncoordinate=0;0;0\n"
BROKER = '[message-broker]\nproto-cfg="message.timeout.ms=5000"\npartition-key=sensor.id\n'
TRACKER = """%YAML:1.0
BaseConfig:
  minDetectorConfidence: 0.1
StateEstimator:
  stateEstimatorType: 1
VisualTracker:
  visualTrackerType: 2
  featureImgSizeLevel: 2
ReID:
  reidType: 0
"""
GOOD = {
    FileKind.ANALYTICS: ANALYTICS,
    FileKind.PREPROCESS: PREPROCESS,
    FileKind.MSGCONV: MSGCONV,
    FileKind.BROKER: BROKER,
    FileKind.TRACKER: TRACKER,
    FileKind.LABELS: "car\nperson\n",
    FileKind.SOURCE_LIST: "enable,type,uri\n1,4,rtsp://gate/0\n",
}
CASES = {
    "analytics-property": (FileKind.ANALYTICS, "config-width=1920\n", ""),
    "analytics-points": (FileKind.ANALYTICS, ";750;1500;750", ""),
    "analytics-negative": (FileKind.ANALYTICS, "=200;", "=-200;"),
    "analytics-outside": (FileKind.ANALYTICS, "=200;300", "=1921;300"),
    "analytics-empty": (FileKind.ANALYTICS, "roi-yard", "yard"),
    "analytics-mode": (FileKind.ANALYTICS, "mode=balanced", "mode=lax"),
    "analytics-mode-order": (
        FileKind.ANALYTICS,
        "mode=balanced\ndirection-north=284;840;360;662\n",
        "direction-north=284;840;360;662\nmode=balanced\n",
    ),
    "analytics-osd-mode": (FileKind.ANALYTICS, "config-width", "osd-mode=3\nconfig-width"),
    "preprocess-sources": (FileKind.PREPROCESS, "src-ids=0\n", ""),
    "preprocess-switch": (FileKind.PREPROCESS, "enable=1\n", "process-on-frame=0\n"),
    "preprocess-batch": (FileKind.PREPROCESS, "0;0;100;100", "0;0;100;100;1;1;1;1"),
    "msgconv-enable": (FileKind.MSGCONV, "enable=1\n", ""),
    "broker-length": (FileKind.BROKER, "ms=5000", "ms=" + "5" * 1023),
    "broker-key": (FileKind.BROKER, "partition-key", "partition"),
    "tracker-layout": (FileKind.TRACKER, "BaseConfig", "NvDCF"),
    "tracker-section": (FileKind.TRACKER, "BaseConfig", "Base"),
    "tracker-key": (FileKind.TRACKER, "featureImgSizeLevel", "featureSize"),
    "tracker-state": (FileKind.TRACKER, "  stateEstimatorType: 1", "  useAspectRatio: 1"),
    "tracker-engine": (FileKind.TRACKER, "reidType: 0", "reidType: 2"),
    "labels-blank": (FileKind.LABELS, "car\n", "car\n\n"),
    "labels-line-end": (FileKind.LABELS, "car\n", "car\r\n"),
    "csv-row": (FileKind.SOURCE_LIST, ",4,", ","),
    "csv-column": (FileKind.SOURCE_LIST, "type", "kind"),
    "csv-camera-id": (FileKind.SOURCE_LIST, "gate/0\n", "gate/0\n1,4,rtsp://gate/1\n"),
    "unknown-key": (FileKind.ANALYTICS, "config-width", "inner=1\nconfig-width"),
    "unreadable-value": (FileKind.ANALYTICS, "enable=1", "enable=on"),
    "value-range": (FileKind.TRACKER, "featureImgSizeLevel: 2", "featureImgSizeLevel: 6"),
    "path-in-image": (FileKind.PREPROCESS, "=lib.so", "=/opt/nvidia/lib.so"),
    "path-in-container": (FileKind.PREPROCESS, "=lib.so", "=/models/lib.so"),
    "preprocess-property": (FileKind.PREPROCESS, "tensor-name=input_1\n", ""),
    "preprocess-rois": (FileKind.PREPROCESS, "0;0;100;100", "0;0;100"),
    "preprocess-order": (FileKind.PREPROCESS, "src-ids=0\nprocess-on-roi=1\n", "src-ids=0\n"),
    "msgconv-places": (FileKind.MSGCONV, "48.1;11.5;520", "48.1;11.5"),
    "broker-quotes": (FileKind.BROKER, '"message.timeout.ms=5000"', "message.timeout.ms=5000"),
    "broker-login": (FileKind.BROKER, "partition-key=sensor.id", "password=s3cret"),
}


def name_of(kind: FileKind) -> str:
    return {FileKind.TRACKER: "tracker.yml", FileKind.SOURCE_LIST: "list.csv"}.get(kind, f"{kind}.txt")


def test_every_rule_has_its_case():
    """No rule about side files stands without a test."""
    own = {rule.name for rules in SIDE_FILE_RULES.values() for rule in rules}
    lists = {rule.name for rule in (*LABEL_RULES, *SOURCE_LIST_RULES, *PATH_RULES)}
    shared = {"unknown-key", "unreadable-value", "value-range"}
    assert own | lists | shared == CASES.keys() | {"analytics-yaml-stop"}


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_good_file_is_clean_and_told_by_its_content(kind: FileKind):
    """A well-formed side file breaks no rule, and its kind is seen."""
    assert check_side_file(kind, GOOD[kind], name_of(kind)) == ()
    name = name_of(kind) if kind is FileKind.LABELS else name_of(kind).replace(str(kind), "any")
    assert kind_of(name, GOOD[kind]) is kind


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_rule_finds_what_it_names(rule: str):
    """A file that breaks one rule is found by it, with fault and mend, and shows no password."""
    kind, old, new = CASES[rule]
    assert old in GOOD[kind]
    found = check_side_file(kind, GOOD[kind].replace(old, new, 1), name_of(kind))
    assert rule in {finding.rule for finding in found}
    assert all(finding.message and finding.mend for finding in found)
    assert "s3cret" not in repr(found)


YAML_ANALYTICS = """property:
  enable: 1
  config-width: 1920
  config-height: 1080
roi-filtering-stream-0:
  enable: 1
  roi-yard: 200;300;1700;300;1700;1000;200;1000
"""


@pytest.mark.parametrize(
    ("old", "new", "rule", "level"),
    [
        ("200;300", "-200;300", "analytics-yaml-stop", Level.MISUNDERSTOOD),
        ("200;1000", "200", "analytics-points", Level.MISUNDERSTOOD),
        ("200;1000", "200;1000;", "yaml-value", Level.REJECTED),
        ("enable: 1\n  roi", "enable: true\n  roi", "yaml-value", Level.REJECTED),
        ("roi-yard", "yard", "yaml-unknown-key", Level.MISUNDERSTOOD),
    ],
)
def test_analytics_in_yaml_has_traps_of_its_own(old: str, new: str, rule: str, level: Level):
    """A bad point ends the reading without a word; flags are 0 and 1; a semicolon at a list's end throws."""
    assert check_side_file(FileKind.ANALYTICS, YAML_ANALYTICS, "a.yml") == ()
    assert old in YAML_ANALYTICS
    found = check_side_file(FileKind.ANALYTICS, YAML_ANALYTICS.replace(old, new, 1), "a.yml")
    assert (rule, level) in {(finding.rule, finding.level) for finding in found}


def test_yaml_analytics_needs_no_mandatory_key():
    """Only the INI reader refuses a file without enable and the frame's size."""
    assert check_side_file(FileKind.ANALYTICS, YAML_ANALYTICS.replace("  config-width: 1920\n", ""), "a.yml") == ()


@pytest.mark.parametrize("kind", [FileKind.ANALYTICS, FileKind.PREPROCESS, FileKind.MSGCONV, FileKind.TRACKER])
def test_a_broken_file_is_one_finding(kind: FileKind):
    """A side file that cannot be loaded is rejected."""
    (finding,) = check_side_file(kind, "[\n", name_of(kind))
    assert finding.level is Level.REJECTED


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.csv", "enable,type\n", FileKind.SOURCE_LIST),
        ("labels.txt", "car\nperson\n", FileKind.LABELS),
        ("a.txt", "infer_config {\n}\n", FileKind.NVINFERSERVER),
        ("a.txt", "[property]\nonnx-file=a\n", FileKind.NVINFER),
        ("a.txt", "[source0]\nbroken\n", FileKind.DEEPSTREAM_APP),
        ("a.txt", "[source-list]\nlist=a\n", FileKind.DEEPSTREAM_TEST5),
        ("a.yml", "server-app-ctx:\n  a: 1\nstreammux:\n  width: 1\n", FileKind.UNKNOWN),
        ("a.txt", "hello", FileKind.UNKNOWN),
    ],
)
def test_the_kind_of_a_file_is_told_from_its_content(name: str, text: str, kind: FileKind):
    """Content decides; the name only where content says nothing."""
    assert kind_of(name, text) is kind


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside this checkout")
@pytest.mark.parametrize(
    "folder", ["analytics", "preprocess", "msgconv", "broker", "tracker", "nvinfer", "nvinferserver"]
)
def test_real_side_files_are_known_and_never_rejected(folder: str):
    """NVIDIA's own side files are told by their content and break no rule of level rejected."""
    for path in sorted((CORPUS / folder).iterdir()):
        text = path.read_bytes().decode()
        kind = kind_of(path.name, text)
        assert kind == folder
        found = check_side_file(kind, text, path.name)
        assert [finding for finding in found if finding.level is Level.REJECTED] == []

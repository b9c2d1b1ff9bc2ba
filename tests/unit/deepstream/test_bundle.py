import pytest

from dsfleet.deepstream.application import Application, PrimaryGie, RtspSource, render_application
from dsfleet.deepstream.bundle import BUNDLE_RULES, Bundle, check_bundle, check_files
from dsfleet.deepstream.check_references import GIE_RULES, REFERENCE_RULES
from dsfleet.deepstream.check_side_references import SIDE_REFERENCE_RULES
from dsfleet.deepstream.findings import Finding, Level
from dsfleet.deepstream.kinds import FileKind
from dsfleet.deepstream.schema import load_schema

GIE = PrimaryGie("gie/pgie.txt", model_engine_file="gie/a.engine", labels_file="gie/labels.txt")
APPLICATION = render_application(Application((RtspSource("rtsp://gate/0"),), primary_gie=GIE), load_schema())
NVINFER = "[property]\ngie-unique-id=1\nmodel-engine-file=a.engine\nnum-detected-classes=2\ncluster-mode=2\n"
BUNDLE = {"app.txt": APPLICATION, "gie/pgie.txt": NVINFER, "gie/labels.txt": "car\nperson\n"}
CASES = {
    "missing-file": {"gie/pgie.txt": None},
    "path-outside": {"app.txt": APPLICATION.replace("gie/labels.txt", "../labels.txt")},
    "model-unseen": {"app.txt": f"{APPLICATION}[tracker]\nenable=1\nll-lib-file=libtracker.so\n"},
    "gie-id-differs": {"gie/pgie.txt": NVINFER.replace("id=1", "id=2")},
    "label-count": {"gie/labels.txt": "car\n"},
    "analytics-stream": {
        "app.txt": f"{APPLICATION}[nvds-analytics]\nenable=1\nconfig-file=an.txt\n",
        "an.txt": "[property]\nenable=1\n[roi-filtering-stream-1]\nroi-a=0;0;9;0;9;9\n",
    },
    "tensor-unused": {
        "app.txt": f"{APPLICATION}[pre-process]\nenable=1\nconfig-file=pre.txt\n",
        "pre.txt": "[property]\ntarget-unique-ids=1;3\n",
    },
    "sensor-missing": {
        "app.txt": f"{APPLICATION}[sink1]\nenable=1\ntype=6\nmsg-conv-config=conv.txt\n",
        "conv.txt": "[sensor1]\nenable=1\n",
    },
    "engine-batch": {"app.txt": APPLICATION.replace("batch-size=1", "batch-size=4").replace("a.eng", "a_b2_gpu0.eng")},
}

GROUPS = {"model-unseen": "tracker", "analytics-stream": "nvds-analytics", "sensor-missing": "sink1"}


def findings(changes: dict[str, str | None], kinds: dict[str, FileKind] | None = None) -> list[Finding]:
    files = {name: text for name, text in (BUNDLE | changes).items() if text is not None}
    return list(check_files(files, kinds or {}))


def test_a_good_bundle_is_clean():
    """An application with its gie's files and labels breaks no rule."""
    assert findings({}) == []


def test_every_rule_has_its_case():
    """No rule about bundles stands without a test."""
    elsewhere = {"reference-unseen", "file-not-read", "kind-unknown", "numbers-across-files"}
    assert {
        rule.name for rule in (*BUNDLE_RULES, *REFERENCE_RULES, *GIE_RULES, *SIDE_REFERENCE_RULES)
    } == CASES.keys() | elsewhere


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_rule_finds_what_it_names(rule: str):
    """What one file says about another is checked against that file."""
    (finding,) = [each for each in findings(dict(CASES[rule])) if each.rule == rule]
    assert (finding.file, finding.group) == ("app.txt", GROUPS.get(rule, "primary-gie"))
    assert finding.line > 0
    assert rule not in {each.rule for each in findings({})}


def test_a_single_file_says_what_it_cannot_see():
    """Of a file checked alone, each file it names relative to itself is unchecked, and none is missing."""
    found = check_bundle(Bundle({"app.txt": APPLICATION}, is_whole=False))
    assert [(each.rule, each.key) for each in found] == [
        ("reference-unseen", "config-file"),
        ("reference-unseen", "labelfile-path"),
    ]


def test_a_file_that_is_there_but_not_read_is_not_missing():
    """A file of the directory that nobody could read is unchecked, and what names it is content."""
    files = {name: text for name, text in BUNDLE.items() if name != "gie/labels.txt"}
    (finding,) = check_bundle(Bundle(files, {"gie/labels.txt": "this is no text"}))
    assert (finding.level, finding.rule, finding.file) == (Level.UNCHECKED, "file-not-read", "gie/labels.txt")
    assert finding.message == "this is no text"


def test_applications_that_cannot_run_together_are_told():
    """Two applications with the same source number cannot share a command, which nobody can see from here."""
    (finding,) = findings({"b.txt": APPLICATION})
    assert (finding.level, finding.rule, finding.file) == (Level.UNCHECKED, "numbers-across-files", "b.txt")


def test_nvinfer_files_name_others_relative_to_themselves():
    """The labels of an nvinfer file are looked for beside it, and rejected where they are missing."""
    with_labels = {"gie/pgie.txt": f"{NVINFER}labelfile-path=labels.txt\n"}
    assert findings(with_labels) == []
    (finding,) = findings({"gie/pgie.txt": f"{NVINFER}labelfile-path=gie/labels.txt\n"})
    assert (finding.level, finding.rule, finding.file) == (Level.REJECTED, "missing-file", "gie/pgie.txt")


def test_what_a_yaml_application_names_is_looked_for_too():
    """The files of a gie in a YAML application are missed as those of an INI application are."""
    text = "streammux:\n  width: 1\n  height: 1\nprimary-gie:\n  enable: 1\n  config-file: pgie.yml\n"
    missing = [each for each in findings({"y.yml": text}) if each.rule == "missing-file"]
    assert [(each.file, each.group, each.line) for each in missing] == [("y.yml", "primary-gie", 6)]
    assert "unknown-group" not in {each.rule for each in findings({"y.yml": text, "pgie.yml": "property:\n  a: 1\n"})}


def test_a_file_is_checked_as_what_it_is_used_for():
    """A file named as a gie's configuration is an nvinfer file, whatever its content looks like."""
    found = findings({"gie/pgie.txt": "[streammux]\nwidth=1\n"})
    assert [finding.rule for finding in found if finding.level is Level.REJECTED] == ["nvinfer-property"]


def test_a_given_kind_overrules_what_content_tells():
    """The operator's word on a file's kind counts most."""
    found = findings({"x.txt": "[tests]\nfile-loop=yes\n"}, {"x.txt": FileKind.DEEPSTREAM_APP})
    assert [finding.rule for finding in found] == ["unreadable-value"]
    (finding,) = findings({"x.txt": "[tests]\nfile-loop=yes\n"})
    assert (finding.level, finding.rule) == (Level.UNCHECKED, "kind-unknown")


def test_a_broken_file_does_not_hide_the_others():
    """Each file of the bundle has its own findings."""
    found = findings({"app.txt": "[source0]\nbroken\n", "gie/pgie.txt": NVINFER + "nonsense=1\n"})
    assert {(finding.file, finding.rule) for finding in found} == {
        ("app.txt", "ini-syntax"),
        ("gie/pgie.txt", "unknown-key"),
    }


def test_a_yaml_application_finds_its_source_list_in_the_bundle():
    """The CSV file beside a YAML application is checked with it, under its own path."""
    files = {
        "ds/app.yml": "source:\n  csv-file-path: list.csv\nstreammux:\n  width: 1\n  height: 1\n  batch-size: 1\n",
        "ds/list.csv": "enable,type,uri\n1,9,rtsp://gate/0\n",
    }
    (finding,) = [each for each in check_files(files) if each.level is Level.REJECTED]
    assert (finding.file, finding.line, finding.rule) == ("ds/list.csv", 2, "source-type")

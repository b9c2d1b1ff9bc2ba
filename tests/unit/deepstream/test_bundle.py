import pytest

from dsfleet.deepstream.application import Application, PrimaryGie, RtspSource, render_application
from dsfleet.deepstream.bundle import BUNDLE_RULES, check_files
from dsfleet.deepstream.findings import Finding, Level
from dsfleet.deepstream.kinds import FileKind
from dsfleet.deepstream.schema import load_schema

GIE = PrimaryGie("gie/pgie.txt", model_engine_file="gie/a.engine", labels_file="gie/labels.txt")
APPLICATION = render_application(Application((RtspSource("rtsp://gate/0"),), primary_gie=GIE), load_schema())
NVINFER = "[property]\ngie-unique-id=1\nonnx-file=a.onnx\nnum-detected-classes=2\ncluster-mode=2\n"
BUNDLE = {"app.txt": APPLICATION, "gie/pgie.txt": NVINFER, "gie/labels.txt": "car\nperson\n"}
CASES = {
    "missing-file": {"gie/pgie.txt": None},
    "gie-id-differs": {"gie/pgie.txt": NVINFER.replace("id=1", "id=2")},
    "label-count": {"gie/labels.txt": "car\n"},
}


def findings(changes: dict[str, str | None], kinds: dict[str, FileKind] | None = None) -> list[Finding]:
    files = {name: text for name, text in (BUNDLE | changes).items() if text is not None}
    return list(check_files(files, kinds))


def test_a_good_bundle_is_clean():
    """An application with its gie's files and labels breaks no rule."""
    assert findings({}) == []


def test_every_rule_has_its_case():
    """No rule about bundles stands without a test."""
    assert {rule.name for rule in BUNDLE_RULES} == CASES.keys()


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_rule_finds_what_it_names(rule: str):
    """What one file says about another is checked against that file."""
    (finding,) = findings(dict(CASES[rule]))
    assert (finding.rule, finding.file, finding.group) == (rule, "app.txt", "primary-gie")
    assert finding.line > 0


def test_a_file_is_checked_as_what_it_is_used_for():
    """A file named as a gie's configuration is an nvinfer file, whatever its content looks like."""
    found = findings({"gie/pgie.txt": "[streammux]\nwidth=1\n"})
    assert [finding.rule for finding in found if finding.level is Level.REJECTED] == ["nvinfer-property"]


def test_a_given_kind_overrules_what_content_tells():
    """The operator's word on a file's kind counts most."""
    found = findings({"x.txt": "[tests]\nfile-loop=yes\n"}, {"x.txt": FileKind.DEEPSTREAM_APP})
    assert [finding.rule for finding in found] == ["unreadable-value"]
    assert findings({"x.txt": "[tests]\nfile-loop=yes\n"}) == []


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

from pathlib import Path

import pytest

from dsfleet.deepstream.check_inference import CUT_PATH_RULES
from dsfleet.deepstream.check_lists import SOURCE_LIST_RULES
from dsfleet.deepstream.check_yaml import YAML_RULES, check_yaml_text
from dsfleet.deepstream.findings import Finding, Level
from dsfleet.deepstream.schema import Kind, load_schema

CORPUS = Path(__file__).parents[4] / "shared" / "deepstream" / "corpus" / "test5"
ROWS = "# cameras\nenable,type,uri,rtsp-reconnect-interval-sec,rtsp-reconnect-attempts\n1,4,rtsp://gate/0,10,-1\n"
GOOD = """application:
  enable-perf-measurement: 1
  perf-measurement-interval-sec: 5
source:
  csv-file-path: sources.csv
streammux:
  width: 1920
  height: 1080
  batch-size: 1
  live-source: 1
sink0:
  enable: 1
  type: 1
osd:
  enable: 1
  text-color: 1;1;1;1
primary-gie:
  enable: 1
  batch-size: 1
  config-file: pgie.yml
  model-engine-file: a.engine
"""
CASES = {
    "yaml-ignored-group": (GOOD, "osd:", "source0:", ROWS),
    "yaml-dewarper": (GOOD, "osd:", "dewarper:", ROWS),
    "yaml-unknown-key": (GOOD, "text-color: 1;1;1;1", "colour: 1", ROWS),
    "yaml-fatal-key": (GOOD, "live-source: 1", "attach-sys-ts-as-ntp: 1", ROWS),
    "yaml-list": (GOOD, "1;1;1;1", "[1, 1, 1, 1]", ROWS),
    "yaml-value": (GOOD, "enable: 1\n  type", "enable: true\n  type", ROWS),
    "yaml-osd-colour": (GOOD, "1;1;1;1", "0.5;1;1;1", ROWS),
    "yaml-long-text": (GOOD, "pgie.yml", "p" * 1024, ROWS),
    "yaml-source-list": (GOOD, "", "", None),
    "yaml-no-source-list": (GOOD, "csv-file-path", "csv", ROWS),
    "path-cut": (GOOD, "a.engine", "/models/a.engine", ROWS),
    "csv-camera-id": (GOOD, "", "", ROWS + "1,4,rtsp://gate/1,10,-1\n"),
    "csv-row": (GOOD, "", "", ROWS + "1,4\n"),
    "csv-column": (GOOD, "", "", ROWS.replace("attempts", "tries")),
    "source-uri": (GOOD, "", "", ROWS.replace("rtsp://gate/0", "")),
    "sink-type": (GOOD, "type: 1", "type: 9", ROWS),
    "mux-batch-size": (GOOD, "  batch-size: 1\n  live", "  batch-size: 3\n  live", ROWS),
    "no-reconnection": (GOOD, "", "", ROWS.replace("-1", "0")),
}


def findings(text: str, rows: str | None = ROWS, kind: Kind = Kind.DEEPSTREAM_APP) -> list[Finding]:
    files = {} if rows is None else {"sources.csv": rows}
    return list(check_yaml_text(text, load_schema(kind), "app.yml", files))


def test_every_rule_has_its_case():
    """No rule of the YAML form stands without a test."""
    assert {rule.name for rule in (*YAML_RULES, *SOURCE_LIST_RULES, *CUT_PATH_RULES)} <= CASES.keys()


def test_a_good_file_is_clean():
    """A YAML application with its source list breaks no rule."""
    assert findings(GOOD) == []


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_rule_finds_what_it_names(rule: str):
    """A file that breaks one rule is found by it, with fault and mend."""
    text, old, new, rows = CASES[rule]
    assert old in text
    found = [finding for finding in findings(text.replace(old, new, 1), rows) if finding.rule == rule]
    assert found
    assert all(finding.message and finding.mend for finding in found)


@pytest.mark.parametrize("value", ["true", "-1", "1.5", "yes", '""'])
def test_a_value_on_which_the_parser_throws_is_rejected(value: str):
    """An unsigned number takes nothing but digits; words and signs abort the process."""
    (finding,) = findings(GOOD.replace("width: 1920", f"width: {value}"))[:1]
    assert (finding.level, finding.rule, finding.line, finding.key) == (Level.REJECTED, "yaml-value", 7, "width")


def test_a_finding_about_a_source_names_the_list_and_its_line():
    """What is wrong with a row is told with the CSV file's name and line."""
    (finding,) = [each for each in findings(GOOD, ROWS.replace(",4,", ",9,")) if each.rule == "source-type"]
    assert (finding.file, finding.line) == ("sources.csv", 3)


def test_text_that_is_no_yaml_is_one_finding():
    """Malformed YAML aborts the program: one rejected finding."""
    (finding,) = findings("a: [\n")
    assert (finding.level, finding.rule) == (Level.REJECTED, "yaml-syntax")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside this checkout")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yml")), ids=str)
def test_real_files_are_never_rejected(path: Path):
    """NVIDIA's own YAML samples, with their source lists, break no rule of level rejected."""
    lists = {each.name: each.read_bytes().decode() for each in CORPUS.glob("*.csv")}
    found = check_yaml_text(path.read_bytes().decode(), load_schema(Kind.DEEPSTREAM_TEST5), path.name, lists)
    assert [finding for finding in found if finding.level is Level.REJECTED] == []
    assert [finding for finding in found if finding.rule in ("yaml-unknown-key", "yaml-ignored-group")] == []

from pathlib import Path

import pytest

from dsfleet.deepstream.check_nvinfer import NVINFER_RULES, check_nvinfer_text
from dsfleet.deepstream.findings import Finding, Level
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.schema import Kind, load_schema
from dsfleet.deepstream.yaml_document import parse_yaml

CORPUS = Path(__file__).parents[4] / "shared" / "deepstream" / "corpus" / "nvinfer"
GOOD = """[property]
onnx-file=model.onnx
model-engine-file=model.onnx_b4_gpu0_fp16.engine
batch-size=4
network-mode=2
num-detected-classes=4
cluster-mode=2
[class-attrs-all]
topk=20
[class-attrs-3]
nms-iou-threshold=0.5
"""
CASES = {
    "nvinfer-property": ("[property]", "[properties]"),
    "nvinfer-class-name": ("[class-attrs-3]", "[class-attrs-x]"),
    "nvinfer-class-number": ("[class-attrs-3]", "[class-attrs-4]"),
    "nvinfer-no-classes": ("num-detected-classes=4\n", ""),
    "nvinfer-unknown-group": ("[class-attrs-all]", "[all]"),
    "nvinfer-class-ids": ("batch-size=4", "operate-on-class-ids=-1"),
    "nvinfer-no-model": ("onnx-file=model.onnx\nmodel-engine-file=model.onnx_b4_gpu0_fp16.engine\n", ""),
    "nvinfer-several-models": ("batch-size=4", "tlt-encoded-model=a.etlt"),
    "nvinfer-cluster-mode": ("cluster-mode=2\n", ""),
    "nvinfer-overridden": ("batch-size=4", "process-mode=1"),
    "nvinfer-calibration": ("network-mode=2", "network-mode=1"),
    "unknown-key": ("batch-size", "batchsize"),
    "unreadable-value": ("batch-size=4", "batch-size=four"),
    "value-range": ("network-mode=2", "network-mode=7"),
    "comment-in-value": ("model.onnx\n", "model.onnx # mine\n"),
    "trailing-blank": ("model.onnx\n", "model.onnx \n"),
    "path-not-expanded": ("=model.onnx\n", "=~/model.onnx\n"),
    "deprecated-key": ("onnx-file=", "uff-file="),
    "path-cut": ("=model.onnx_b4", "=/models/model.onnx_b4"),
    "path-in-image": ("=model.onnx\n", "=/opt/nvidia/model.onnx\n"),
    "path-in-container": ("=model.onnx\n", "=/models/model.onnx\n"),
    "repeated-key": ("batch-size=4\n", "batch-size=4\nbatch-size=8\n"),
}


def findings(text: str) -> list[Finding]:
    return list(check_nvinfer_text(text, load_schema(Kind.NVINFER), "pgie.txt"))


def test_every_rule_has_its_case():
    """No rule stands without a test; the one for keys that always reject has no key in this schema."""
    assert {rule.name for rule in NVINFER_RULES} == CASES.keys() | {"key-always-rejected"}


def test_a_good_file_is_clean():
    """A detector with model, engine, classes and clustering breaks no rule."""
    assert findings(GOOD) == []


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_rule_finds_what_it_names(rule: str):
    """A file that breaks one rule is found by it, with fault and mend."""
    old, new = CASES[rule]
    assert old in GOOD
    found = [finding for finding in findings(GOOD.replace(old, new, 1)) if finding.rule == rule]
    assert found
    assert all(finding.message and finding.mend for finding in found)


def test_a_file_that_cannot_be_loaded_is_one_finding():
    """A syntax error is rejected with its line."""
    (finding,) = findings("[property\n")
    assert (finding.level, finding.rule, finding.line) == (Level.REJECTED, "ini-syntax", 1)


YAML = """property:
  onnx-file: model.onnx
  model-engine-file: model.engine
  num-detected-classes: 4
  cluster-mode: 2
class-attrs-3:
  nms-iou-threshold: 0.5
"""


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("cluster-mode: 2", "cluster-mode: two", "yaml-value"),
        ("cluster-mode: 2", "cluster-mode: [2]", "yaml-list"),
        ("cluster-mode: 2", "clusters: 2", "yaml-unknown-key"),
        ("cluster-mode: 2", "cluster-mode: 9", "value-range"),
        ("model.onnx", "x" * 1024, "yaml-long-text"),
        ("model.onnx", "~/model.onnx", "path-not-expanded"),
        ("class-attrs-3", "class-attrs-4", "nvinfer-class-number"),
        ("property", "properties", "nvinfer-property"),
        ("  cluster-mode: 2\n", "", "nvinfer-cluster-mode"),
    ],
)
def test_the_yaml_form_is_checked_too(old: str, new: str, rule: str):
    """A YAML file is held to the rules of its form and to the meaning that both forms share."""
    assert check_nvinfer_text(YAML, load_schema(Kind.NVINFER), "pgie.yml") == ()
    assert old in YAML
    found = check_nvinfer_text(YAML.replace(old, new, 1), load_schema(Kind.NVINFER), "pgie.yml")
    assert rule in {finding.rule for finding in found}
    assert all(finding.message and finding.mend for finding in found)


@pytest.mark.parametrize(("line", "clean"), [("is-classifier=1", True), ("is-classifier=0", False)])
def test_the_old_key_for_classifiers_still_counts(line: str, clean: bool):
    """A classifier by its old key needs neither classes nor clustering."""
    found = {finding.rule for finding in findings(f"[property]\nonnx-file=a\nmodel-engine-file=b\n{line}\n")}
    assert ({"nvinfer-no-classes", "nvinfer-cluster-mode"}.isdisjoint(found)) is clean


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside this checkout")
@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()) if CORPUS.is_dir() else [], ids=str)
def test_real_files_are_never_rejected(path: Path):
    """NVIDIA's own nvinfer files read, come back byte for byte, and break no rule of level rejected."""
    text = path.read_bytes().decode()
    document = parse_yaml(text) if path.suffix == ".yml" else parse_ini(text)
    assert document.render() == text
    found = check_nvinfer_text(text, load_schema(Kind.NVINFER), path.name)
    assert [finding for finding in found if finding.level in (Level.REJECTED, Level.MISUNDERSTOOD)] == []

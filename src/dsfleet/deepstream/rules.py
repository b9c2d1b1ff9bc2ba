"""Every rule the checks know, for the documentation: name, level and sentence, by what is checked."""

from collections.abc import Iterable, Mapping

from dsfleet.deepstream.bundle import BUNDLE_RULES
from dsfleet.deepstream.check import APPLICATION_RULES
from dsfleet.deepstream.check_inference import CUT_PATH_RULES
from dsfleet.deepstream.check_lists import LABEL_RULES, SOURCE_LIST_RULES
from dsfleet.deepstream.check_nvinfer import NVINFER_RULES
from dsfleet.deepstream.check_references import GIE_RULES, REFERENCE_RULES
from dsfleet.deepstream.check_side_files import SIDE_FILE_RULES
from dsfleet.deepstream.check_side_references import SIDE_REFERENCE_RULES
from dsfleet.deepstream.check_yaml import YAML_RULES
from dsfleet.deepstream.findings import Rule, Subject
from dsfleet.deepstream.overlay import OVERLAY_RULES


def documented_rules() -> Mapping[str, list[dict[str, str]]]:
    """The rules by subject, in the order they are applied, each as `{"rule", "level", "says"}`."""
    syntax = [
        {"rule": name, "level": "rejected", "says": f"The file can be loaded as {form}."}
        for name, form in (("ini-syntax", "a key file"), ("yaml-syntax", "YAML"))
    ]
    return {
        "every-file": syntax,
        "application": _rows(APPLICATION_RULES),
        "yaml": [*_rows(YAML_RULES), *_rows(CUT_PATH_RULES)],
        "nvinfer": _rows(NVINFER_RULES),
        **{str(kind): _rows(rules) for kind, rules in SIDE_FILE_RULES.items()},
        "labels": _rows(LABEL_RULES),
        "source-list": _rows(SOURCE_LIST_RULES),
        "overlay": _rows(OVERLAY_RULES),
        "bundle": [*_rows(BUNDLE_RULES), *_rows((*REFERENCE_RULES, *GIE_RULES, *SIDE_REFERENCE_RULES))],
    }


def _rows(rules: Iterable[Rule[Subject]]) -> list[dict[str, str]]:
    return [{"rule": rule.name, "level": str(rule.level), "says": rule.says} for rule in rules]

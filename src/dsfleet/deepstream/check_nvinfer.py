"""Checks an nvinfer file, INI or YAML, against what the element's own reader does with it (DeepStream 9.1)."""

from collections.abc import Iterator

from dsfleet.deepstream.check_inference import CUT_PATH_RULES, PATH_RULES
from dsfleet.deepstream.check_keys import LINE_RULES, VALUE_RULES
from dsfleet.deepstream.check_yaml import YAML_FORM_RULES, YamlFile
from dsfleet.deepstream.document import Document
from dsfleet.deepstream.errors import ConfigurationSyntaxError
from dsfleet.deepstream.findings import Fault, Finding, Level, Rule, apply_rules, finding_of_error
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.kinds import is_yaml_name
from dsfleet.deepstream.model import Schema
from dsfleet.deepstream.view import ApplicationView
from dsfleet.deepstream.yaml_document import YamlDocument, parse_yaml

__all__ = ["NVINFER_RULES", "check_nvinfer", "check_nvinfer_text"]

_PROPERTY = "property"
_CLASS_STEM = "class-attrs-"
_DETECTORS = (0, 3)
_OVERRIDDEN = ("process-mode", "input-tensor-from-meta")


def _missing_property(view: ApplicationView) -> Iterator[Fault]:
    if not view.has(_PROPERTY):
        yield Fault("the file has no [property]", "add the group", _PROPERTY)


def _class_groups(view: ApplicationView) -> Iterator[str]:
    for name in view.document.groups():
        if name.startswith(_CLASS_STEM) and name != "class-attrs-all":
            yield name


def _class_names(view: ApplicationView) -> Iterator[Fault]:
    for name in _class_groups(view):
        if view.number_of(name) is None:
            yield view.fault(name, "", "a class group ends in the number of its class", "rename it [class-attrs-0]")


def _class_numbers(view: ApplicationView) -> Iterator[Fault]:
    classes = view.number(_PROPERTY, "num-detected-classes")
    for name in _class_groups(view):
        number = view.number_of(name)
        if number is not None and number >= classes and view.number(_PROPERTY, "network-type") in _DETECTORS:
            message = f"class {number} does not exist with num-detected-classes={classes}"
            yield view.fault(name, "", message, "raise num-detected-classes or remove the group")


def _detects(view: ApplicationView) -> bool:
    """Whether the file finds boxes; the old key for classifiers still counts where network-type is absent."""
    is_classifier = view.text(_PROPERTY, "network-type") is None and view.number(_PROPERTY, "is-classifier") != 0
    return view.has(_PROPERTY) and view.number(_PROPERTY, "network-type") in _DETECTORS and not is_classifier


def _no_classes(view: ApplicationView) -> Iterator[Fault]:
    if _detects(view) and view.number(_PROPERTY, "num-detected-classes") == 0:
        yield view.fault(_PROPERTY, "num-detected-classes", "a detector of 0 classes finds nothing", "say how many")


def _unknown_groups(view: ApplicationView) -> Iterator[Fault]:
    for name in view.document.groups():
        if view.schemas_by_group[name] is None and not name.startswith(_CLASS_STEM):
            yield view.fault(name, "", "the element passes over this group", "correct the name or remove the group")


def _aborting_class_ids(view: ApplicationView) -> Iterator[Fault]:
    if "-1" in view.items(_PROPERTY, "operate-on-class-ids"):
        message = "-1 aborts the process"
        yield view.fault(_PROPERTY, "operate-on-class-ids", message, "leave the key out for all classes")


def _models(view: ApplicationView) -> list[str]:
    group = view.schema.group(_PROPERTY)
    keys = group.keys.values() if group is not None else ()
    return [key.name for key in keys if key.is_model and view.text(_PROPERTY, key.name)]


def _no_model(view: ApplicationView) -> Iterator[Fault]:
    made_by_library = view.text(_PROPERTY, "custom-lib-path") is not None
    named = _models(view) or view.text(_PROPERTY, "model-engine-file")
    if view.has(_PROPERTY) and not named and not made_by_library:
        message = "the file names neither a model nor an engine"
        yield view.fault(
            _PROPERTY, "onnx-file", message, "add onnx-file=, or model-engine-file= here or in the gie group"
        )


def _several_models(view: ApplicationView) -> Iterator[Fault]:
    for name in _models(view)[1:]:
        yield view.fault(_PROPERTY, name, "another key names a model too", "keep one of them")


def _no_cluster_mode(view: ApplicationView) -> Iterator[Fault]:
    if view.number(_PROPERTY, "network-type") == 0 and _detects(view) and not view.text(_PROPERTY, "cluster-mode"):
        message = "unset means 0 (groupRectangles), which a build without OpenCV turns into NMS"
        yield view.fault(_PROPERTY, "cluster-mode", message, "write 2 for NMS")


def _overridden(view: ApplicationView) -> Iterator[Fault]:
    for name in _OVERRIDDEN:
        if view.text(_PROPERTY, name) is not None:
            message = "deepstream-app replaces this value by what the gie group says"
            yield view.fault(_PROPERTY, name, message, "set it in the gie group")


def _calibration(view: ApplicationView) -> Iterator[Fault]:
    int8 = view.number(_PROPERTY, "network-mode") == 1
    if int8 and view.text(_PROPERTY, "onnx-file") and view.text(_PROPERTY, "int8-calib-file") is None:
        message = "INT8 without a calibration file falls back or fails when the engine is built"
        yield view.fault(_PROPERTY, "int8-calib-file", message, "add int8-calib-file= or use network-mode=2")


_MEANING_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("nvinfer-property", Level.REJECTED, "An nvinfer file has [property].", _missing_property),
    Rule("nvinfer-class-name", Level.REJECTED, "A class group ends in a number.", _class_names),
    Rule("nvinfer-class-number", Level.REJECTED, "[class-attrs-N] has N below the number of classes.", _class_numbers),
    Rule("nvinfer-no-classes", Level.ADVICE, "A detector says how many classes it has.", _no_classes),
    Rule("nvinfer-unknown-group", Level.MISUNDERSTOOD, "Other groups do nothing.", _unknown_groups),
    Rule("nvinfer-class-ids", Level.REJECTED, "operate-on-class-ids=-1 aborts.", _aborting_class_ids),
    Rule("nvinfer-no-model", Level.ADVICE, "The file names a model or an engine.", _no_model),
    Rule("nvinfer-several-models", Level.ADVICE, "One key names the model.", _several_models),
    Rule("nvinfer-cluster-mode", Level.ADVICE, "A detector says how boxes are clustered.", _no_cluster_mode),
    Rule("nvinfer-overridden", Level.ADVICE, "deepstream-app replaces some values.", _overridden),
    Rule("nvinfer-calibration", Level.ADVICE, "INT8 needs a calibration file.", _calibration),
    *PATH_RULES,
    *CUT_PATH_RULES,
)
NVINFER_RULES: tuple[Rule[ApplicationView], ...] = (*LINE_RULES, *_MEANING_RULES)


def check_nvinfer(document: Document, schema: Schema) -> tuple[Finding, ...]:
    """Everything to say about an nvinfer INI file (the schema of kind nvinfer), in file order."""
    return apply_rules(NVINFER_RULES, ApplicationView(document, schema), document.file)


def check_nvinfer_yaml(document: YamlDocument, schema: Schema) -> tuple[Finding, ...]:
    """The same for the YAML form: how it is written, then what it means."""
    view = ApplicationView(document, schema, is_yaml=True)
    form = apply_rules(YAML_FORM_RULES, YamlFile(document, schema), document.file)
    return form + apply_rules((*VALUE_RULES, *_MEANING_RULES), view, document.file)


def check_nvinfer_text(text: str, schema: Schema, file: str = "") -> tuple[Finding, ...]:
    """The same for text, its form told by the file's name; text that cannot be loaded at all is one finding."""
    is_yaml = is_yaml_name(file)
    try:
        if is_yaml:
            return check_nvinfer_yaml(parse_yaml(text, file), schema)
        return check_nvinfer(parse_ini(text, file), schema)
    except ConfigurationSyntaxError as error:
        return (finding_of_error(error, "yaml-syntax" if is_yaml else "ini-syntax"),)

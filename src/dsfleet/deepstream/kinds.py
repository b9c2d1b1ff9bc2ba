"""Tells what a configuration file is from its content, and for which program."""

import re

from dsfleet.deepstream.document import Document
from dsfleet.deepstream.errors import ConfigurationSyntaxError
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.model import FileKind
from dsfleet.deepstream.yaml_document import parse_yaml

__all__ = ["FileKind", "is_yaml_name", "kind_of"]

_APPLICATION = re.compile(r"(application|source(\d+|-list|-attr-all)?|sink\d+|streammux|tiled-display|primary-gie)\Z")
_TEST5 = re.compile(r"(source-list|message-consumer\d+)\Z")
_ANALYTICS = re.compile(r"(roi-filtering|overcrowding|line-crossing|direction-detection)-stream-\d+\Z")
_PREPROCESS = re.compile(r"(user-configs|group-\d+)\Z")
_MSGCONV = re.compile(r"(sensor|place|analytics)\d+\Z")
_BROKER = re.compile(r"(message-broker|nvmsgbroker)\Z")
_TRACKER = re.compile(r"(BaseConfig|TargetManagement|NvDCF|StateEstimator|TrajectoryManagement)\Z")
_NVINFER = re.compile(r"class-attrs-.*\Z")
# deepstream-server-app shares some group names and none of the parser.
_OTHER_PROGRAM = re.compile(r"(server-app-ctx|rest-server|multiurisrcbin)\Z")
_BY_GROUP = (
    (_TEST5, FileKind.DEEPSTREAM_TEST5),
    (_APPLICATION, FileKind.DEEPSTREAM_APP),
    (_ANALYTICS, FileKind.ANALYTICS),
    (_PREPROCESS, FileKind.PREPROCESS),
    (_MSGCONV, FileKind.MSGCONV),
    (_BROKER, FileKind.BROKER),
    (_TRACKER, FileKind.TRACKER),
    (_NVINFER, FileKind.NVINFER),
)
_BY_PROPERTY_KEY = (
    ("config-width", FileKind.ANALYTICS),
    ("network-input-shape", FileKind.PREPROCESS),
    ("target-unique-ids", FileKind.PREPROCESS),
    ("net-scale-factor", FileKind.NVINFER),
    ("onnx-file", FileKind.NVINFER),
    ("model-engine-file", FileKind.NVINFER),
    ("network-mode", FileKind.NVINFER),
    ("network-type", FileKind.NVINFER),
    ("num-detected-classes", FileKind.NVINFER),
)
_PROTOBUF = re.compile(r"^[ \t]*infer_config\s*\{", re.MULTILINE)


def is_yaml_name(name: str) -> bool:
    """Whether the programs take a file of this name for YAML."""
    return name.endswith((".yml", ".yaml"))


def kind_of(name: str, text: str) -> FileKind:
    """What reads a file of this name and text; UNKNOWN where nothing tells. Text that cannot be loaded is told by its
    first group.
    """
    if name.endswith(".csv"):
        return FileKind.SOURCE_LIST
    if _PROTOBUF.search(text):
        return FileKind.NVINFERSERVER
    try:
        document: Document = parse_yaml(text, name) if is_yaml_name(name) else parse_ini(text, name)
    except ConfigurationSyntaxError:
        return _kind_of_broken(name, text)
    return _kind_of_document(document) or (FileKind.LABELS if "label" in name.lower() else FileKind.UNKNOWN)


def _kind_of_document(document: Document) -> FileKind | None:
    groups = document.groups()
    if any(_OTHER_PROGRAM.match(group) for group in groups):
        return FileKind.UNKNOWN
    for pattern, kind in _BY_GROUP:
        if any(pattern.match(group) for group in groups):
            return kind
    keys = document.effective("property")
    return next((kind for key, kind in _BY_PROPERTY_KEY if key in keys), None)


def _kind_of_broken(name: str, text: str) -> FileKind:
    if "label" in name.lower():
        return FileKind.LABELS
    headers = re.findall(r"^[ \t]*\[([^\]\n]+)\]", text, re.MULTILINE)
    return next(
        (kind for pattern, kind in _BY_GROUP if any(pattern.match(header) for header in headers)), FileKind.UNKNOWN
    )

"""Checks the files an application points to beside nvinfer's: analytics, preprocess, message converter, broker,
tracker.

Facts: DeepStream 9.1, the property parsers of nvdsanalytics and nvdspreprocess, nvmsgconv and the broker adaptors. The
tracker's library is not open, so of its file only the form is checked.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from dsfleet.deepstream.document import Document, Entry
from dsfleet.deepstream.errors import ConfigurationSyntaxError
from dsfleet.deepstream.findings import Fault, Finding, Level, Rule, apply_rules, finding_of_error
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.kinds import FileKind, is_yaml_name
from dsfleet.deepstream.view import fault_at
from dsfleet.deepstream.yaml_document import parse_yaml

_GEOMETRY = re.compile(r"(?P<shape>roi|line-crossing|direction)-.+\Z")
_STREAM = re.compile(r"(?P<what>roi-filtering|overcrowding|line-crossing|direction-detection)-stream-\d+\Z")
_COUNTS = MappingProxyType({"line-crossing": 8, "direction": 4})
_LEAST_ROI = 6
_DIGITS = re.compile(r"-?\d+(\.\d+)?\Z")
_ANALYTICS_NEEDS = ("enable", "config-width", "config-height")
_PREPROCESS_NEEDS = (
    "processing-width",
    "processing-height",
    "network-input-order",
    "network-input-shape",
    "network-color-format",
    "tensor-data-type",
    "tensor-name",
    "scaling-filter",
    "scaling-pool-memory-type",
    "custom-lib-path",
    "custom-tensor-preparation-function",
)
_PLACES = ("location", "coordinate")
_QUOTED = ("proto-cfg", "producer-proto-cfg", "consumer-proto-cfg")
_PROPERTY = "property"


def _missing(document: Document, keys: tuple[str, ...]) -> Iterator[Fault]:
    for key in keys:
        if document.get(_PROPERTY, key) is None:
            line = document.line_of(_PROPERTY)
            yield Fault(
                "the element refuses the file without this key", f"add {key}= to [property]", _PROPERTY, key, "", line
            )


def _analytics_keys(document: Document) -> Iterator[Fault]:
    yield from _missing(document, _ANALYTICS_NEEDS)


def _preprocess_keys(document: Document) -> Iterator[Fault]:
    yield from _missing(document, _PREPROCESS_NEEDS)


def _shapes(document: Document) -> Iterator[tuple[Entry, str, tuple[str, ...]]]:
    """(line, shape, numbers) of every polygon, line and direction."""
    for entry in document.entries():
        shape = _GEOMETRY.match(entry.key)
        if shape is not None and _STREAM.match(entry.group):
            yield entry, shape["shape"], tuple(item.strip() for item in entry.value.split(";") if item.strip())


def _point_counts(document: Document) -> Iterator[Fault]:
    for entry, shape, numbers in _shapes(document):
        wanted = _COUNTS.get(shape)
        wrong = len(numbers) != wanted if wanted else len(numbers) < _LEAST_ROI or len(numbers) % 2 == 1
        if wrong:
            mend = f"give {wanted} numbers" if wanted else "give an even count, 6 or more"
            yield fault_at(entry, f"{len(numbers)} numbers: the element reads beyond the list's end", mend)


def _negative_points(document: Document) -> Iterator[Fault]:
    for entry, _shape, numbers in _shapes(document):
        if any(number.startswith("-") or not _DIGITS.match(number) for number in numbers):
            yield fault_at(entry, "a point is negative or no number", "give pixels, from 0")


def _far_points(document: Document) -> Iterator[Fault]:
    limits = [document.get(_PROPERTY, key) or "" for key in ("config-width", "config-height")]
    if not all(_DIGITS.match(limit) for limit in limits):
        return
    for entry, _shape, numbers in _shapes(document):
        sizes = [float(limits[at % 2]) for at in range(len(numbers))]
        if any(_DIGITS.match(text) and float(text) > size for text, size in zip(numbers, sizes, strict=True)):
            yield fault_at(entry, "a point lies outside config-width x config-height", "correct the point or the size")


def _empty_streams(document: Document) -> Iterator[Fault]:
    drawn = {entry.group for entry, _shape, _numbers in _shapes(document)}
    for group in document.groups():
        if _STREAM.match(group) and group not in drawn:
            yield Fault(
                "the group draws nothing, which is an error",
                "add a roi, line or direction",
                group,
                "",
                "",
                document.line_of(group),
            )


def _preprocess_rois(document: Document) -> Iterator[Fault]:
    for entry in document.entries():
        if (
            entry.key.startswith("roi-params-src-")
            and len([item for item in entry.value.split(";") if item.strip()]) % 4
        ):
            yield fault_at(entry, "the count of numbers is no multiple of 4", "give left;top;width;height for each roi")


def _preprocess_order(document: Document) -> Iterator[Fault]:
    for group in document.groups():
        seen: set[str] = set()
        for key, entry in document.effective(group).items():
            if key.startswith("roi-params-src-") and not seen & {"process-on-roi", "process-on-all-objects"}:
                yield fault_at(entry, "rois above process-on-roi are skipped", "put src-ids and process-on-roi first")
            seen.add(key)


def _places(document: Document) -> Iterator[Fault]:
    for entry in document.entries():
        if entry.key in _PLACES and len([item for item in entry.value.split(";") if item.strip()]) != 3:
            yield fault_at(entry, "a place has exactly three numbers", "give three numbers with ; between")


def _unquoted(document: Document) -> Iterator[Fault]:
    for entry in document.entries():
        quoted = len(entry.value) > 2 and entry.value.startswith('"') and entry.value.endswith('"')
        if entry.key in _QUOTED and not quoted:
            yield fault_at(
                entry, "the adaptor wants this value in double quotes", f'write {entry.key}="key=value;key=value"'
            )


def _secrets(document: Document) -> Iterator[Fault]:
    for entry in document.entries():
        if entry.key in ("password", "username"):
            message = "a login in this file is readable by everyone who reads the file"
            yield Fault(
                message, "give it through the adaptor's environment variable", entry.group, entry.key, "***", entry.line
            )


_RULES: Mapping[FileKind, tuple[Rule[Document], ...]] = MappingProxyType(
    {
        FileKind.ANALYTICS: (
            Rule(
                "analytics-property", Level.REJECTED, "[property] needs enable and the frame's size.", _analytics_keys
            ),
            Rule("analytics-points", Level.MISUNDERSTOOD, "Wrong counts are read out of bounds.", _point_counts),
            Rule("analytics-negative", Level.REJECTED, "Points are numbers from 0.", _negative_points),
            Rule("analytics-outside", Level.MISUNDERSTOOD, "Points beyond the frame pass unseen.", _far_points),
            Rule("analytics-empty", Level.REJECTED, "A stream group draws something.", _empty_streams),
        ),
        FileKind.PREPROCESS: (
            Rule("preprocess-property", Level.REJECTED, "[property] has eleven mandatory keys.", _preprocess_keys),
            Rule("preprocess-rois", Level.REJECTED, "Rois have four numbers each.", _preprocess_rois),
            Rule("preprocess-order", Level.MISUNDERSTOOD, "Rois stand below process-on-roi.", _preprocess_order),
        ),
        FileKind.MSGCONV: (Rule("msgconv-places", Level.REJECTED, "Places have three numbers.", _places),),
        FileKind.BROKER: (
            Rule("broker-quotes", Level.REJECTED, "librdkafka settings stand in double quotes.", _unquoted),
            Rule("broker-login", Level.ADVICE, "Logins belong into the environment.", _secrets),
        ),
        FileKind.TRACKER: (),
    }
)


def side_file_rules() -> tuple[Rule[Document], ...]:
    """Every rule about side files, for the documentation and its tests."""
    return tuple(rule for rules in _RULES.values() for rule in rules)


def check_side_file(kind: FileKind, text: str, file: str) -> tuple[Finding, ...]:
    """Everything to say about a side file of that kind; nothing for other kinds. Broken text is one finding."""
    if kind not in _RULES:
        return ()
    try:
        document: Document = parse_yaml(text, file) if is_yaml_name(file) else parse_ini(text, file)
    except ConfigurationSyntaxError as error:
        return (finding_of_error(error, "yaml-syntax" if is_yaml_name(file) else "ini-syntax"),)
    return apply_rules(_RULES[kind], document, file)

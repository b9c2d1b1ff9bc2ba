"""Rules about a file of nvdsanalytics (DeepStream 9.1, both of its property parsers)."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from dsfleet.deepstream.document import Entry
from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.view import ApplicationView, fault_at

_PROPERTY = "property"
_NEEDED = ("enable", "config-width", "config-height")
_STREAM = re.compile(r"(roi-filtering|overcrowding|line-crossing|direction-detection)-stream-(?P<source>\d+)\Z")
_GEOMETRY = re.compile(r"(?P<shape>roi|line-crossing|direction)-.+\Z")
_COUNTS: Mapping[str, int] = MappingProxyType({"line-crossing": 8, "direction": 4})
_LEAST_ROI = 6
_DIGITS = re.compile(r"-?\d+(\.\d+)?\Z")
_MODES = ("strict", "balanced", "loose")
_OSD_MODES = ("0", "1", "2")


def stream_numbers(view: ApplicationView) -> Iterator[tuple[str, int]]:
    """(group, number of the source) of every group about a stream."""
    for group in view.document.groups():
        match = _STREAM.match(group)
        if match is not None:
            yield group, int(match["source"])


def _missing_keys(view: ApplicationView) -> Iterator[Fault]:
    for key in () if view.is_yaml else _NEEDED:
        if view.text(_PROPERTY, key) is None:
            message = "the element refuses the file without this key"
            yield view.fault(_PROPERTY, key, message, f"add {key}= to [property]")


def _shapes(view: ApplicationView) -> Iterator[tuple[Entry, str, tuple[str, ...]]]:
    """(line, shape, numbers) of every polygon, line and direction."""
    for entry in view.document.entries():
        shape = _GEOMETRY.match(entry.key)
        if shape is not None and _STREAM.match(entry.group):
            yield entry, shape["shape"], tuple(item.strip() for item in entry.value.split(";") if item.strip())


def _point_counts(view: ApplicationView) -> Iterator[Fault]:
    consequence = "the rest of the file is skipped" if view.is_yaml else "the element reads beyond the list's end"
    for entry, shape, numbers in _shapes(view):
        wanted = _COUNTS.get(shape)
        wrong = len(numbers) != wanted if wanted else len(numbers) < _LEAST_ROI or len(numbers) % 2 == 1
        if wrong:
            mend = f"give {wanted} numbers" if wanted else "give an even count, 6 or more"
            yield fault_at(entry, f"{len(numbers)} numbers: {consequence}", mend)


def _negative_points(view: ApplicationView) -> Iterator[Fault]:
    for entry, _shape, numbers in () if view.is_yaml else _shapes(view):
        if any(map(_is_no_point, numbers)):
            yield fault_at(entry, "a point is negative or no number", "give pixels, from 0")


def _stopping_points(view: ApplicationView) -> Iterator[Fault]:
    for entry, _shape, numbers in _shapes(view) if view.is_yaml else ():
        if any(map(_is_no_point, numbers)):
            message = "a point is negative or no number: the rest of the file is skipped without a word"
            yield fault_at(entry, message, "give pixels, from 0")


def _is_no_point(number: str) -> bool:
    return number.startswith("-") or not _DIGITS.match(number)


def _far_points(view: ApplicationView) -> Iterator[Fault]:
    limits = [str(view.value(_PROPERTY, key)) for key in ("config-width", "config-height")]
    if not all(_DIGITS.match(limit) for limit in limits):
        return
    for entry, _shape, numbers in _shapes(view):
        sizes = [float(limits[at % 2]) for at in range(len(numbers))]
        if any(_DIGITS.match(text) and float(text) > size for text, size in zip(numbers, sizes, strict=True)):
            yield fault_at(entry, "a point lies outside config-width x config-height", "correct the point or the size")


def _empty_streams(view: ApplicationView) -> Iterator[Fault]:
    drawn = {entry.group for entry, _shape, _numbers in _shapes(view)}
    for group, _number in stream_numbers(view):
        if group not in drawn:
            yield view.fault(group, "", "the group draws nothing, which is an error", "add a roi, line or direction")


def _odd_modes(view: ApplicationView) -> Iterator[Fault]:
    for group, _number in stream_numbers(view):
        mode = view.text(group, "mode")
        if mode is not None and mode.strip() not in _MODES:
            yield view.fault(group, "mode", "any other text gives the default", f"write {', '.join(_MODES)}")


def _late_modes(view: ApplicationView) -> Iterator[Fault]:
    for group, _number in stream_numbers(view):
        entries = view.document.effective(group)
        keys = list(entries)
        above = [key for key in keys[: keys.index("mode")] if key.startswith("direction-")] if "mode" in keys else []
        if above:
            message = f"the mode holds for the directions below it, not for {above[0]} above"
            yield fault_at(entries["mode"], message, "write mode first")


def _osd_modes(view: ApplicationView) -> Iterator[Fault]:
    mode = view.text(_PROPERTY, "osd-mode")
    if mode is not None and mode.strip() not in _OSD_MODES and not view.is_yaml:
        yield view.fault(_PROPERTY, "osd-mode", "the element refuses other numbers", "write 0, 1 or 2")


ANALYTICS_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("analytics-property", Level.REJECTED, "[property] needs enable and the frame's size.", _missing_keys),
    Rule("analytics-points", Level.MISUNDERSTOOD, "Wrong counts are read out of bounds.", _point_counts),
    Rule("analytics-negative", Level.REJECTED, "Points are numbers from 0.", _negative_points),
    Rule("analytics-yaml-stop", Level.MISUNDERSTOOD, "In YAML a bad point ends the reading.", _stopping_points),
    Rule("analytics-outside", Level.MISUNDERSTOOD, "Points beyond the frame pass unseen.", _far_points),
    Rule("analytics-empty", Level.REJECTED, "A stream group draws something.", _empty_streams),
    Rule("analytics-mode", Level.MISUNDERSTOOD, "mode is strict, balanced or loose.", _odd_modes),
    Rule("analytics-mode-order", Level.MISUNDERSTOOD, "mode stands above the directions it is for.", _late_modes),
    Rule("analytics-osd-mode", Level.REJECTED, "osd-mode is 0, 1 or 2.", _osd_modes),
)

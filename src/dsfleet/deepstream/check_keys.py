"""Rules about single groups, keys and values: what the reader does with each line, whatever it configures."""

import re
from collections.abc import Iterator

from dsfleet.deepstream.findings import Fault, Level, Rule
from dsfleet.deepstream.model import KeySchema, KeyType, Reader, belongs_to_family
from dsfleet.deepstream.values import UnreadableValueError, expectation, range_problem, read_value
from dsfleet.deepstream.view import SILENTLY_DISABLED, ApplicationView, fault_at

_DEWARPER = "dewarper"
_COMMENT = re.compile(r"[ \t]#")
_PATHS = frozenset({KeyType.PATH, KeyType.PATH_LIST})
_ENABLE = "enable"


def _wrong_source_groups(view: ApplicationView) -> Iterator[Fault]:
    for name in view.document.groups():
        if name.startswith("source") and view.schemas_by_group[name] is None:
            yield view.fault(
                name, "", "a group that starts with source must be source and a number", "rename it [source0]"
            )


def _dewarper_traps(view: ApplicationView) -> Iterator[Fault]:
    for name in view.document.groups():
        if view.schemas_by_group[name] is None and _taken_for_dewarper(name):
            yield view.fault(
                name, "", "the program takes this name for a dewarper group and fails", "give it a longer name"
            )


def _taken_for_dewarper(name: str) -> bool:
    """The program compares all but the last character of the name with `dewarper`."""
    return _DEWARPER.startswith(name[:-1])


def _unknown_groups(view: ApplicationView) -> Iterator[Fault]:
    for name in view.document.groups():
        if view.schemas_by_group[name] is not None or name.startswith("source") or _taken_for_dewarper(name):
            continue
        mend = "use dewarper0 to dewarper9" if name.startswith(_DEWARPER) else "correct the name or remove the group"
        yield view.fault(name, "", "the program passes over this group without a word", mend)


def _unknown_keys(view: ApplicationView) -> Iterator[Fault]:
    for entry in view.document.entries():
        group = view.schemas_by_group[entry.group]
        if group is None:
            continue
        known = group.key(entry.key)
        if known is None or not known.in_ini:
            word = "without a word" if group.unknown_key_ini == "silent" else "with a warning"
            yield fault_at(entry, f"the program passes over this key {word}", "correct the name or remove the line")


def _unreadable_values(view: ApplicationView) -> Iterator[Fault]:
    for reading in view.readings:
        if reading.error is not None:
            yield fault_at(reading.entry, str(reading.error), reading.error.mend)


def _values_out_of_range(view: ApplicationView) -> Iterator[Fault]:
    for reading in view.readings:
        problem = None if reading.value is None else range_problem(reading.key, reading.value)
        if problem is not None:
            message = f"the program takes this value as it is: {problem}"
            yield fault_at(reading.entry, message, f"give {expectation(reading.key)}")


def _silently_disabled(view: ApplicationView) -> Iterator[Fault]:
    for name, group in view.schemas_by_group.items():
        text = view.document.get(name, _ENABLE)
        if group is None or text is None or group.stem not in SILENTLY_DISABLED:
            continue
        key = group.key(_ENABLE)
        if key is not None and _is_unreadable(key, text):
            yield view.fault(name, _ENABLE, "this is no whole number, so the program skips the group", "write 1 or 0")


def _is_unreadable(key: KeySchema, text: str) -> bool:
    try:
        read_value(key, text)
    except UnreadableValueError:
        return True
    return False


def _missing_enable(view: ApplicationView) -> Iterator[Fault]:
    for name in view.document.groups():
        group = view.schemas_by_group[name]
        wants = group is not None and group.key(_ENABLE) is not None and name != "source-attr-all"
        if wants and view.document.get(name, _ENABLE) is None:
            yield view.fault(name, _ENABLE, "without enable the group is off", "add enable=1 or remove the group")


def _always_rejected(view: ApplicationView) -> Iterator[Fault]:
    for reading in view.readings:
        entry, key = reading.entry, reading.key
        if key.rejected_always:
            yield fault_at(entry, "the program fails on this key wherever it stands here", "remove the line")


def _repeated_keys(view: ApplicationView) -> Iterator[Fault]:
    for entry in view.document.entries():
        last = view.document.entry(entry.group, entry.key)
        if last is not None and last.line != entry.line and last.value != entry.value:
            message = f"line {last.line} gives {entry.key} again, and the last one counts"
            yield fault_at(entry, message, "remove one of the two lines")


def _comments_in_values(view: ApplicationView) -> Iterator[Fault]:
    for reading in view.readings:
        entry, key = reading.entry, reading.key
        if key.reader is Reader.STRING and _COMMENT.search(entry.value):
            message = "the comment becomes part of the text"
            yield fault_at(entry, message, "put the comment on a line of its own")


def _trailing_blanks(view: ApplicationView) -> Iterator[Fault]:
    for reading in view.readings:
        entry, key = reading.entry, reading.key
        if key.reader is Reader.STRING and entry.value != entry.value.rstrip(" \t\r"):
            yield fault_at(entry, "the blanks at the end are part of the text", "remove them")


def _unexpanded_paths(view: ApplicationView) -> Iterator[Fault]:
    for reading in view.readings:
        entry, key = reading.entry, reading.key
        if key.type in _PATHS and entry.value.startswith(("~", "file://")):
            message = "the program expands neither ~ nor file:// in a path"
            yield fault_at(entry, message, "write the absolute path, or one relative to this file")


def _raw_paths(view: ApplicationView) -> Iterator[Fault]:
    for reading in view.readings:
        entry, key = reading.entry, reading.key
        if key.type is KeyType.PATH_RAW and entry.value and not entry.value.startswith("/"):
            message = "this path counts from the working directory of the process, not from this file"
            yield fault_at(entry, message, "write the absolute path")


def _deprecated_keys(view: ApplicationView) -> Iterator[Fault]:
    for reading in view.readings:
        entry, key = reading.entry, reading.key
        if key.deprecated:
            mend = f"use {key.alias_of}" if key.alias_of else "recent releases do without it: remove the line"
            yield fault_at(entry, "this key is a left-over of old releases", mend)


def _file_name(view: ApplicationView) -> Iterator[Fault]:
    file = view.document.file
    if file and not view.is_test5 and not file.endswith(".txt"):
        message = "deepstream-app reads INI only from names that end in .txt, others run an empty pipeline"
        yield Fault(message, "rename the file to end in .txt")


def _late_dewarpers(view: ApplicationView) -> Iterator[Fault]:
    sources = dewarpers = 0
    for name in view.document.groups():
        sources += view.copies(name) if name in view.sources else 0
        if belongs_to_family(_DEWARPER, name) and view.enabled(name):
            dewarpers += 1
            if dewarpers > sources:
                yield view.fault(
                    name, "", "more dewarpers than sources stand above this line", "move it below its source"
                )


VALUE_RULES: tuple[Rule[ApplicationView], ...] = (
    Rule("value-range", Level.MISUNDERSTOOD, "Ranges are not checked by the program.", _values_out_of_range),
    Rule("path-not-expanded", Level.MISUNDERSTOOD, "~ and file:// are not expanded in paths.", _unexpanded_paths),
    Rule("deprecated-key", Level.ADVICE, "Old names of keys are accepted with a warning.", _deprecated_keys),
)
"""What holds for every file whose schema is known, in either form."""
LINE_RULES: tuple[Rule[ApplicationView], ...] = (
    *VALUE_RULES,
    Rule("unknown-key", Level.MISUNDERSTOOD, "Keys the program does not know do nothing.", _unknown_keys),
    Rule("unreadable-value", Level.REJECTED, "One value of the wrong form rejects the whole file.", _unreadable_values),
    Rule("key-always-rejected", Level.REJECTED, "extract-sei-type5-data fails in source groups.", _always_rejected),
    Rule("repeated-key", Level.MISUNDERSTOOD, "Of a key given twice the last value counts.", _repeated_keys),
    Rule("comment-in-value", Level.MISUNDERSTOOD, "A # behind a text is part of it.", _comments_in_values),
    Rule("trailing-blank", Level.MISUNDERSTOOD, "Blanks behind a text are part of it.", _trailing_blanks),
)
"""What holds for every key file whose schema is known."""
KEY_RULES: tuple[Rule[ApplicationView], ...] = (
    *LINE_RULES,
    Rule("file-name", Level.MISUNDERSTOOD, "deepstream-app takes a file for INI by its name: .txt.", _file_name),
    Rule("source-group-name", Level.REJECTED, "A group that starts with source is source<N>.", _wrong_source_groups),
    Rule("dewarper-trap", Level.REJECTED, "Very short group names are taken for dewarper groups.", _dewarper_traps),
    Rule("unknown-group", Level.MISUNDERSTOOD, "Groups the program does not know do nothing.", _unknown_groups),
    Rule(
        "enable-not-integer",
        Level.MISUNDERSTOOD,
        "enable=true switches sources, sinks and gies off.",
        _silently_disabled,
    ),
    Rule("enable-missing", Level.MISUNDERSTOOD, "A group without enable is off.", _missing_enable),
    Rule("path-of-process", Level.ADVICE, "Some paths count from the working directory.", _raw_paths),
    Rule("dewarper-order", Level.REJECTED, "Dewarpers follow the sources they belong to.", _late_dewarpers),
)

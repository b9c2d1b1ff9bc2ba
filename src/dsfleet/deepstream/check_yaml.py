"""Checks the YAML form of an application against what the program's YAML parser does with it (DeepStream 9.1).

That parser aborts where INI warns. What a configuration means is checked by the same rules as INI.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from dsfleet.deepstream.check_inference import CUT_PATH_RULES, INFERENCE_RULES
from dsfleet.deepstream.check_keys import VALUE_RULES
from dsfleet.deepstream.check_lists import SOURCE_LIST_RULES
from dsfleet.deepstream.check_outputs import OUTPUT_RULES
from dsfleet.deepstream.check_sources import SOURCE_RULES
from dsfleet.deepstream.document import Entry
from dsfleet.deepstream.errors import ConfigurationSyntaxError
from dsfleet.deepstream.findings import Fault, Finding, Level, Rule, apply_rules, finding_of_error
from dsfleet.deepstream.model import GroupSchema, KeySchema, KeyType, Schema, group_number
from dsfleet.deepstream.values import expectation
from dsfleet.deepstream.view import ApplicationView, fault_at
from dsfleet.deepstream.yaml_document import YamlDocument, parse_yaml
from dsfleet.deepstream.yaml_view import CSV_GROUP, CSV_KEY, SourceTable, YamlApplication, read_source_table

_WHOLE = re.compile(r"[+-]?(?:0x[0-9A-Fa-f]+|[0-9]+)\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_LONGEST_TEXT = 1023
_COLOR_PARTS = 4
_WHOLE_TYPES = frozenset({KeyType.BOOL, KeyType.BOOL_INT, KeyType.INT, KeyType.UINT, KeyType.UINT64, KeyType.ENUM})
_UNSIGNED = frozenset({KeyType.UINT, KeyType.UINT64})
_LISTS = frozenset({KeyType.INT_LIST, KeyType.FLOAT_LIST, KeyType.COLOR})
_FATAL = "fatal"
# What the CSV list replaces, and what cannot be told without seeing it.
_NEEDS_SOURCES = frozenset(
    {"no-source", "mux-batch-size", "sink-without-source", "tiler-grid", "gie-batch-size", "mux-live"}
)


@dataclass(frozen=True)
class YamlFile:
    """A YAML file with its schema, and its source list where that is known."""

    document: YamlDocument
    schema: Schema
    table: SourceTable | None = None

    def known(self) -> Iterator[tuple[Entry, GroupSchema, KeySchema | None]]:
        """Every key of a group the program reads, None for a key it does not read."""
        for entry in self.document.entries():
            group = self.schema.group(entry.group)
            if group is not None and group.in_yaml and group.stem != CSV_GROUP:
                yield entry, group, _key(group, entry.key)


def _key(group: GroupSchema, name: str) -> KeySchema | None:
    respelt = next((key for key in group.keys.values() if key.yaml_key == name and key.in_yaml), None)
    found = respelt or group.key(name)
    usable = found is not None and found.in_yaml and (found.yaml_key == name or found.name != name)
    return found if usable else None


def _ignored_groups(file: YamlFile) -> Iterator[Fault]:
    for name in file.document.groups():
        group = file.schema.group(name)
        if name == CSV_GROUP or name.startswith("dewarper"):
            continue
        if group is None or not group.in_yaml or group.stem == CSV_GROUP:
            sources = group is not None and group.stem.startswith(CSV_GROUP)
            mend = (
                f"list sources in a CSV file named by {CSV_GROUP}: {CSV_KEY}" if sources else "use INI for this group"
            )
            message = "the YAML parser passes over this group without a word"
            yield Fault(message, mend if group else "correct the name", name, "", "", file.document.line_of(name))


def _bare_dewarper(file: YamlFile) -> Iterator[Fault]:
    if "dewarper" in file.document.groups():
        line = file.document.line_of("dewarper")
        yield Fault("dewarper without a number aborts the program", "write dewarper0", "dewarper", "", "", line)


def _unknown_keys(file: YamlFile) -> Iterator[Fault]:
    for entry, group, key in file.known():
        if key is None and group.unknown_key_yaml != _FATAL:
            yield fault_at(entry, "the program passes over this key with a warning", "correct the name or remove it")


def _fatal_keys(file: YamlFile) -> Iterator[Fault]:
    for entry, group, key in file.known():
        if key is None and group.unknown_key_yaml == _FATAL:
            known = group.key(entry.key)
            mend = f"in YAML it is {known.yaml_key}" if known and known.in_yaml else "remove it"
            yield fault_at(entry, "an unknown key in this group rejects the file", mend)


def _compound_values(file: YamlFile) -> Iterator[Fault]:
    for entry in file.document.compound_values():
        if entry.group == CSV_GROUP or file.schema.group(entry.group) is not None:
            yield fault_at(entry, "a YAML list or mapping aborts the program", "write the items in one text: a;b")


def _unreadable_values(file: YamlFile) -> Iterator[Fault]:
    compound = set(file.document.compound_values())
    for entry, _group, key in file.known():
        if key is not None and entry not in compound:
            problem = _value_problem(key, entry.value)
            if problem is not None:
                yield fault_at(entry, f"{problem} ends the program", f"write {expectation(key)}")


def _value_problem(key: KeySchema, text: str) -> str | None:
    if key.type in _WHOLE_TYPES and not _WHOLE.match(text):
        return "a text that is no whole number (true and false too)"
    if key.type in _UNSIGNED and text.startswith("-"):
        return "a negative number here"
    if key.type is KeyType.FLOAT and not _NUMBER.match(text):
        return "a text that is no number"
    if key.type in _LISTS and text.endswith(";"):
        return "a semicolon at the end of the list"
    if key.type is KeyType.COLOR and len(text.split(";")) != _COLOR_PARTS:
        return "a colour without four parts"
    return None


def _cut_colours(file: YamlFile) -> Iterator[Fault]:
    for entry, group, key in file.known():
        if group.name == "osd" and key is not None and key.type is KeyType.COLOR and "." in entry.value:
            yield fault_at(entry, "OSD colours are read as whole numbers: fractions are cut", "use 0 and 1, or INI")


def _long_texts(file: YamlFile) -> Iterator[Fault]:
    for entry, _group, key in file.known():
        if key is not None and len(entry.value.encode(errors="replace")) > _LONGEST_TEXT:
            yield fault_at(entry, f"the text is cut at {_LONGEST_TEXT} characters", "shorten it, or use INI")


def _unseen_sources(file: YamlFile) -> Iterator[Fault]:
    entry = file.document.entry(CSV_GROUP, CSV_KEY)
    if entry is not None and file.table is None:
        yield fault_at(entry, "the source list is not at hand, so the sources are not checked", "check its directory")


def _no_list(file: YamlFile) -> Iterator[Fault]:
    if file.document.entry(CSV_GROUP, CSV_KEY) is None and "streammux" in file.document.groups():
        message = f"sources come only from {CSV_GROUP}: {CSV_KEY}, and the file names none"
        yield Fault(message, "add it", CSV_GROUP, CSV_KEY, "", file.document.line_of(CSV_GROUP))


YAML_FORM_RULES: tuple[Rule[YamlFile], ...] = (
    Rule("yaml-unknown-key", Level.MISUNDERSTOOD, "Keys YAML does not know do nothing.", _unknown_keys),
    Rule("yaml-list", Level.REJECTED, "Lists are text with semicolons.", _compound_values),
    Rule("yaml-value", Level.REJECTED, "A value of the wrong form aborts; flags are 0 and 1.", _unreadable_values),
    Rule("yaml-long-text", Level.MISUNDERSTOOD, "Texts are cut at 1023 characters.", _long_texts),
)
"""What holds for every YAML file whose schema is known."""
YAML_RULES: tuple[Rule[YamlFile], ...] = (
    *YAML_FORM_RULES,
    Rule("yaml-ignored-group", Level.MISUNDERSTOOD, "YAML lacks some groups of INI.", _ignored_groups),
    Rule("yaml-dewarper", Level.REJECTED, "dewarper: without a number aborts.", _bare_dewarper),
    Rule("yaml-fatal-key", Level.REJECTED, "An unknown key in streammux rejects the file.", _fatal_keys),
    Rule("yaml-osd-colour", Level.MISUNDERSTOOD, "OSD colours are cut to whole numbers.", _cut_colours),
    Rule("yaml-source-list", Level.UNCHECKED, "Sources stand in a CSV file.", _unseen_sources),
    Rule("yaml-no-source-list", Level.MISUNDERSTOOD, "Sources come only from a CSV file.", _no_list),
)
_MEANING_RULES = (*VALUE_RULES, *SOURCE_RULES, *OUTPUT_RULES, *INFERENCE_RULES, *CUT_PATH_RULES)
_NO_FILES: Mapping[str, str] = MappingProxyType({})


def check_yaml_text(
    text: str, schema: Schema, file: str = "", files: Mapping[str, str] = _NO_FILES
) -> tuple[Finding, ...]:
    """Everything to say about a YAML application; `files` holds the texts beside it, by path as the YAML file names
    them.

    Findings about the source list carry its name. Text that is no YAML is one finding, `yaml-syntax`.
    """
    try:
        document = parse_yaml(text, file)
    except ConfigurationSyntaxError as error:
        return (finding_of_error(error, "yaml-syntax"),)
    list_name = document.get(CSV_GROUP, CSV_KEY)
    rows = files.get(list_name) if list_name is not None else None
    family = schema.groups_by_name["source%u"]
    table = None if rows is None else read_source_table(rows, family)
    subject = YamlFile(document, schema, table)
    view = ApplicationView(YamlApplication(document, schema, table), schema, is_yaml=True)
    meaning = [rule for rule in _MEANING_RULES if table is not None or rule.name not in _NEEDS_SOURCES]
    return (
        *apply_rules(YAML_RULES, subject, file),
        *(() if table is None else apply_rules(SOURCE_LIST_RULES, table, list_name or file)),
        *(_in_its_file(finding, family, list_name) for finding in apply_rules(meaning, view, file)),
    )


def _in_its_file(finding: Finding, family: GroupSchema, list_name: str | None) -> Finding:
    """A finding about a source names the source list, whose line it carries."""
    is_source = list_name is not None and group_number(family.stem, finding.group) is not None
    return replace(finding, file=list_name) if is_source and list_name else finding

"""Checks the files an application points to beside nvinfer's, each by its table of keys and by rules of its own.

Facts: DeepStream 9.1, the property parsers of nvdsanalytics and nvdspreprocess, nvmsgconv and the broker adaptors, and
the published files of the tracker's library.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dsfleet.deepstream.check_analytics import ANALYTICS_RULES
from dsfleet.deepstream.check_inference import PATH_RULES
from dsfleet.deepstream.check_keys import LINE_RULES, VALUE_RULES
from dsfleet.deepstream.check_lists import LABEL_RULES, SOURCE_LIST_RULES, Labels
from dsfleet.deepstream.check_messages import BROKER_RULES, MSGCONV_RULES
from dsfleet.deepstream.check_preprocess import PREPROCESS_RULES
from dsfleet.deepstream.check_tracker import TRACKER_RULES
from dsfleet.deepstream.check_yaml import YAML_FORM_RULES, YamlFile
from dsfleet.deepstream.errors import ConfigurationSyntaxError
from dsfleet.deepstream.findings import Finding, Rule, apply_rules, finding_of_error
from dsfleet.deepstream.ini import parse_ini
from dsfleet.deepstream.kinds import FileKind, is_yaml_name
from dsfleet.deepstream.schema import SIDE_FILES, load_schema, load_side_schema
from dsfleet.deepstream.view import ApplicationView
from dsfleet.deepstream.yaml_document import parse_yaml
from dsfleet.deepstream.yaml_view import CSV_GROUP, read_source_table

SIDE_FILE_RULES: Mapping[FileKind, tuple[Rule[ApplicationView], ...]] = MappingProxyType(
    {
        FileKind.ANALYTICS: ANALYTICS_RULES,
        FileKind.PREPROCESS: (*PREPROCESS_RULES, *PATH_RULES),
        FileKind.MSGCONV: MSGCONV_RULES,
        FileKind.BROKER: BROKER_RULES,
        FileKind.TRACKER: TRACKER_RULES,
    }
)
# Their readers are not published: a key nobody lists, or a value of another form, proves nothing.
_OPEN_ENDED = frozenset({FileKind.BROKER, FileKind.TRACKER})


def check_side_file(kind: FileKind, text: str, file: str) -> tuple[Finding, ...]:
    """Everything to say about a side file of that kind; nothing for other kinds. Broken text is one finding."""
    if kind is FileKind.LABELS:
        return apply_rules(LABEL_RULES, Labels(text), file)
    if kind is FileKind.SOURCE_LIST:
        table = read_source_table(text, load_schema().groups_by_name[f"{CSV_GROUP}%u"])
        return apply_rules(SOURCE_LIST_RULES, table, file)
    if kind not in SIDE_FILES:
        return ()
    try:
        return _check_yaml(kind, text, file) if is_yaml_name(file) else _check_ini(kind, text, file)
    except ConfigurationSyntaxError as error:
        return (finding_of_error(error, "yaml-syntax" if is_yaml_name(file) else "ini-syntax"),)


def _check_ini(kind: FileKind, text: str, file: str) -> tuple[Finding, ...]:
    view = ApplicationView(parse_ini(text, file), load_side_schema(kind))
    form = VALUE_RULES if kind in _OPEN_ENDED else LINE_RULES
    return apply_rules((*form, *SIDE_FILE_RULES[kind]), view, file)


def _check_yaml(kind: FileKind, text: str, file: str) -> tuple[Finding, ...]:
    document, schema = parse_yaml(text, file), load_side_schema(kind)
    view = ApplicationView(document, schema, is_yaml=True)
    form = () if kind in _OPEN_ENDED else apply_rules(YAML_FORM_RULES, YamlFile(document, schema), file)
    meaning = apply_rules((*VALUE_RULES, *SIDE_FILE_RULES[kind]), view, file)
    return tuple(sorted((*form, *meaning), key=lambda finding: finding.line))

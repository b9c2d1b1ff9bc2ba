"""Reads one file by its form and its kind into what checks, listings and comparisons look at."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dsfleet.deepstream.convert import Converted, to_ini, to_yaml
from dsfleet.deepstream.errors import ConfigurationValueError, Place
from dsfleet.deepstream.ini import IniDocument, parse_ini
from dsfleet.deepstream.kinds import FileKind, is_yaml_name
from dsfleet.deepstream.model import Kind, Schema
from dsfleet.deepstream.schema import SIDE_FILES, load_schema, load_side_schema
from dsfleet.deepstream.view import ApplicationView
from dsfleet.deepstream.yaml_document import YamlDocument, parse_yaml
from dsfleet.deepstream.yaml_view import CSV_GROUP, CSV_KEY, SourceTable, YamlApplication, read_source_table

APPLICATIONS: Mapping[FileKind, Kind] = MappingProxyType(
    {FileKind.DEEPSTREAM_APP: Kind.DEEPSTREAM_APP, FileKind.DEEPSTREAM_TEST5: Kind.DEEPSTREAM_TEST5}
)
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Configuration:
    """One file: `document` as written, `view` as the program sees it, under the names of the INI form.

    `table` is the source list of a YAML application, None where it is not at hand.
    """

    kind: FileKind
    document: IniDocument | YamlDocument
    view: ApplicationView
    table: SourceTable | None = None

    @property
    def schema(self) -> Schema:
        """The schema of the file's kind."""
        return self.view.schema


def has_schema(kind: FileKind) -> bool:
    """Whether groups and keys of this kind of file are known."""
    return kind in APPLICATIONS or kind is FileKind.NVINFER or kind in SIDE_FILES


def schema_of(kind: FileKind) -> Schema:
    """The schema of a kind of file that has one; raises ConfigurationValueError for the others."""
    if kind in APPLICATIONS:
        return load_schema(APPLICATIONS[kind])
    if kind is FileKind.NVINFER:
        return load_schema(Kind.NVINFER)
    if kind in SIDE_FILES:
        return load_side_schema(kind)
    raise ConfigurationValueError(Place(), str(kind), f"no table of keys exists for {kind}", "name another kind")


def read_configuration(text: str, file: str, kind: FileKind, beside: Mapping[str, str] = _NOTHING) -> Configuration:
    """The file read as `kind`; `beside` holds other texts by the path under which `file` names them (a source list).

    Raises ConfigurationSyntaxError for text that cannot be loaded, ConfigurationValueError for a kind without schema.
    """
    schema = schema_of(kind)
    if not is_yaml_name(file):
        ini = parse_ini(text, file)
        return Configuration(kind, ini, ApplicationView(ini, schema))
    document = parse_yaml(text, file)
    if kind not in APPLICATIONS:
        return Configuration(kind, document, ApplicationView(document, schema, is_yaml=True))
    table = _source_table(document, schema, beside)
    seen = YamlApplication(document, schema, table)
    return Configuration(kind, document, ApplicationView(seen, schema, is_yaml=True), table)


def source_list_path(document: YamlDocument) -> str | None:
    """The path of the source list, from the folder of the YAML file; None where it names none."""
    path = document.get(CSV_GROUP, CSV_KEY)
    return None if path is None else posixpath.normpath(path)


def converted(configuration: Configuration, file: str, list_file: str) -> Converted:
    """The file in its other form under the name `file`, and what that form cannot say."""
    if isinstance(configuration.document, IniDocument):
        return to_yaml(configuration.document, configuration.schema, file, list_file)
    return to_ini(configuration.document, configuration.schema, configuration.table, file)


def as_ini(configuration: Configuration) -> IniDocument:
    """The configuration as INI, for comparing what two files mean whatever their form."""
    if isinstance(configuration.document, IniDocument):
        return configuration.document
    file = configuration.document.file
    return parse_ini(converted(configuration, file, "").files[file], file)


def _source_table(document: YamlDocument, schema: Schema, beside: Mapping[str, str]) -> SourceTable | None:
    path = source_list_path(document)
    text = None if path is None else beside.get(path)
    return None if text is None else read_source_table(text, schema.groups_by_name[f"{CSV_GROUP}%u"])

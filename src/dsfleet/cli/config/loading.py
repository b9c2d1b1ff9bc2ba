"""One configuration file from the disk, read as its kind."""

import posixpath
from pathlib import Path

from dsfleet.cli.config.printing import printable
from dsfleet.cli.config.reading import read_beside, read_single
from dsfleet.contracts.problems import InputError, Problem
from dsfleet.deepstream.configuration import Configuration, has_schema, read_configuration, source_list_path
from dsfleet.deepstream.errors import ConfigurationError, ConfigurationSyntaxError
from dsfleet.deepstream.kinds import FileKind, kind_of
from dsfleet.deepstream.yaml_document import parse_yaml


def told_kind(path: Path, kind: FileKind | None) -> FileKind:
    """The kind given, else what the content tells; raises InputError for a kind whose keys are not known."""
    told = kind or kind_of(path.name, read_single(path))
    if not has_schema(told):
        known = ", ".join(each for each in FileKind if has_schema(each))
        message = f"{path} is taken for {told}, whose groups and keys are not known."
        mend = f"Say what it is with --kind: {known}."
        raise InputError(Problem(code="kind-without-keys", message=message, field="--kind", value=told, mend=mend))
    return told


def load(path: Path, kind: FileKind | None) -> Configuration:
    """The file with its source list, where it names one; raises InputError for whatever cannot be read."""
    told, text = told_kind(path, kind), read_single(path)
    try:
        return read_configuration(text, str(path), told, _source_list(path, text))
    except ConfigurationError as error:
        raise readable(error) from error


def readable(error: ConfigurationError) -> InputError:
    """The library's error as one of our own: a sentence with the place, and the mend."""
    message = printable(f"{error.place}: {error.message}." if str(error.place) else f"{error.message}.")
    code = "unreadable-configuration" if isinstance(error, ConfigurationSyntaxError) else "unfit-configuration"
    return InputError(Problem(code=code, message=message, value=printable(error.value) or None, mend=f"{error.mend}."))


def _source_list(path: Path, text: str) -> dict[str, str]:
    """The text of the source list that a YAML application names, by its path from there; empty where there is none."""
    if path.suffix not in (".yml", ".yaml"):
        return {}
    name = source_list_path(parse_yaml(text, str(path)))
    found = None if name is None or posixpath.isabs(name) else read_beside(path, name)
    return {} if name is None or found is None else {name: found}

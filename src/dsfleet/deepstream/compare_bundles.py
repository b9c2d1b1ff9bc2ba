"""The structural difference between two bundles: file by file, each by its kind, whatever its form."""

from collections.abc import Iterator
from dataclasses import dataclass

from dsfleet.deepstream.bundle import Bundle, kinds_of
from dsfleet.deepstream.compare import Change, Cost, compare
from dsfleet.deepstream.configuration import APPLICATIONS, Configuration, as_ini, has_schema, read_configuration
from dsfleet.deepstream.errors import ConfigurationError
from dsfleet.deepstream.kinds import FileKind

_READ_AT_START = "the program reads its file once, at start"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One change in the file `file` of the bundle."""

    file: str
    change: Change


def compare_bundles(before: Bundle, after: Bundle) -> tuple[FileChange, ...]:
    """Every difference in meaning, in the order of the files' names; empty where both bundles mean the same.

    Files that only one bundle has, and differing files that are not understood, are one change each. Files that were
    not read are not compared.
    """
    kinds = kinds_of(before) | kinds_of(after)
    names = sorted({*before.files, *after.files})
    return tuple(FileChange(name, change) for name in names for change in _changes(before, after, name, kinds[name]))


def compare_configurations(before: Configuration, after: Configuration) -> tuple[Change, ...]:
    """Every key whose meaning differs between two files of one kind, INI or YAML."""
    return compare(as_ini(before), as_ini(after), after.schema)


def comparable_kind(before: FileKind, after: FileKind) -> FileKind | None:
    """The kind under which two files can be compared, None where there is none; test5 knows all that app does."""
    if before is after:
        return after if has_schema(after) else None
    return FileKind.DEEPSTREAM_TEST5 if {before, after} <= APPLICATIONS.keys() else None


def _changes(before: Bundle, after: Bundle, name: str, kind: FileKind) -> Iterator[Change]:
    old, new = before.files.get(name), after.files.get(name)
    if old == new:
        return
    if old is None or new is None:
        if name not in (before.unread if old is None else after.unread):
            yield Change("", "file", _said(old), _said(new), Cost.RECREATE, _READ_AT_START)
        return
    try:
        configurations = [
            read_configuration(each.files[name], name, kind, each.beside(name)) for each in (before, after)
        ]
        yield from compare_configurations(*configurations)
    except ConfigurationError:
        yield Change("", "text", "as before", "changed", Cost.RECREATE, _READ_AT_START)


def _said(text: str | None) -> str | None:
    return None if text is None else "present"

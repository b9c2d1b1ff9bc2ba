"""Checks a directory of configuration files as a whole: each file by its kind, and what they say about each other.

Reading the directory is the caller's; here a bundle is the texts by their path relative to it, with `/` between.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dsfleet.deepstream.check import check_application_text
from dsfleet.deepstream.check_inference import referenced_files
from dsfleet.deepstream.check_nvinfer import check_nvinfer_text
from dsfleet.deepstream.check_side_files import check_side_file
from dsfleet.deepstream.check_yaml import check_yaml_text
from dsfleet.deepstream.errors import ConfigurationSyntaxError
from dsfleet.deepstream.findings import Fault, Finding, Level, Rule, apply_rules
from dsfleet.deepstream.ini import IniDocument, parse_ini
from dsfleet.deepstream.kinds import FileKind, is_yaml_name, kind_of
from dsfleet.deepstream.model import Kind
from dsfleet.deepstream.schema import load_schema
from dsfleet.deepstream.view import ApplicationView

_APPLICATIONS = {FileKind.DEEPSTREAM_APP: Kind.DEEPSTREAM_APP, FileKind.DEEPSTREAM_TEST5: Kind.DEEPSTREAM_TEST5}
_DETECTOR = 0


@dataclass(frozen=True)
class _Application:
    """One INI application of the bundle with the other files' texts."""

    view: ApplicationView
    files: Mapping[str, str]

    def found(self, path: str) -> str | None:
        """The bundle's path of a file the application names, None where the bundle does not hold it."""
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(self.view.document.file), path))
        return joined if joined in self.files else None

    def nvinfer(self, gie: str) -> ApplicationView | None:
        """The nvinfer file of a gie group, None where the bundle does not hold it as readable INI."""
        path = self.found(self.view.string(gie, "config-file")) if self.view.number(gie, "plugin-type") == 0 else None
        if path is None or is_yaml_name(path):
            return None
        try:
            return ApplicationView(parse_ini(self.files[path], path), load_schema(Kind.NVINFER))
        except ConfigurationSyntaxError:
            return None


def check_files(files: Mapping[str, str], kinds: Mapping[str, FileKind] | None = None) -> tuple[Finding, ...]:
    """Everything to say about a bundle, file by file in the order of names; `kinds` overrules what content tells."""
    given = kinds or {}
    told = {name: given.get(name) or kind_of(name, text) for name, text in files.items()}
    for name, kind in _kinds_by_reference(files, told).items():
        if name not in given:
            told[name] = kind
    return tuple(finding for name in sorted(files) for finding in _check_file(name, told[name], files))


def _check_file(name: str, kind: FileKind, files: Mapping[str, str]) -> tuple[Finding, ...]:
    text = files[name]
    if kind in _APPLICATIONS:
        return _check_application(name, _APPLICATIONS[kind], files)
    if kind is FileKind.NVINFER and not is_yaml_name(name):
        return check_nvinfer_text(text, load_schema(Kind.NVINFER), name)
    return check_side_file(kind, text, name)


def _check_application(name: str, kind: Kind, files: Mapping[str, str]) -> tuple[Finding, ...]:
    schema, folder = load_schema(kind), posixpath.dirname(name)
    if is_yaml_name(name):
        beside = {posixpath.relpath(path, folder or "."): text for path, text in files.items()}
        return tuple(
            _with_path(finding, folder, files) for finding in check_yaml_text(files[name], schema, name, beside)
        )
    found = check_application_text(files[name], schema, name)
    document = _readable(files[name], name)
    if document is None:
        return found
    return found + apply_rules(BUNDLE_RULES, _Application(ApplicationView(document, schema), files), name)


def _with_path(finding: Finding, folder: str, files: Mapping[str, str]) -> Finding:
    """A finding about a source list, which its application names relative to itself, under the list's path in the
    bundle.
    """
    path = posixpath.normpath(posixpath.join(folder, finding.file))
    return replace(finding, file=path) if finding.file not in files and path in files else finding


def _readable(text: str, name: str) -> IniDocument | None:
    try:
        return parse_ini(text, name)
    except ConfigurationSyntaxError:
        return None


def _kinds_by_reference(files: Mapping[str, str], told: Mapping[str, FileKind]) -> dict[str, FileKind]:
    """What the applications of the bundle say their files are; that counts more than what the content looks like."""
    kinds: dict[str, FileKind] = {}
    for name, kind in told.items():
        document = _readable(files[name], name) if kind in _APPLICATIONS and not is_yaml_name(name) else None
        if document is None:
            continue
        application = _Application(ApplicationView(document, load_schema(_APPLICATIONS[kind])), files)
        for group, key, path in referenced_files(application.view):
            target, meant = application.found(path), _kind_meant(application.view, group, key)
            if target is not None and meant is not None:
                kinds[target] = meant
    return kinds


def _kind_meant(view: ApplicationView, group: str, key: str) -> FileKind | None:
    if key == "config-file" and group.startswith(("primary-gie", "secondary-gie")):
        return {0: FileKind.NVINFER, 1: FileKind.NVINFERSERVER}.get(view.number(group, "plugin-type"))
    if key == "config-file":
        by_group = {"nvds-analytics": FileKind.ANALYTICS, "pre-process": FileKind.PREPROCESS}
        return FileKind.BROKER if group.startswith("message-consumer") else by_group.get(group)
    by_key = {
        "labelfile-path": FileKind.LABELS,
        "ll-config-file": FileKind.TRACKER,
        "msg-conv-config": FileKind.MSGCONV,
        "msg-broker-config": FileKind.BROKER,
    }
    return by_key.get(key)


def _missing_files(application: _Application) -> Iterator[Fault]:
    for group, key, path in referenced_files(application.view):
        if path and not path.startswith("/") and application.found(path) is None:
            message = "the bundle does not hold this file"
            yield application.view.fault(group, key, message, "add the file, or correct the path")


def _gies(view: ApplicationView) -> tuple[str, ...]:
    return (("primary-gie",) if view.enabled("primary-gie") else ()) + view.secondary_gies


def _differing_ids(application: _Application) -> Iterator[Fault]:
    for gie in _gies(application.view):
        nvinfer = application.nvinfer(gie)
        inner = nvinfer.text("property", "gie-unique-id") if nvinfer else None
        if (
            nvinfer
            and inner
            and nvinfer.number("property", "gie-unique-id") != application.view.number(gie, "gie-unique-id")
        ):
            message = f"{nvinfer.document.file} says gie-unique-id={inner}, and the group's value counts"
            yield application.view.fault(gie, "gie-unique-id", message, "write the same number in both")


def _label_counts(application: _Application) -> Iterator[Fault]:
    for gie in _gies(application.view):
        nvinfer = application.nvinfer(gie)
        if nvinfer is None or nvinfer.number("property", "network-type") != _DETECTOR:
            continue
        classes = nvinfer.number("property", "num-detected-classes")
        path = application.found(application.view.string(gie, "labelfile-path"))
        labels = application.files[path].rstrip("\n").split("\n") if path else None
        if labels is not None and len(labels) != classes:
            message = f"{path} has {len(labels)} labels for {classes} classes"
            yield application.view.fault(gie, "labelfile-path", message, "give one line per class")


BUNDLE_RULES: tuple[Rule[_Application], ...] = (
    Rule("missing-file", Level.REJECTED, "Files that are named relative to the bundle are in it.", _missing_files),
    Rule("gie-id-differs", Level.ADVICE, "A gie group and its file name the same id.", _differing_ids),
    Rule("label-count", Level.MISUNDERSTOOD, "A detector has one label per class.", _label_counts),
)

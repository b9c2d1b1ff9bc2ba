"""Checks a directory of configuration files as a whole: each file by its kind, and what they say about each other.

Reading the directory is the caller's; here a bundle is the texts by their path relative to it, with `/` between.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from dsfleet.deepstream.check import check_application
from dsfleet.deepstream.check_inference import referenced_files
from dsfleet.deepstream.check_nvinfer import check_nvinfer_text
from dsfleet.deepstream.check_references import GIE_RULES, REFERENCE_RULES, BundledFile
from dsfleet.deepstream.check_side_files import check_side_file
from dsfleet.deepstream.check_side_references import SIDE_REFERENCE_RULES
from dsfleet.deepstream.check_yaml import check_yaml_text
from dsfleet.deepstream.configuration import APPLICATIONS, read_configuration, schema_of
from dsfleet.deepstream.errors import ConfigurationSyntaxError
from dsfleet.deepstream.findings import Fault, Finding, Level, Rule, apply_rules, finding_of_error
from dsfleet.deepstream.ini import IniDocument
from dsfleet.deepstream.kinds import FileKind, is_yaml_name, kind_of
from dsfleet.deepstream.view import ApplicationView

HIGHEST_SIZE = 256 * 1024
"""The most bytes of configuration files that a bundle may hold."""
_NO_KINDS: Mapping[str, FileKind] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a directory: texts by path, and why each other file was not read (it is there all the same).

    `is_whole` False: one file alone, whose references cannot be seen.
    """

    files: Mapping[str, str]
    unread: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True

    def beside(self, name: str) -> Mapping[str, str]:
        """The texts by the path under which the file `name` names them."""
        folder = posixpath.dirname(name)
        return {posixpath.relpath(path, folder or "."): text for path, text in self.files.items()}

    def file(self, view: ApplicationView) -> BundledFile:
        """The file that `view` shows, among the others."""
        return BundledFile(view, self.files, frozenset(self.unread), self.is_whole)


def check_files(files: Mapping[str, str], kinds: Mapping[str, FileKind] = _NO_KINDS) -> tuple[Finding, ...]:
    """`check_bundle` for texts alone."""
    return check_bundle(Bundle(files), kinds)


def check_bundle(bundle: Bundle, kinds: Mapping[str, FileKind] = _NO_KINDS) -> tuple[Finding, ...]:
    """Everything to say about a bundle, file by file in the order of names; `kinds` overrules what content tells."""
    told = kinds_of(bundle, kinds)
    found: list[Finding] = list(_shared_numbers(bundle, told))
    for name in sorted({*bundle.files, *bundle.unread}):
        reason = bundle.unread.get(name)
        found += _check_file(name, told[name], bundle) if reason is None else _unread(name, reason)
    return tuple(sorted(found, key=lambda finding: finding.file))


def kinds_of(bundle: Bundle, kinds: Mapping[str, FileKind] = _NO_KINDS) -> dict[str, FileKind]:
    """What reads each file: as given, as an application of the bundle names it, or as its content tells."""
    told = {name: kinds.get(name) or kind_of(name, text) for name, text in bundle.files.items()}
    named = {target: kind for name in told for target, kind in _kinds_meant(name, told[name], bundle)}
    return told | named | {name: kind for name, kind in kinds.items() if name in told}


def _shared_numbers(bundle: Bundle, told: Mapping[str, FileKind]) -> Iterator[Finding]:
    """A finding about each application whose source numbers an application before it has too."""
    taken: set[str] = set()
    for name in sorted(name for name, kind in told.items() if kind in APPLICATIONS and not is_yaml_name(name)):
        try:
            sources = set(read_configuration(bundle.files[name], name, told[name]).view.sources)
        except ConfigurationSyntaxError:
            continue
        if sources & taken:
            message = "another application of the bundle has sources of the same numbers"
            mend = "do not start both with one command (several -c), or number them apart"
            yield from _single(_NUMBERS_RULE, name, Fault(message, mend))
        taken |= sources


def _unread(name: str, reason: str) -> tuple[Finding, ...]:
    return _single(_UNREAD_RULE, name, Fault(reason, "see that it is what the program expects"))


def _check_file(name: str, kind: FileKind, bundle: Bundle) -> tuple[Finding, ...]:
    text = bundle.files[name]
    if kind in APPLICATIONS:
        return _check_application(name, kind, bundle)
    if kind is FileKind.NVINFER:
        return check_nvinfer_text(text, schema_of(kind), name) + _references(name, kind, bundle)
    if kind in (FileKind.UNKNOWN, FileKind.NVINFERSERVER):
        message = "what reads this file cannot be told" if kind is FileKind.UNKNOWN else "this is protobuf text"
        return _single(_KIND_RULE, name, Fault(f"{message}, so it is not checked", "name its kind if it has one"))
    references = _references(name, kind, bundle) if kind is FileKind.PREPROCESS else ()
    return check_side_file(kind, text, name) + references


def _check_application(name: str, kind: FileKind, bundle: Bundle) -> tuple[Finding, ...]:
    text, schema = bundle.files[name], schema_of(kind)
    try:
        configuration = read_configuration(text, name, kind, bundle.beside(name))
    except ConfigurationSyntaxError as error:
        return (finding_of_error(error, "yaml-syntax" if is_yaml_name(name) else "ini-syntax"),)
    if isinstance(configuration.document, IniDocument):
        found = check_application(configuration.document, schema)
    else:
        in_yaml = check_yaml_text(text, schema, name, bundle.beside(name))
        found = tuple(_with_path(finding, posixpath.dirname(name), bundle) for finding in in_yaml)
    found += apply_rules((*REFERENCE_RULES, *GIE_RULES, *SIDE_REFERENCE_RULES), bundle.file(configuration.view), name)
    return tuple(sorted(found, key=lambda finding: finding.line))


def _references(name: str, kind: FileKind, bundle: Bundle) -> tuple[Finding, ...]:
    try:
        view = read_configuration(bundle.files[name], name, kind).view
    except ConfigurationSyntaxError:
        return ()
    return apply_rules(REFERENCE_RULES, bundle.file(view), name)


def _with_path(finding: Finding, folder: str, bundle: Bundle) -> Finding:
    """A finding about a source list, which its application names relative to itself, under the list's path in the
    bundle.
    """
    path = posixpath.normpath(posixpath.join(folder, finding.file))
    is_other = finding.file not in bundle.files and path in bundle.files
    return replace(finding, file=path) if is_other else finding


def _kinds_meant(name: str, kind: FileKind, bundle: Bundle) -> Iterator[tuple[str, FileKind]]:
    """What an application of the bundle says its files are; that counts more than what the content looks like."""
    if kind not in APPLICATIONS:
        return
    try:
        view = read_configuration(bundle.files[name], name, kind, bundle.beside(name)).view
    except ConfigurationSyntaxError:
        return
    file = bundle.file(view)
    for group, key, path in referenced_files(view):
        target, meant = file.found(path), _kind_meant(view, group, key)
        if target is not None and meant is not None:
            yield target, meant


def _kind_meant(view: ApplicationView, group: str, key: str) -> FileKind | None:
    if key == "config-file" and group.startswith(("primary-gie", "secondary-gie")):
        return {0: FileKind.NVINFER, 1: FileKind.NVINFERSERVER}.get(view.number(group, "plugin-type"))
    if key == "config-file":
        if group.startswith("message-consumer"):
            return FileKind.BROKER
        if group.startswith("secondary-pre-process"):
            return FileKind.PREPROCESS
        return {"nvds-analytics": FileKind.ANALYTICS, "pre-process": FileKind.PREPROCESS}.get(group)
    by_key = {
        "labelfile-path": FileKind.LABELS,
        "ll-config-file": FileKind.TRACKER,
        "msg-conv-config": FileKind.MSGCONV,
        "msg-broker-config": FileKind.BROKER,
    }
    return by_key.get(key)


def _single(rule: Rule[Fault], name: str, fault: Fault) -> tuple[Finding, ...]:
    return apply_rules((rule,), fault, name)


def _itself(fault: Fault) -> Iterator[Fault]:
    yield fault


_UNREAD_RULE: Rule[Fault] = Rule(
    "file-not-read", Level.UNCHECKED, "Binaries, large files and links that lead out are not read.", _itself
)
_KIND_RULE: Rule[Fault] = Rule(
    "kind-unknown", Level.UNCHECKED, "A file whose kind cannot be told, or has no check, is not checked.", _itself
)
_NUMBERS_RULE: Rule[Fault] = Rule(
    "numbers-across-files", Level.UNCHECKED, "Files given together with -c share no source number.", _itself
)
BUNDLE_RULES = (_UNREAD_RULE, _KIND_RULE, _NUMBERS_RULE)

"""`dsfleet config`: check, show, convert, diff, explain, schema. Works on files alone; nothing is started or sent."""

import difflib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dsfleet.cli.config.loading import load, readable, told_kind
from dsfleet.cli.config.printing import (
    change_line,
    finding_line,
    plain_change,
    plain_finding,
    plain_value,
    say,
    say_json,
    summary_line,
    value_lines,
)
from dsfleet.cli.config.publishing import write_published
from dsfleet.cli.config.reading import read_bundle
from dsfleet.cli.config.writing import write_converted
from dsfleet.contracts.problems import InputError, Problem
from dsfleet.deepstream.bundle import Bundle, check_bundle, kinds_of
from dsfleet.deepstream.compare_bundles import (
    FileChange,
    comparable_kind,
    compare_bundles,
    compare_configurations,
)
from dsfleet.deepstream.configuration import APPLICATIONS, has_schema, schema_of
from dsfleet.deepstream.errors import ConfigurationError
from dsfleet.deepstream.explain import explain as explanation
from dsfleet.deepstream.explain import known_names, values_of
from dsfleet.deepstream.findings import Level
from dsfleet.deepstream.json_schema import json_schema
from dsfleet.deepstream.kinds import FileKind
from dsfleet.deepstream.model import Schema

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="""Check, show, convert, compare and explain DeepStream configuration, as NVIDIA's own parser reads it.

    What a file is is told from its content; --kind overrules it. Exit codes: 0 nothing found (check), equal (diff),
    done; 1 something rejected or misunderstood (check), different (diff), something the other form cannot say
    (convert); 2 what was given cannot be used. Logins are never printed, except into converted files.""",
)


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


class Form(StrEnum):
    """The form of a configuration file."""

    INI = "ini"
    YAML = "yaml"


_FAULTS = (Level.REJECTED, Level.MISUNDERSTOOD)
FormatOption = Annotated[Format, typer.Option("--format", help="Lines for people, or JSON.")]
KindOption = Annotated[FileKind | None, typer.Option("--kind", help="What reads the file; default: told from content.")]
FileArgument = Annotated[Path, typer.Argument(help="A configuration file.", show_default=False)]


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A directory of configuration files, or one file.", show_default=False)],
    kind: KindOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Say what the real program would reject or misunderstand, what cannot be seen from here, and what could be better.

    A directory is checked as a whole: each file by its kind, and what the files say about each other; there --kind can
    only be an application, and says what reads the application files. JSON is a list of {level, rule, file, line,
    group, key, value, message, mend}. Exit code 1 when anything is rejected or misunderstood.
    """
    bundle = read_bundle(path)
    findings = check_bundle(bundle, _kinds_given(bundle, kind))
    if output is Format.JSON:
        say_json([plain_finding(finding) for finding in findings])
    else:
        for finding in findings:
            say(finding_line(finding))
        say(summary_line(findings, len(bundle.files)))
    raise typer.Exit(1 if any(finding.level in _FAULTS for finding in findings) else 0)


@app.command()
def show(
    file: FileArgument,
    kind: KindOption = None,
    output: FormatOption = Format.TEXT,
    given: Annotated[bool, typer.Option("--given", help="Leave out the defaults.")] = False,
) -> None:
    """Print the values in effect: what the file gives as the program reads it, and the defaults of all other keys.

    Of a key given twice the last one is shown; a value that the program refuses is marked. JSON is a list of {group,
    key, text, is_given, problem, meaning}.
    """
    values = list(values_of(load(file, kind).view, defaults=not given))
    if output is Format.JSON:
        say_json([plain_value(value) for value in values])
        return
    for line in value_lines(values):
        say(line)


@app.command()
def convert(
    file: FileArgument,
    to: Annotated[Form, typer.Option("--to", help="The form to convert to.")],
    target: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write; default: print.", show_default=False)
    ] = None,
    kind: KindOption = None,
) -> None:
    """Convert between INI and YAML, keeping what the file means to the program.

    YAML keeps its sources in a CSV file: it is written beside the target as NAME_sources.csv, or told on standard error
    when nothing is written. What the other form cannot say is named on standard error and gives exit code 1.
    """
    raise typer.Exit(1 if write_converted(load(file, kind), file, to == Form.YAML, target) else 0)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="A file or directory.", show_default=False)],
    after: Annotated[Path, typer.Argument(help="Another of the same sort.", show_default=False)],
    kind: KindOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Print what differs in meaning, and what each change costs a running instance: live, recreate or rebuild.

    Comments, order of keys and other spellings of the same value are no difference, nor is INI against YAML. live: by
    REST while it runs; recreate: a new container; rebuild: the TensorRT engine is built again too. JSON is a list of
    {file, group, key, before, after, cost, why}. Exit code 0 when both mean the same, 1 when not.
    """
    if before.is_dir() != after.is_dir():
        raise _usage_error(str(after), "A file cannot be compared with a directory.", "Give two of the same sort.")
    changes = _bundle_changes(before, after) if before.is_dir() else _file_changes(before, after, kind)
    if output is Format.JSON:
        say_json([plain_change(each.file, each.change) for each in changes])
    else:
        for each in changes:
            say(change_line(each.file, each.change))
    raise typer.Exit(1 if changes else 0)


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="group or group.key, such as source0.latency.", show_default=False)],
    kind: KindOption = None,
) -> None:
    """Print what a group or a key means: values, unit, range, default, what differs between INI and YAML.

    Without --kind every kind of file that knows the name is looked at; those that say the same are told once.
    """
    kinds = [kind] if kind else [each for each in FileKind if has_schema(each)]
    texts: dict[str, list[str]] = {}
    for each in kinds:
        text = explanation(_schema(each), name)
        if text is not None:
            texts.setdefault(text, []).append(each)
    if not texts:
        known = [known for each in kinds for known in known_names(_schema(each))]
        close = ", ".join(difflib.get_close_matches(name, known, 3))
        mend = f"Did you mean {close}?" if close else "Write group or group.key."
        raise _usage_error(name, f"No program reads {name}.", mend)
    for text, readers in texts.items():
        say(typer.style(", ".join(readers), bold=True))
        say(text)


@app.command()
def schema(kind: Annotated[FileKind, typer.Argument(help="The kind of file.", show_default=False)]) -> None:
    """Print the JSON Schema (draft 2020-12) of a kind of configuration: an object of groups, each an object of keys."""
    say_json(json_schema(_schema(kind)))


@app.command(hidden=True)
def publish(docs: Annotated[Path, typer.Argument(help="The folder docs/ of a checkout.", show_default=False)]) -> None:
    """Write the schemas, the list of rules and the generated pages into the documentation; for who changes them."""
    for file in write_published(docs):
        say(str(file))


def _schema(kind: FileKind) -> Schema:
    try:
        return schema_of(kind)
    except ConfigurationError as error:
        raise readable(error) from error


def _kinds_given(bundle: Bundle, kind: FileKind | None) -> dict[str, FileKind]:
    """The kind for the single file, or for every application file of a directory."""
    if kind is None:
        return {}
    if not bundle.is_whole:
        return dict.fromkeys(bundle.files, kind)
    if kind not in APPLICATIONS:
        raise _usage_error(
            kind, "A directory holds files of several kinds.", "Give an application's kind, or one file."
        )
    return {name: kind for name, told in kinds_of(bundle).items() if told in APPLICATIONS}


def _file_changes(before: Path, after: Path, kind: FileKind | None) -> list[FileChange]:
    kinds = told_kind(before, kind), told_kind(after, kind)
    shared = comparable_kind(*kinds)
    if shared is None:
        raise _usage_error(str(after), f"One is {kinds[0]}, the other {kinds[1]}.", "Compare two of one kind.")
    try:
        changes = compare_configurations(load(before, shared), load(after, shared))
    except ConfigurationError as error:
        raise readable(error) from error
    return [FileChange("", change) for change in changes]


def _bundle_changes(before: Path, after: Path) -> list[FileChange]:
    return list(compare_bundles(read_bundle(before), read_bundle(after)))


def _usage_error(value: str, message: str, mend: str) -> InputError:
    return InputError(Problem(code="usage", message=message, value=value, mend=mend))

"""How findings, values and changes read on a terminal and in JSON."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType

import typer

from dsfleet.deepstream.compare import Change, Cost
from dsfleet.deepstream.explain import EffectiveValue
from dsfleet.deepstream.findings import Finding, Level

_LEVEL_COLOURS: Mapping[Level, str] = MappingProxyType(
    {Level.REJECTED: "red", Level.MISUNDERSTOOD: "yellow", Level.UNCHECKED: "cyan", Level.ADVICE: "blue"}
)
_COST_COLOURS: Mapping[Cost, str] = MappingProxyType({Cost.LIVE: "green", Cost.RECREATE: "yellow", Cost.REBUILD: "red"})


def printable(text: str) -> str:
    """The text with whatever could steer a terminal written as an escape, such as `\\x1b`."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def say(text: str) -> None:
    """Print one line, coloured on a terminal only (never with NO_COLOR set)."""
    typer.echo(text, color=False if os.environ.get("NO_COLOR") else None)


def say_json(value: object) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def plain_finding(finding: Finding) -> dict[str, object]:
    """The finding as JSON says it: level, rule, file, line, group, key, value, message, mend."""
    return {name: str(value) if name == "level" else value for name, value in asdict(finding).items()}


def finding_line(finding: Finding) -> str:
    """`file:line: level: [group] key=value: message; mend (rule)`, leaving out what is not known."""
    where = printable(f"{finding.file}:{finding.line}" if finding.line else finding.file)
    key = f"{finding.key}={finding.value}" if finding.value else finding.key
    names = " ".join(part for part in (f"[{finding.group}]" if finding.group else "", key) if part)
    level = typer.style(str(finding.level), fg=_LEVEL_COLOURS[finding.level], bold=finding.level is Level.REJECTED)
    said = printable(f"{names}{': ' if names else ''}{finding.message}; {finding.mend} ({finding.rule})")
    return f"{where}: {level}: {said}"


def summary_line(findings: Sequence[Finding], count: int) -> str:
    """How many findings of each level there are in how many files."""
    levels = Counter(finding.level for finding in findings)
    counts = ", ".join(f"{levels[level]} {level}" for level in Level if levels[level])
    return f"{count} {'file' if count == 1 else 'files'} checked: {counts or 'nothing found'}"


def plain_value(value: EffectiveValue) -> dict[str, object]:
    """The value as JSON says it."""
    return asdict(value)


def value_lines(values: Iterable[EffectiveValue]) -> Iterable[str]:
    """The values as a key file: `key = value`, defaults dimmed and marked, refused texts marked with the reason."""
    group = None
    for value in values:
        if value.group != group:
            yield ("" if group is None else "\n") + typer.style(printable(f"[{value.group}]"), bold=True)
            group = value.group
        yield _value_line(value)


def _value_line(value: EffectiveValue) -> str:
    key, text = printable(value.key), printable(value.text)
    if value.problem is not None:
        return typer.style(f"{key} = {text}", fg="red") + f"  # refused: {value.problem}"
    if not value.is_given:
        return typer.style(f"{key} = {text}  # default", dim=True)
    return f"{typer.style(key, fg='green')} = {text}"


def plain_change(file: str, change: Change) -> dict[str, object]:
    """The change as JSON says it: file, group, key, before, after, cost, why."""
    return {"file": file} | {name: str(each) if name == "cost" else each for name, each in asdict(change).items()}


def change_line(file: str, change: Change) -> str:
    """`file: [group] key: before -> after (cost: why)`, the cost coloured."""
    cost = typer.style(str(change.cost), fg=_COST_COLOURS[change.cost])
    text = printable(f"{file}: {change}" if file else str(change))
    return text.replace(f"({change.cost}:", f"({cost}:")

"""Writes what is generated from the packaged facts and kept in the documentation."""

import json
from collections.abc import Iterator
from pathlib import Path

from dsfleet.deepstream.configuration import has_schema, schema_of
from dsfleet.deepstream.json_schema import json_schema
from dsfleet.deepstream.kinds import FileKind
from dsfleet.deepstream.pages import keys_page, rules_page
from dsfleet.deepstream.rules import documented_rules


def write_published(docs: Path) -> Iterator[Path]:
    """Each file written below `docs`; equal facts write equal files."""
    for name, text in _published():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        yield path


def _published() -> Iterator[tuple[str, str]]:
    for kind in FileKind:
        if has_schema(kind):
            name = f"contracts/deepstream-{kind.removeprefix('deepstream-')}.schema.json"
            yield name, _json(json_schema(schema_of(kind)))
    yield "contracts/deepstream-rules.json", _json(documented_rules())
    yield "configuration/rules.md", rules_page()
    yield "configuration/keys.md", keys_page()


def _json(value: object) -> str:
    return json.dumps(value, indent=1) + "\n"

"""Explains groups and keys from the packaged facts, and lists a configuration's effective values with their origin."""

from collections.abc import Iterator
from dataclasses import dataclass

from dsfleet.deepstream.document import Document
from dsfleet.deepstream.model import Default, GroupSchema, KeySchema, Schema
from dsfleet.deepstream.uri import redact_logins
from dsfleet.deepstream.values import UnreadableValueError, Value, expectation, read_value
from dsfleet.deepstream.view import ApplicationView


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """One key of a group of the file: the value in effect as the program reads it, and whether the file gives it.

    `text` is the raw text or the default written out, logins masked, `(unset)` where there is neither; `problem` says
    why the program refuses the text.
    """

    group: str
    key: str
    text: str
    is_given: bool
    problem: str | None
    meaning: str


def explain(schema: Schema, name: str) -> str | None:
    """Plain text about `group` or `group.key` (numbered names too); None for what the program does not read."""
    group_name, dot, key_name = name.partition(".")
    group = schema.group(group_name) or schema.groups_by_name.get(group_name)
    if group is None:
        return None
    if not dot:
        return _about_group(group)
    key = group.key(key_name)
    return None if key is None else _about_key(group, key, key_name)


def known_names(schema: Schema) -> Iterator[str]:
    """Every `group` and `group.key` that can be explained."""
    for group in schema.groups:
        yield group.name
        yield from (f"{group.name}.{key}" for key in group.keys)


def effective_values(document: Document, schema: Schema, *, defaults: bool = True) -> Iterator[EffectiveValue]:
    """`values_of` an INI file."""
    return values_of(ApplicationView(document, schema), defaults=defaults)


def values_of(view: ApplicationView, *, defaults: bool = True) -> Iterator[EffectiveValue]:
    """What is in effect in every known group of the file: given values in file order, then the defaults of the other
    keys.
    """
    document = view.document
    for name in document.groups():
        group = view.schema.group(name)
        if group is None:
            continue
        given = document.effective(name)
        for entry in given.values():
            key = group.key(entry.key)
            if key is not None:
                text = redact_logins(entry.value)
                yield EffectiveValue(name, entry.key, text, True, _problem(key, entry.value), key.meaning)
        readable = (key for key in group.keys.values() if (key.in_yaml if view.is_yaml else key.in_ini))
        missing = (key for key in readable if key.name not in given)
        for key in missing if defaults else ():
            yield EffectiveValue(name, key.name, _shown(view.value(name, key.name)), False, None, key.meaning)


def _problem(key: KeySchema, text: str) -> str | None:
    try:
        read_value(key, text)
    except UnreadableValueError as error:
        return f"{error}; {error.mend}"
    return None


def _about_group(group: GroupSchema) -> str:
    forms = " and ".join(form for form, known in (("INI", group.in_ini), ("YAML", group.in_yaml)) if known)
    lines = [f"[{group.name}] ({forms})", group.description, ""]
    width = max((len(key) for key in group.keys), default=0)
    lines += [f"  {key.name:<{width}}  {key.meaning}" for key in group.keys.values()]
    return "\n".join(lines) + "\n"


def _about_key(group: GroupSchema, key: KeySchema, name: str) -> str:
    facts = {
        "value": expectation(key),
        "unit": key.unit,
        "default": _shown(key.default),
        "default in YAML": _shown(key.yaml_default) if key.yaml_default != key.default else "",
        "name in YAML": key.yaml_key if key.in_yaml and key.yaml_key != key.name else "",
        "form": "" if key.in_ini and key.in_yaml else "INI only" if key.in_ini else "YAML only",
        "needed if": key.required_if,
        "platforms": ", ".join(key.platforms),
        "same as": key.alias_of,
        "replaced by": key.app_override,
        "note": key.notes,
    }
    lines = [f"[{group.name}] {name}", key.meaning]
    return "\n".join([*lines, *(f"  {title}: {fact}" for title, fact in facts.items() if fact)]) + "\n"


def _shown(value: Value | Default) -> str:
    if value is None:
        return "(unset)"
    return str(int(value)) if isinstance(value, bool) else str(value)

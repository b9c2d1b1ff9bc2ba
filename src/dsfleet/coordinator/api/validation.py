"""What Pydantic says about a body, in our words: field, value and mend. A secret value is never repeated."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dsfleet.contracts.problems import Problem
from dsfleet.deepstream.uri import redact_logins

SECRET_FIELDS = frozenset({"username", "password", "token"})
_LONGEST_VALUE = 120

_MENDS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "Give this field.",
        "extra_forbidden": "Leave it out, or correct its spelling.",
        "string_too_short": "Give at least {min_length} character(s).",
        "string_too_long": "Give at most {max_length} characters.",
        "greater_than": "Give a number above {gt}.",
        "greater_than_equal": "Give {ge} or more.",
        "less_than_equal": "Give {le} or less.",
        "literal_error": "Give one of {expected}.",
        "json_invalid": "Send valid JSON.",
    }
)


def problem_of_validation(error: Mapping[str, Any]) -> Problem:
    """Return the problem of one entry of Pydantic's `errors()`."""
    kind = str(error["type"])
    field = "" if kind == "json_invalid" else _field(error["loc"])
    name = field or "the body"
    secret = any(part in SECRET_FIELDS for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return Problem(
        code=kind.replace("_", "-"),
        message=_writable(f"{name}: {message[:1].lower()}{message[1:].rstrip('.')}."),
        field=field or None,
        value=None if secret or kind == "missing" else _shown(error.get("input")),
        mend=_mend(kind, error.get("ctx") or {}),
    )


def _field(location: Sequence[str | int]) -> str:
    parts = [str(part) for part in location]
    return _writable(".".join(parts[1:] if parts[:1] in (["body"], ["query"], ["path"], ["header"]) else parts))


def _shown(value: object) -> str | None:
    if isinstance(value, Mapping | list | bytes):
        return None
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return _writable(redact_logins(text)[:_LONGEST_VALUE])


def _writable(text: str) -> str:
    """Return the text without halves of characters, which JSON can carry in and UTF-8 cannot carry out."""
    return text.encode("utf-8", "replace").decode()


def _mend(kind: str, context: Mapping[str, Any]) -> str:
    if kind in _MENDS:
        return _MENDS[kind].format(**context)
    return "Give a value as /openapi.json describes it."


def label_filter(label: str | None) -> tuple[str, str | None] | None:
    """Return (key, value) of `key=value`, (key, None) of `key`, None of nothing."""
    if not label:
        return None
    key, equals, value = label.partition("=")
    return key, value if equals else None

"""The difference between two descriptions, as the audit keeps it; pure."""

from collections.abc import Mapping

from dsfleet.deepstream.uri import redact_logins

SECRETS = frozenset({"username", "password"})
MASK = "***"
_LONGEST = 300


def difference(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, list[str | None]]:
    """Return the fields whose values differ, each as [old, new]; a secret is masked, never repeated."""
    names = [*old, *(name for name in new if name not in old)]
    return {
        name: [_text(name, old.get(name)), _text(name, new.get(name))]
        for name in names
        if old.get(name) != new.get(name)
    }


def _text(name: str, value: object) -> str | None:
    if value is None:
        return None
    if name in SECRETS:
        return MASK
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={value[key]}" for key in sorted(value))[:_LONGEST]
    if isinstance(value, tuple | list):
        return ", ".join(str(each) for each in value)[:_LONGEST]
    return redact_logins(str(value))[:_LONGEST]

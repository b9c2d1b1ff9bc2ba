"""Writes groups of typed values as INI text; every key goes through the schema.

So what is written is known to NVIDIA's parser, within its range, and read back as the same value.
"""

from collections.abc import Iterable

from dsfleet.deepstream.errors import ConfigurationValueError, Place
from dsfleet.deepstream.model import Schema
from dsfleet.deepstream.part_settings import NamedSettings, Settings
from dsfleet.deepstream.values import expectation, value_problem, value_text


def render_groups(groups: Iterable[NamedSettings], schema: Schema, file: str = "") -> str:
    """The INI text of groups and typed values, in the order given.

    Raises ConfigurationValueError, naming `file`, group and key, for a group or key that the program does not read,
    and for a value that the schema does not allow.
    """
    return "\n".join(_render_group(name, settings, schema, file) for name, settings in groups)


def _render_group(name: str, settings: Settings, schema: Schema, file: str) -> str:
    group = schema.group(name)
    if group is None or not group.in_ini:
        raise ConfigurationValueError(
            Place(file, 0, name), name, "the program does not read this group", "leave it out"
        )
    lines = [f"[{name}]"]
    for key, value in settings.items():
        known = group.key(key)
        if known is None or not known.in_ini or known.rejected_always:
            place = Place(file, 0, name, key)
            raise ConfigurationValueError(place, str(value), "the program does not read this key here", "leave it out")
        problem = value_problem(known, value)
        if problem is not None:
            place = Place(file, 0, name, key)
            raise ConfigurationValueError(place, str(value), problem, f"give {expectation(known)}")
        lines.append(f"{key}={value_text(known, value)}")
    return "\n".join(lines) + "\n"

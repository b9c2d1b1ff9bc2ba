"""What the text of one INI value means to NVIDIA's readers, and how a value is written so that they read it back.

Every reader follows GLib's key-file functions (g_key_file_get_integer and so on), which decide what text the programs
accept.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from dsfleet.deepstream.errors import ConfigurationValueError, Place
from dsfleet.deepstream.ini import GLIB_SPACE
from dsfleet.deepstream.model import KeySchema, KeyType, Reader

Value = bool | int | float | str | tuple[int, ...] | tuple[float, ...] | tuple[str, ...]

_INTEGER = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]+)(?:[ \t\n\f\r].*)?\Z", re.DOTALL)
_UINT64 = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]+)\Z")
_DOUBLE = re.compile(r"[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\Z")
_ESCAPES = MappingProxyType({"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"})
_INT32_LIMIT = 2**31
_UINT64_LIMIT = 2**64
_COLOR_PARTS = 4


class UnreadableValueError(ValueError):
    """The program's reader refuses the text; `str()` says why, `mend` what would be right."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.mend = mend


def read_value(key: KeySchema, text: str) -> Value:
    """What the program's own reader makes of the raw text of a key.

    Raises UnreadableValueError where that reader refuses it (the program then rejects the whole file). Ranges and enum
    numbers are not looked at: the programs do not either.
    """
    value = _READERS[key.reader](text)
    if key.type is KeyType.COLOR and isinstance(value, tuple) and len(value) != _COLOR_PARTS:
        raise UnreadableValueError(f"a colour has {len(value)} parts", "write four numbers r;g;b;a between 0 and 1")
    return value


def write_value(key: KeySchema, value: Value, place: Place) -> str:
    """The raw text that the program reads back as `value`.

    Raises ConfigurationValueError, at `place`, for a value of another type, outside the key's range, or not among its
    numbers.
    """
    problem = value_problem(key, value)
    if problem is not None:
        raise ConfigurationValueError(place, _plain(value), problem, f"give {expectation(key)}")
    return value_text(key, value)


def value_problem(key: KeySchema, value: Value) -> str | None:
    """Why a value is not the key's: another type, outside its range, not among its numbers; None where it is."""
    return _type_problem(key, value) or range_problem(key, value)


def value_text(key: KeySchema, value: Value) -> str:
    """The raw text that the program reads back as `value`, which is without problem."""
    return _plain(value) if key.reader not in _TEXT_READERS else _escaped(value)


def range_problem(key: KeySchema, value: Value) -> str | None:
    """Why a value of the right type lies outside what the key allows, or None."""
    if isinstance(value, str | bool):
        return None
    if isinstance(value, tuple):
        return _items_problem(key, value)
    if key.values and value not in key.values:
        return f"{value} is not one of its numbers"
    if key.minimum is not None and value < key.minimum:
        return f"{value} is below {key.minimum}"
    if key.maximum is not None and value > key.maximum:
        return f"{value} is above {key.maximum}"
    if key.type is KeyType.UINT and value < 0:
        return f"{value} is negative and would wrap to a huge number"
    if key.type is KeyType.BOOL_INT and value not in (0, 1):
        return f"{value} is neither 0 nor 1"
    return None


def expectation(key: KeySchema) -> str:
    """What a right value of the key looks like, as the object of a sentence."""
    if key.values:
        return "one of " + ", ".join(f"{number} ({name})" for number, name in key.values.items())
    low = key.minimum if key.minimum is not None else (0 if key.type in (KeyType.UINT, KeyType.UINT64) else None)
    limits = [f"at least {low}"] if low is not None else []
    limits += [f"at most {key.maximum}"] if key.maximum is not None else []
    unit = f" ({key.unit})" if key.unit else ""
    return _FORMS[key.type] + (" of " + " and ".join(limits) if limits else "") + unit


def split_list(text: str) -> tuple[str, ...]:
    r"""The items of a `;` list as GLib splits it: a trailing `;` adds none, `\;` is a literal semicolon."""
    items, item, at = [], "", 0
    while at < len(text):
        if text[at] == "\\":
            item += _escape(text, at, in_list=True)
            at += 2
            continue
        if text[at] == ";":
            items.append(item)
            item = ""
        else:
            item += text[at]
        at += 1
    return (*items, item) if item else tuple(items)


def _integer(text: str) -> int:
    match = _INTEGER.match(text)
    if match is None:
        raise UnreadableValueError("this is not a whole decimal number", "write digits only")
    number = int(match[1])
    if not -_INT32_LIMIT <= number < _INT32_LIMIT:
        raise UnreadableValueError("this number does not fit into 32 bits", "write a smaller one")
    return number


def _boolean(text: str) -> bool:
    word = text.rstrip(GLIB_SPACE)
    if word not in ("true", "false", "1", "0"):
        raise UnreadableValueError("this is not a boolean", "write 0, 1, true or false in lower case")
    return word in ("true", "1")


def _uint64(text: str) -> int:
    match = _UINT64.match(_string(text))
    if match is None:
        raise UnreadableValueError("this is not a whole decimal number", "write digits only")
    number = int(match[1])
    if abs(number) >= _UINT64_LIMIT:
        raise UnreadableValueError("this number does not fit into 64 bits", "write a smaller one")
    return number % _UINT64_LIMIT


def _double(text: str) -> float:
    if _DOUBLE.match(text) is None:
        raise UnreadableValueError("this is not a number", "write digits with a point, nothing behind them")
    return float(text)


def _string(text: str) -> str:
    if "\\" not in text:
        return text
    result, at = "", 0
    while at < len(text):
        escaped = text[at] == "\\"
        result += _escape(text, at, in_list=False) if escaped else text[at]
        at += 2 if escaped else 1
    return result


def _escape(text: str, at: int, *, in_list: bool) -> str:
    """The character that the escape at position `at` stands for."""
    sign = text[at + 1 : at + 2]
    if in_list and sign == ";":
        return ";"
    if sign not in _ESCAPES or not sign:
        raise UnreadableValueError(f"\\{sign} is no escape", r"write a backslash as \\")
    return _ESCAPES[sign]


def _integers(text: str) -> tuple[int, ...]:
    return tuple(_integer(item) for item in split_list(text))


def _doubles(text: str) -> tuple[float, ...]:
    return tuple(_double(item) for item in split_list(text))


_READERS: Mapping[Reader, Callable[[str], Value]] = MappingProxyType(
    {
        Reader.INTEGER: _integer,
        Reader.BOOLEAN: _boolean,
        Reader.UINT64: _uint64,
        Reader.DOUBLE: _double,
        Reader.STRING: _string,
        Reader.INTEGER_LIST: _integers,
        Reader.DOUBLE_LIST: _doubles,
        Reader.STRING_LIST: split_list,
        Reader.NONE: _string,
    }
)
_TEXT_READERS = frozenset({Reader.STRING, Reader.STRING_LIST, Reader.NONE})
_FORMS = MappingProxyType(
    {
        KeyType.BOOL: "0 or 1",
        KeyType.BOOL_INT: "0 or 1",
        KeyType.INT: "a whole number",
        KeyType.UINT: "a whole number",
        KeyType.UINT64: "a whole number",
        KeyType.ENUM: "a number",
        KeyType.FLOAT: "a number",
        KeyType.STRING: "text",
        KeyType.PATH: "a path",
        KeyType.PATH_RAW: "a path",
        KeyType.URI: "an address",
        KeyType.COLOR: "four numbers between 0 and 1",
        KeyType.INT_LIST: "a list of whole numbers",
        KeyType.FLOAT_LIST: "a list of numbers",
        KeyType.STRING_LIST: "a list of texts",
        KeyType.PATH_LIST: "a list of paths",
    }
)


def _type_problem(key: KeySchema, value: Value) -> str | None:
    """Why the value's type is not the key's, or None."""
    if key.type in (KeyType.BOOL, KeyType.BOOL_INT):
        return None if isinstance(value, bool) or value in (0, 1) else "this is not a flag"
    fits = _TYPE_TESTS.get(key.reader, _is_text)
    return None if fits(value) else f"this is {type(value).__name__}, not {_FORMS[key.type]}"


def _is_integer(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and "\x00" not in value


def _are_integers(value: Value) -> bool:
    return isinstance(value, tuple) and all(_is_integer(item) for item in value)


def _are_numbers(value: Value) -> bool:
    return isinstance(value, tuple) and all(_is_number(item) for item in value)


def _are_texts(value: Value) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) and _is_text(item) for item in value)


_TYPE_TESTS: Mapping[Reader, Callable[[Value], bool]] = MappingProxyType(
    {
        Reader.INTEGER: _is_integer,
        Reader.UINT64: _is_integer,
        Reader.DOUBLE: _is_number,
        Reader.INTEGER_LIST: _are_integers,
        Reader.DOUBLE_LIST: _are_numbers,
        Reader.STRING_LIST: _are_texts,
    }
)


def _items_problem(key: KeySchema, items: Sequence[object]) -> str | None:
    if key.type is KeyType.COLOR and len(items) != _COLOR_PARTS:
        return f"a colour has four parts, not {len(items)}"
    if key.max_items is not None and len(items) > key.max_items:
        return f"{len(items)} items are more than {key.max_items}"
    if key.min_items is not None and len(items) < key.min_items:
        return f"{len(items)} items are fewer than {key.min_items}"
    return None


def _plain(value: Value) -> str:
    """Numbers and flags as the readers want them: flags as 0 and 1, lists with `;` between."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ";".join(_plain(item) for item in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _escaped(value: Value) -> str:
    if isinstance(value, tuple):
        return ";".join(_escape_text(str(item)).replace(";", r"\;") for item in value)
    return _escape_text(str(value))


def _escape_text(text: str) -> str:
    r"""Text with the characters GLib's reader would lose written as escapes (outer blanks as `\s`)."""
    escaped = text.replace("\\", r"\\").replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")
    inner = escaped.lstrip(" ")
    escaped = r"\s" * (len(escaped) - len(inner)) + inner
    inner = escaped.rstrip(" ")
    return inner + r"\s" * (len(escaped) - len(inner))

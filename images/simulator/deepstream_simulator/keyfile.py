"""Groups of an INI file as the real parser reads them: with GLib's own key file, each key by its own reader."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gi.repository import GLib

from deepstream_simulator.console import Console

Value = int | float | bool | str | Sequence[str] | Sequence[float] | Sequence[int]

# function:line in deepstream_config_file_parser.c and deepstream_app_config_parser.c; lines differ between releases.
PLACES_BY_KIND: Mapping[str, str] = {
    "application": "parse_app:64",
    "source-list": "parse_source_list:171",
    "source-attr-all": "parse_source:812",
    "source%u": "parse_source:812",
    "streammux": "parse_streammux:942",
    "pre-process": "parse_preprocess:1007",
    "secondary-pre-process%u": "parse_preprocess:1007",
    "primary-gie": "parse_gie:1664",
    "secondary-gie%u": "parse_gie:1664",
    "tracker": "parse_tracker:1843",
    "nvds-analytics": "parse_dsanalytics:1430",
    "osd": "parse_osd:1314",
    "segvisual": "parse_segvisual:1149",
    "sink%u": "parse_sink:2143",
    "message-consumer%u": "parse_msgconsumer:2291",
    "tiled-display": "parse_tiled_display:2367",
    "img-save": "parse_image_save:2447",
    "ds-example": "parse_dsexample:1921",
    "dewarper%u": "parse_dewarper:1234",
    "visionencoder": "parse_visionencoder:1513",
    "text-embedder": "parse_text_embedder:1572",
    "replay": "parse_replay:2512",
    "tests": "parse_tests:128",
}
# One colour per class: the parser compares the beginning of these keys only.
_NUMBERED_KEY = re.compile(r"^(bbox-(?:border|bg)-color)\d+$")
_COLOUR_PARTS = 4
_SILENT_ABOUT_UNKNOWN_KEYS = "message-converter"


class RejectedError(Exception):
    """The real parser refuses the file: in which function, and the reason it hides."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Group:
    """The keys of one group that were present and known, already typed by the key's reader."""

    name: str
    values: Mapping[str, Value]

    def integer(self, key: str, default: int = 0) -> int:
        """The integer, or `default` when absent."""
        value = self.values.get(key, default)
        return value if isinstance(value, int) else default

    def boolean(self, key: str) -> bool:
        """The flag; absent is False."""
        return bool(self.values.get(key, False))

    def text(self, key: str) -> str | None:
        """The string, or None when absent."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> tuple[str, ...] | None:
        """The list, or None when absent."""
        value = self.values.get(key)
        return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else None


class ConfigurationFile:
    """An open INI file; RejectedError when GLib finds a syntax error or cannot open it."""

    def __init__(self, path: Path, console: Console) -> None:
        self._console = console
        self._file = load_key_file(path)
        self._readers_by_kind = read_known_keys()
        self.group_names = tuple(self._file.get_groups()[0])

    def has(self, name: str) -> bool:
        """True when the file holds a group of that name."""
        return name in self.group_names

    def is_enabled(self, name: str) -> bool:
        """The look at `enable` that comes before a source, gie or sink is parsed: anything but an integer is off."""
        try:
            return bool(self._file.get_integer(name, "enable"))
        except GLib.Error:
            return False

    def group(self, name: str, kind: str) -> Group:
        """The group with every known key read; RejectedError at the first value its reader refuses."""
        readers = self._readers_by_kind[kind]
        values: dict[str, Value] = {}
        for key in self._file.get_keys(name)[0]:
            reader = readers.get(_NUMBERED_KEY.sub(r"\1", key))
            if reader is not None:
                values[key] = self._value(name, kind, key, reader)
            elif kind != _SILENT_ABOUT_UNKNOWN_KEYS:
                self._console.warn(PLACES_BY_KIND[kind], f"Unknown key '{key}' for group [{name}]")
        return Group(name, values)

    def _value(self, name: str, kind: str, key: str, reader: str) -> Value:
        place = PLACES_BY_KIND.get(kind, "parse_msgconv:2200")
        try:
            value: Value = getattr(self._file, f"get_{reader}")(name, key)
        except GLib.Error as error:
            raise RejectedError(place, f"[{name}] {key}: {error.message}") from error
        # Every list of floats in these files is a colour.
        if reader == "double_list" and isinstance(value, Sequence) and len(value) != _COLOUR_PARTS:
            raise RejectedError(place, f"[{name}] {key}: number of color params should be exactly 4")
        return value


def load_key_file(path: Path) -> GLib.KeyFile:
    """The file as GLib reads it, without flags."""
    key_file = GLib.KeyFile()
    try:
        key_file.load_from_file(str(path), GLib.KeyFileFlags.NONE)
    except GLib.Error as error:
        raise RejectedError("parse_config_file:547", f"Failed to load uri file: {error.message}") from error
    return key_file


def read_known_keys() -> Mapping[str, Mapping[str, str]]:
    """Kind of group -> key -> name of the GLib reader (integer, boolean, string, double, uint64, ..._list)."""
    table = load_key_file(Path(__file__).with_name("known_keys.ini"))
    return {
        kind: {key: table.get_string(kind, key) for key in table.get_keys(kind)[0]} for kind in table.get_groups()[0]
    }

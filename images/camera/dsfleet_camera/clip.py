"""A clip in memory: encoded pictures grouped so that every group starts with a key frame.

Reads H.264 byte-stream files whose pictures each begin with an access unit delimiter (Rec. ITU-T H.264, 7.4.1.2.3).
"""

from dataclasses import dataclass
from pathlib import Path

FRAME_RATE_FPS = 10
_DELIMITER = b"\x00\x00\x00\x01\x09"
_START_CODE = b"\x00\x00\x01"
_KEY_FRAME = 5
_PARAMETER_SETS = (7, 8, 9)


@dataclass(frozen=True, slots=True)
class Clip:
    """`groups` are in display order, never empty, each decodable on its own; a picture lasts 1 / FRAME_RATE_FPS s."""

    name: str
    groups: tuple[tuple[bytes, ...], ...]


def read_clips(folder: Path) -> tuple[Clip, ...]:
    """Every *.h264 clip in `folder`, by name; ValueError when there is none or one holds no key frame."""
    clips = tuple(Clip(path.stem, group_pictures(path.read_bytes())) for path in sorted(folder.glob("*.h264")))
    if not clips:
        raise ValueError(f"no .h264 clip in {folder}")
    return clips


def group_pictures(stream: bytes) -> tuple[tuple[bytes, ...], ...]:
    """The stream cut into pictures, grouped by key frame; pictures before the first key frame are left out."""
    groups: list[list[bytes]] = []
    for piece in stream.split(_DELIMITER)[1:]:
        picture = _DELIMITER + piece
        if holds_key_frame(picture):
            groups.append([])
        if groups:
            groups[-1].append(picture)
    if not groups:
        raise ValueError("the clip holds no key frame")
    return tuple(tuple(group) for group in groups)


def holds_key_frame(picture: bytes) -> bool:
    """True when one of the picture's NAL units is an IDR slice."""
    return any(unit_type(unit) == _KEY_FRAME for unit in units_of(picture))


def parameter_sets(picture: bytes) -> bytes:
    """The picture's delimiter and parameter sets alone: enough to describe the stream, nothing to decode."""
    return b"".join(_START_CODE + unit for unit in units_of(picture) if unit_type(unit) in _PARAMETER_SETS)


def units_of(picture: bytes) -> list[bytes]:
    """The picture's NAL units without their start codes (Rec. ITU-T H.264, Annex B)."""
    return [unit.rstrip(b"\x00") for unit in picture.split(_START_CODE)[1:]]


def unit_type(unit: bytes) -> int:
    """nal_unit_type, 0 for an empty unit."""
    return unit[0] & 0x1F if unit else 0

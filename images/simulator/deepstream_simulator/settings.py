"""How this simulator differs from a healthy fast DeepStream: told by the environment or by /config/simulator.env."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FILE = Path("/config/simulator.env")
_PREFIX = "DSFLEET_SIM_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds count from the start of the process; None means never."""

    crash_after_s: float | None = None
    hang_after_s: float | None = None
    dropped_source: int | None = None
    drop_after_s: float = 0.0
    engine_build_s: float = 0.0
    ignores_sigint: bool = False
    fps_factor: float = 1.0
    leak_mib_per_s: float = 0.0
    retry_s: float = 60.0


def read_settings() -> Settings:
    """The settings; the file's lines NAME=VALUE win over the environment. ValueError for a value that is no number."""
    values = {name: value for name, value in os.environ.items() if name.startswith(_PREFIX)}
    if _FILE.exists():
        values |= read_assignments(_FILE.read_text())
    dropped, _, drop_after = values.get(f"{_PREFIX}DROP_SOURCE", "").partition(":")
    if not re.fullmatch(r"\d*", dropped) or not re.fullmatch(r"[\d.]*", drop_after):
        raise ValueError(f"{_PREFIX}DROP_SOURCE must be INDEX or INDEX:SECONDS")
    return Settings(
        crash_after_s=number(values, "CRASH_AFTER_S"),
        hang_after_s=number(values, "HANG_AFTER_S"),
        dropped_source=int(dropped) if dropped else None,
        drop_after_s=float(drop_after or 0),
        engine_build_s=number(values, "ENGINE_BUILD_S") or 0.0,
        ignores_sigint=values.get(f"{_PREFIX}IGNORE_SIGINT", "0") not in ("", "0"),
        fps_factor=1.0 if (factor := number(values, "FPS_FACTOR")) is None else factor,
        leak_mib_per_s=number(values, "LEAK_MIB_PER_S") or 0.0,
        retry_s=number(values, "RETRY_S") or 60.0,
    )


def read_assignments(text: str) -> dict[str, str]:
    """Lines NAME=VALUE by name; blank lines, # comments and other names are skipped."""
    pairs = (line.strip().partition("=") for line in text.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip().startswith(_PREFIX)}


def number(values: Mapping[str, str], name: str) -> float | None:
    """The number given under the prefixed name, None when absent or empty."""
    text = values.get(_PREFIX + name, "")
    try:
        return float(text) if text else None
    except ValueError as error:
        raise ValueError(f"{_PREFIX}{name} must be a number, not {text!r}") from error

"""Pipelines and their immutable versions as frozen values."""

from dataclasses import dataclass
from datetime import datetime

DEFAULT_COMMAND = ("deepstream-app", "-c", "/config/app.txt")


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version as an operator describes it; command None runs deepstream-app with its configuration."""

    image: str
    command: list[str] | None = None
    cameras: int = 8
    width: int = 1280
    height: int = 720


@dataclass(frozen=True, slots=True)
class NewPipeline:
    """A pipeline as an operator describes it, with its first version."""

    name: str
    kind: str
    description: str
    first: NewVersion


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """A pipeline; what it runs stands in its versions."""

    id: str
    name: str
    kind: str
    description: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version. cameras: how many an instance carries at most."""

    pipeline_id: str
    version: int
    image: str
    command: tuple[str, ...]
    cameras: int
    width: int
    height: int
    frame_counting: str
    live_sources: bool
    created_at: datetime

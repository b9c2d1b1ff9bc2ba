"""Who changed what, when, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Difference = Mapping[str, list[str | None]]
"""Field -> [old, new] as text; None where there is no value."""


class Subject(StrEnum):
    """What can be changed."""

    CAMERA = "camera"
    INSTANCE = "instance"
    AGENT = "agent"
    PIPELINE = "pipeline"
    UPDATE_REQUEST = "update-request"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `id` counts up; 0 before it is stored."""

    at: datetime
    actor: str
    action: str
    subject_kind: Subject
    subject_id: str
    subject_name: str
    difference: Difference = field(default_factory=dict)
    id: int = 0

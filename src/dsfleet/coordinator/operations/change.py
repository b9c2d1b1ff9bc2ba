"""One operator's change: the transaction it runs in, who makes it and when, and what it touched."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.secret_box import SecretBox


class Kind(StrEnum):
    """The kinds of object that a screen shows."""

    CAMERAS = "cameras"
    INSTANCES = "instances"
    AGENTS = "agents"
    PIPELINES = "pipelines"
    UPDATE_REQUESTS = "update_requests"


def _ids_by_kind() -> dict[Kind, set[str]]:
    return {kind: set() for kind in Kind}


@dataclass(slots=True)
class Change:
    """What an operation works with. `touched` and `removed` fill up as it goes and are told once it is committed.

    has_messages: something was put in the outbox.
    """

    connection: Connection
    box: SecretBox
    now: datetime
    actor: str
    touched: dict[Kind, set[str]] = field(default_factory=_ids_by_kind)
    removed: dict[Kind, set[str]] = field(default_factory=_ids_by_kind)
    has_messages: bool = False

    def touch(self, kind: Kind, *ids: str | None) -> None:
        """Note that these look different now; None is passed over."""
        self.touched[kind].update(each for each in ids if each is not None)

    def remove(self, kind: Kind, *ids: str) -> None:
        """Note that these are gone."""
        self.removed[kind].update(ids)
        self.touched[kind].difference_update(ids)

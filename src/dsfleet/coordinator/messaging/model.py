"""What the parts of messaging share: settings, counters, and who watches."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from dsfleet.coordinator.admission.intake import AutoAdmit, nobody
from dsfleet.coordinator.reported.model import ChangedIds
from dsfleet.coordinator.storage.database import Database
from dsfleet.coordinator.storage.secret_box import SecretBox

GROUP = "dsfleet-coordinator"


class Viewers(Protocol):
    """Open pages: told what changed, and a reason for hosts to report more often."""

    @property
    def is_watched(self) -> bool:
        """Whether at least one page is open."""
        ...

    async def wait_until_watched(self) -> None:
        """Return when a page is open."""
        ...

    def changed(self, kind: str, ids: Iterable[str]) -> None:
        """Show these anew, or as gone where they no longer exist."""
        ...


@dataclass(frozen=True, slots=True)
class Record:
    """The database, and what opens its sealed columns."""

    database: Database
    box: SecretBox


@dataclass(frozen=True, slots=True)
class MessagingSettings:
    """group: the consumer group's name. say_again_every_s: how often the newest 201 and 210 of each agent are repeated.

    auto_admit says which agents enter without a person.
    """

    group: str = GROUP
    say_again_every_s: float = 900.0
    auto_admit: AutoAdmit = nobody


@dataclass(slots=True)
class MessageCounters:
    """Messages since the start, by topic number; they only grow."""

    received: Counter[int] = field(default_factory=Counter)
    published: Counter[int] = field(default_factory=Counter)
    unreadable: Counter[int] = field(default_factory=Counter)
    reports_dropped: int = 0
    set_aside: int = 0

    def figures(self) -> dict[str, float]:
        """Return the counters by their Prometheus name, labels included."""
        by_topic = {
            "dsfleet_messages_received_total": self.received,
            "dsfleet_messages_published_total": self.published,
            "dsfleet_messages_unreadable_total": self.unreadable,
        }
        figures: dict[str, float] = {
            f'{name}{{topic="{number}"}}': count
            for name, counts in by_topic.items()
            for number, count in sorted(counts.items())
        }
        figures["dsfleet_reports_dropped_total"] = self.reports_dropped
        figures["dsfleet_messages_set_aside_total"] = self.set_aside
        return figures


def tell(viewers: Viewers, changed: ChangedIds) -> None:
    """Open pages hear of everything that changed. Call it after the commit."""
    for kind, ids in changed.items():
        viewers.changed(kind, ids)

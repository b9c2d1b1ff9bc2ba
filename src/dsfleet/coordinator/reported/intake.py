"""Takes in status messages: drops what is not newer, stores the rest, moves update requests, notices cloned hosts.

Keeps the newest stored state of hosts in memory, so that a report that changes nothing costs one row. That copy is
trusted only while the database holds the same order pair; another writer, or a transaction undone, drops it.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from dsfleet.contracts.messages.base import Order
from dsfleet.contracts.messages.status import ReportedCamera, ReportedHost
from dsfleet.coordinator.reported.model import (
    ChangedIds,
    Difference,
    Lagging,
    StoredCamera,
    StoredHost,
    StoredInstance,
)
from dsfleet.coordinator.reported.progress import follow_reports
from dsfleet.coordinator.reported.rules import clone_cause, difference, is_clone, is_newer, note_lagging
from dsfleet.coordinator.reported.store import (
    HostStanding,
    HostWrite,
    cameras_told_elsewhere,
    hold_agent,
    load_stored_host,
    note_heard,
    read_standings,
    release_cameras,
    write_host_facts,
    write_reports,
)
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.secret_box import SecretBox

LOG = structlog.get_logger(__name__)

HOSTS_IN_MEMORY = 20_000
UNKNOWN_AGENTS_NAMED = 1000
ADMITTED = "admitted"


@dataclass(slots=True)
class KnownHost:
    """What is remembered of a host: what the record holds, and the facts last written beside it."""

    stored: StoredHost
    facts: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a batch did. reports: the ones stored, newest of each agent; dropped: how many were old or not admitted."""

    changed: ChangedIds
    reports: tuple[ReportedHost, ...]
    dropped: int


@dataclass(slots=True)
class _Sorted:
    newest_by_agent: dict[str, ReportedHost] = field(default_factory=dict)
    unheeded: set[str] = field(default_factory=set)
    clones: dict[str, str] = field(default_factory=dict)
    dropped: int = 0


class ReportIntake:
    """Applies status messages inside a transaction of the caller's."""

    def __init__(self, box: SecretBox) -> None:
        """Keep what opens stored revisions; nothing remembered yet."""
        self._box = box
        self._known: OrderedDict[str, KnownHost] = OrderedDict()
        self._lagging: dict[str, Lagging] = {}
        self._unknown: set[str] = set()

    def take_in(self, connection: Connection, reports: Iterable[ReportedHost], now: datetime) -> TakenIn:
        """Store what is newer; old, repeated and strange messages do no harm. Whole states: the newest one counts."""
        messages = tuple(reports)
        standings = read_standings(connection, sorted({message.agent_id for message in messages}))
        sorted_ = self._sort(messages, standings)
        changed = ChangedIds()
        self._hold_clones(connection, sorted_, changed)
        if sorted_.unheeded:
            note_heard(connection, sorted(sorted_.unheeded), now)
        writes = [
            self._write_of(connection, report, standings[agent_id], now)
            for agent_id, report in sorted_.newest_by_agent.items()
        ]
        write_reports(connection, writes, now)
        for write in writes:
            self._remember(write, now)
            changed.add("agents", (write.report.agent_id,))
            changed.add("instances", (each.instance_id for each in write.difference.instances_to_store))
            changed.add("instances", write.difference.instance_ids_to_remove)
            changed.add("cameras", (camera.camera_id for _, camera in write.difference.cameras_to_store))
            changed.add("cameras", write.difference.camera_ids_to_remove)
        changed.add("update_requests", follow_reports(connection, self._box, sorted_.newest_by_agent, now))
        return TakenIn(changed, tuple(sorted_.newest_by_agent.values()), sorted_.dropped)

    def _sort(self, messages: Iterable[ReportedHost], standings: dict[str, HostStanding]) -> _Sorted:
        sorted_ = _Sorted()
        for message in messages:
            standing = standings.get(message.agent_id)
            if standing is None:
                self._say_unknown(message.agent_id)
                sorted_.dropped += 1
                continue
            if standing.admission != ADMITTED or message.agent_id in sorted_.clones:
                sorted_.unheeded.add(message.agent_id)
                sorted_.dropped += 1
                continue
            newest = sorted_.newest_by_agent.get(message.agent_id)
            leading = standing.order if newest is None else newest.order
            if is_newer(message.order, leading):
                sorted_.newest_by_agent[message.agent_id] = message
            else:
                sorted_.dropped += 1
                self._watch_for_clones(message, leading, sorted_)
        return sorted_

    def _say_unknown(self, agent_id: str) -> None:
        """Log once per agent: it goes on talking, and greets only at its next start."""
        if agent_id not in self._unknown and len(self._unknown) < UNKNOWN_AGENTS_NAMED:
            self._unknown.add(agent_id)
            LOG.warning("report-of-unknown-agent", agent_id=agent_id)

    def _watch_for_clones(self, message: ReportedHost, leading: Order | None, sorted_: _Sorted) -> None:
        if leading is None or message.order == leading:
            return
        agent_id = message.agent_id
        lagging = note_lagging(self._lagging.get(agent_id), message.order, leading)
        self._lagging[agent_id] = lagging
        if is_clone(lagging):
            sorted_.clones[agent_id] = clone_cause(lagging)
            sorted_.newest_by_agent.pop(agent_id, None)

    def _hold_clones(self, connection: Connection, sorted_: _Sorted, changed: ChangedIds) -> None:
        for agent_id, cause in sorted_.clones.items():
            LOG.warning("agent-held", agent_id=agent_id, cause=cause)
            hold_agent(connection, agent_id, cause)
            self._lagging.pop(agent_id, None)
            changed.add("agents", (agent_id,))

    def _write_of(
        self, connection: Connection, report: ReportedHost, standing: HostStanding, now: datetime
    ) -> HostWrite:
        known = self._known.get(report.agent_id)
        if known is None or known.stored.order != standing.order:
            known = KnownHost(load_stored_host(connection, report.agent_id, standing.order))
            self._known[report.agent_id] = known
        facts = (report.agent_version, report.capacity, report.ports, report.inventory)
        if known.facts != facts:
            write_host_facts(connection, report)
        wanted = difference(known.stored, report, now)
        return HostWrite(report, _settle_cameras(connection, report.agent_id, known.stored, wanted))

    def _remember(self, write: HostWrite, now: datetime) -> None:
        agent_id, difference_ = write.report.agent_id, write.difference
        known, report = self._known[agent_id], write.report
        known.facts = (report.agent_version, report.capacity, report.ports, report.inventory)
        stored = known.stored
        stored.order = report.order
        for instance in difference_.instances_to_store:
            stored.instances_by_id[instance.instance_id] = StoredInstance(instance, now)
        for instance_id, camera in difference_.cameras_to_store:
            stored.cameras_by_id[camera.camera_id] = StoredCamera(instance_id, camera, now)
        for gone in difference_.instance_ids_to_remove:
            stored.instances_by_id.pop(gone, None)
        for gone in difference_.camera_ids_to_remove:
            stored.cameras_by_id.pop(gone, None)
        self._known.move_to_end(agent_id)
        while len(self._known) > HOSTS_IN_MEMORY:
            self._known.popitem(last=False)


def _settle_cameras(connection: Connection, agent_id: str, stored: StoredHost, wanted: Difference) -> Difference:
    """Return the difference without cameras that another host reports too; those the draft puts here change hands.

    While a camera moves, both hosts report it for a moment: the old one lets go later.
    """
    strange = [
        camera.camera_id for _, camera in wanted.cameras_to_store if camera.camera_id not in stored.cameras_by_id
    ]
    told = cameras_told_elsewhere(connection, agent_id, strange) if strange else {}
    if not told:
        return wanted
    ours = tuple(pair for pair in wanted.cameras_to_store if _is_ours(pair, told))
    release_cameras(connection, [camera.camera_id for _, camera in ours if camera.camera_id in told])
    return Difference(
        instances_to_store=wanted.instances_to_store,
        instance_ids_to_remove=wanted.instance_ids_to_remove,
        cameras_to_store=ours,
        camera_ids_to_remove=wanted.camera_ids_to_remove,
    )


def _is_ours(pair: tuple[str, ReportedCamera], told: dict[str, str | None]) -> bool:
    instance_id, camera = pair
    return camera.camera_id not in told or told[camera.camera_id] == instance_id

"""The whole draft, derived and compared with what was sent; derived again only when one of the two has changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dsfleet.contracts.messages.configuration import DesiredInstance
from dsfleet.coordinator.desired.compare import compare_instance
from dsfleet.coordinator.desired.model import DraftCamera, DraftInstance, Fleet, HostChanges, InstanceChange, SentRow
from dsfleet.coordinator.desired.rules import derive_instance
from dsfleet.coordinator.desired.store import open_sent, read_sent
from dsfleet.coordinator.inventory.model import CameraRow, InstanceRow, PortRow
from dsfleet.coordinator.inventory.store.cameras import read_assigned_cameras
from dsfleet.coordinator.inventory.store.instances import read_instances, read_ports
from dsfleet.coordinator.pipelines.model import VersionRow
from dsfleet.coordinator.pipelines.store import read_versions
from dsfleet.coordinator.storage.counters import DRAFT, SENT, read_counter
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.secret_box import SecretBox
from dsfleet.deepstream.model import Schema
from dsfleet.kit.canonical import digest_of

Inputs = tuple[InstanceRow, VersionRow, tuple[CameraRow, ...], tuple[PortRow, ...]]
Desired = Mapping[str, Mapping[str, "_Derived"]]


@dataclass(frozen=True, slots=True)
class _Derived:
    """An instance as derived, from what, and the digest of all of it."""

    inputs: Inputs
    instance: DesiredInstance
    content_digest: str


class FleetReader:
    """Reads the fleet through one database transaction at a time and keeps the newest result.

    An edit costs the reading of the draft and the deriving of the instances it touches; the others are kept.
    """

    def __init__(self, box: SecretBox, schema: Schema) -> None:
        """Keep what opens logins, and the schema that configurations are written by."""
        self._box = box
        self._schema = schema
        self._newest: Fleet | None = None
        self._derived_by_id: Mapping[str, _Derived] = {}

    def read(self, connection: Connection) -> Fleet:
        """Return the fleet as this transaction sees it; to be called before the transaction changes anything."""
        versions = (read_counter(connection, DRAFT), read_counter(connection, SENT))
        if self._newest is None or self._newest.versions != versions:
            self._newest = self._derive(connection, versions)
        return self._newest

    def derive_one(self, connection: Connection, instance_id: str) -> DesiredInstance | None:
        """Return one instance as the draft has it; None where the draft has none."""
        fleet = self.read(connection)
        instances = (each for host in fleet.desired_by_agent.values() for each in host)
        return next((each for each in instances if each.instance_id == instance_id), None)

    def _derive(self, connection: Connection, versions: tuple[int, int]) -> Fleet:
        desired = self._desired(connection)
        sent: dict[str, dict[str, SentRow]] = defaultdict(dict)
        for row in read_sent(connection):
            sent[row.agent_id][row.instance_id] = row
        by_agent = {
            agent_id: tuple(each for _, each in sorted(desired.get(agent_id, {}).items()))
            for agent_id in {*desired, *sent}
        }
        hosts = {
            agent_id: HostChanges(agent_id, digest_of([each.content_digest for each in derived]), changes)
            for agent_id, derived in by_agent.items()
            if (changes := self._changes(sent.get(agent_id, {}), desired.get(agent_id, {})))
        }
        every = [change for host in hosts.values() for change in host.changes]
        return Fleet(
            versions=versions,
            desired_by_agent={id_: tuple(each.instance for each in derived) for id_, derived in by_agent.items()},
            hosts_by_id=hosts,
            changed_instance_ids=frozenset(change.instance_id for change in every),
            changed_camera_ids=frozenset(camera_id for change in every for camera_id in change.camera_ids),
        )

    def _desired(self, connection: Connection) -> Desired:
        versions = {(row.pipeline_id, row.version): row for row in read_versions(connection)}
        cameras, ports = read_assigned_cameras(connection), read_ports(connection)
        desired: dict[str, dict[str, _Derived]] = defaultdict(dict)
        for row in read_instances(connection):
            version = versions[row.pipeline_id, row.pipeline_version]
            inputs = (row, version, tuple(cameras.get(row.id, ())), tuple(ports.get(row.id, ())))
            known = self._derived_by_id.get(row.id)
            desired[row.agent_id][row.id] = known if known and known.inputs == inputs else self._derive_one(inputs)
        self._derived_by_id = {id_: each for host in desired.values() for id_, each in host.items()}
        return desired

    def _derive_one(self, inputs: Inputs) -> _Derived:
        row, version, cameras, ports = inputs
        instance = derive_instance(DraftInstance(row, version, tuple(self._cameras(cameras)), ports), self._schema)
        return _Derived(inputs, instance, digest_of(instance))

    def _cameras(self, rows: Iterable[CameraRow]) -> Iterable[DraftCamera]:
        for row in rows:
            if row.enabled:
                username, password = self._opened(row.username_sealed), self._opened(row.password_sealed)
                yield DraftCamera(row.id, row.name, row.uri, username, password, row.expected_fps)

    def _opened(self, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._box.open(sealed).decode()

    def _changes(self, sent: Mapping[str, SentRow], desired: Mapping[str, _Derived]) -> tuple[InstanceChange, ...]:
        changes: list[InstanceChange] = []
        for instance_id in {*sent, *desired}:
            old, new = sent.get(instance_id), desired.get(instance_id)
            if old is not None and new is not None and old.content_digest == new.content_digest:
                continue
            told = None if old is None else open_sent(self._box, old)
            change = compare_instance(told, None if new is None else new.instance)
            if change is not None:
                changes.append(change)
        return tuple(sorted(changes, key=lambda change: change.instance_name))

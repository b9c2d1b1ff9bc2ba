"""Whatever operators do, in any order: what hosts are told follows the draft, capacity holds, numbers only grow."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dsfleet.contracts.messages.configuration import instance_digest
from dsfleet.contracts.problems import ConflictError
from dsfleet.coordinator.admission.store import add_agent, admit
from dsfleet.coordinator.desired.fleet import FleetReader
from dsfleet.coordinator.desired.model import Plan
from dsfleet.coordinator.desired.planning import plan_fleet
from dsfleet.coordinator.desired.request_store import list_update_requests
from dsfleet.coordinator.desired.store import read_sent_host
from dsfleet.coordinator.inventory.model import CameraEdit, CameraFilter, InstanceEdit, NewCamera, NewInstance
from dsfleet.coordinator.inventory.store.agents import read_agents
from dsfleet.coordinator.inventory.store.cameras import count_cameras_on_agent, list_cameras, read_assigned_cameras
from dsfleet.coordinator.inventory.store.instances import read_instances
from dsfleet.coordinator.operations.cancel_update_request import cancel_update_request
from dsfleet.coordinator.operations.change import Change
from dsfleet.coordinator.operations.create_camera import create_camera
from dsfleet.coordinator.operations.create_instance import create_instance
from dsfleet.coordinator.operations.create_pipeline import create_pipeline
from dsfleet.coordinator.operations.edit_camera import edit_camera
from dsfleet.coordinator.operations.edit_instance import edit_instance
from dsfleet.coordinator.operations.file_update_request import NewUpdateRequest, file_update_request
from dsfleet.coordinator.operations.remove_camera import remove_camera
from dsfleet.coordinator.operations.remove_instance import remove_instance
from dsfleet.coordinator.operations.restart_instance import restart_instance
from dsfleet.coordinator.pipelines.model import NewPipeline, NewVersion
from dsfleet.coordinator.storage.database import Connection, Database
from dsfleet.coordinator.storage.migrate import migrate
from dsfleet.coordinator.storage.paging import Page
from dsfleet.coordinator.storage.secret_box import SecretBox
from dsfleet.deepstream.schema import load_schema
from tests.unit.coordinator.reported.builders import AGENT, NOON, OTHER_AGENT, a_greeting

HOSTS = (AGENT, OTHER_AGENT)
PER_INSTANCE, PER_HOST = 3, 8
DEADLINE = timedelta(minutes=5)
NUMBERS = st.integers(0, 30)


class AnyEdits(RuleBasedStateMachine):
    """Operators at two hosts of eight cameras, with a pipeline that carries three; numbers choose what exists."""

    def __init__(self) -> None:
        """An empty record."""
        super().__init__()
        self.database = Database("sqlite://")
        self.box = SecretBox(Fernet.generate_key())
        self.reader = FleetReader(self.box, load_schema())
        self.made = 0
        self.revisions = dict.fromkeys(HOSTS, 0)

    @initialize()
    def begin(self) -> None:
        """Two admitted hosts and a pipeline."""
        migrate(self.database)
        with self.change() as change:
            for number, agent_id in enumerate(HOSTS):
                add_agent(change.connection, a_greeting(f"host-{number}", agent_id=agent_id), NOON)
                admit(change.connection, self.box, agent_id, None, None, NOON)
            first = NewVersion("dsfleet/simulator:dev", cameras=PER_INSTANCE)
            self.pipeline_id = str(create_pipeline(change, NewPipeline("p", "deepstream-app", "", first)))

    @contextmanager
    def change(self) -> Iterator[Change]:
        """Yield a transaction."""
        with self.database.transaction() as connection:
            yield Change(connection, self.box, NOON, "somebody")

    def one(self, found: Any, number: int) -> Any:
        """Return one of what exists, None where nothing does."""
        rows = list(found)
        return rows[number % len(rows)].id if rows else None

    def camera(self, connection: Connection, number: int) -> Any:
        """Return the id of a camera."""
        return self.one(list_cameras(connection, Page(1000), CameraFilter()), number)

    def instance(self, connection: Connection, number: int) -> Any:
        """Return the id of an instance."""
        return self.one(read_instances(connection), number)

    @rule(assign=st.booleans(), number=NUMBERS, login=st.sampled_from(["", "joe:p%40ss@"]))
    def add_camera(self, assign: bool, number: int, login: str) -> None:
        """A new camera, assigned or not, with a login or without."""
        self.made += 1
        with self.change() as change:
            instance_id = self.instance(change.connection, number) if assign else None
            uri = f"rtsp://{login}192.0.2.1/{self.made}"
            create_camera(change, NewCamera(f"c-{self.made}", uri, instance_id=instance_id))

    @rule(number=NUMBERS, target_number=st.none() | NUMBERS, enabled=st.booleans(), fps=st.sampled_from([None, 5.0]))
    def change_camera(self, number: int, target_number: int | None, enabled: bool, fps: float | None) -> None:
        """A camera moves, is disabled, or is expected to be faster."""
        with self.change() as change:
            camera_id = self.camera(change.connection, number)
            target = None if target_number is None else self.instance(change.connection, target_number)
            if camera_id is not None:
                edit_camera(change, camera_id, CameraEdit(enabled=enabled, expected_fps=fps, instance_id=target))

    @rule(number=NUMBERS)
    def drop_camera(self, number: int) -> None:
        """A camera is removed."""
        with self.change() as change:
            camera_id = self.camera(change.connection, number)
            if camera_id is not None:
                remove_camera(change, camera_id)

    @rule(host=st.sampled_from(HOSTS), power=st.sampled_from(["on", "off"]))
    def add_instance(self, host: str, power: str) -> None:
        """A new instance."""
        self.made += 1
        with self.change() as change:
            create_instance(change, NewInstance(f"i-{self.made}", host, self.pipeline_id, power=power))

    @rule(number=NUMBERS, mode=st.sampled_from(["normal", "debug"]), power=st.sampled_from(["on", "off"]))
    def change_instance(self, number: int, mode: str, power: str) -> None:
        """An instance changes mode and power, and takes the first cameras there are."""
        with self.change() as change:
            instance_id = self.instance(change.connection, number)
            if instance_id is not None:
                cameras = [row.id for row in list_cameras(change.connection, Page(number % 4 + 1), CameraFilter())]
                edit_instance(change, instance_id, InstanceEdit(mode=mode, power=power, camera_ids=cameras))

    @rule(number=NUMBERS)
    def drop_instance(self, number: int) -> None:
        """An instance is removed."""
        with self.change() as change:
            instance_id = self.instance(change.connection, number)
            if instance_id is not None:
                remove_instance(change, instance_id)

    @rule(number=NUMBERS)
    def restart(self, number: int) -> None:
        """A restart changes nothing but its instance's counter in what the host was told."""
        with self.change() as change:
            instance_id = self.instance(change.connection, number)
            if instance_id is None:
                return
            before = {host: read_sent_host(change.connection, self.box, host) for host in HOSTS}
            restart_instance(change, instance_id, DEADLINE)
            after = {host: read_sent_host(change.connection, self.box, host) for host in HOSTS}
        for host in HOSTS:
            for old, new in zip(before[host], after[host], strict=True):
                assert old.files == new.files
                assert old == new or (new.instance_id, new.restart_number) == (instance_id, old.restart_number + 1)

    @rule(only=st.none() | st.sampled_from(HOSTS))
    def file(self, only: str | None) -> None:
        """The plan is filed; afterwards nothing is left to do on those hosts."""
        agent_ids = None if only is None else [only]
        with self.change() as change:
            plan = self.plan(change.connection, agent_ids)
            refused = None
            try:
                file_update_request(change, self.reader, NewUpdateRequest(plan.plan_id, agent_ids, None, DEADLINE))
            except ConflictError as error:
                refused = error.problem.code
            assert refused == (None if plan.hosts else "nothing-to-do")
        with self.database.reading() as connection:
            assert not self.plan(connection, agent_ids).hosts

    @rule()
    def cancel(self) -> None:
        """The newest request is taken back: its hosts have what they had before, under a higher number."""
        with self.database.transaction() as connection:
            newest = list_update_requests(connection, Page(1), None, None)
        if newest:
            refused = None
            with self.change() as change:
                try:
                    cancel_update_request(change, newest[0].id)
                except ConflictError as error:
                    refused = error.problem.code
            assert refused in (None, "update-request-finished")

    @invariant()
    def what_is_told_is_sound(self) -> None:
        """Numbers only grow, digests are true, capacity holds, and what is kept is what a fresh look finds."""
        if not hasattr(self, "pipeline_id"):
            return
        with self.database.reading() as connection:
            for agent in read_agents(connection):
                assert agent.desired_revision >= self.revisions[agent.id]
                self.revisions[agent.id] = agent.desired_revision
                assert count_cameras_on_agent(connection, agent.id) <= PER_HOST
                for instance in read_sent_host(connection, self.box, agent.id):
                    assert instance.digest == instance_digest(instance)
            for cameras in read_assigned_cameras(connection).values():
                assert len(cameras) <= PER_INSTANCE
            assert self.reader.read(connection) == FleetReader(self.box, load_schema()).read(connection)

    def plan(self, connection: Connection, agent_ids: list[str] | None) -> Plan:
        """Return the plan of these hosts."""
        fleet = self.reader.read(connection)
        return plan_fleet(fleet, read_agents(connection, tuple(fleet.hosts_by_id)), agent_ids)

    def teardown(self) -> None:
        """Let the record go."""
        self.database.close()


TestAnyEdits = AnyEdits.TestCase
TestAnyEdits.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)

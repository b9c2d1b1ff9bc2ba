"""Any host reaches its desired state in bounded passes and is then left alone; strangers are never touched."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from dsfleet.agent.engine import LABEL_AGENT, LABEL_DIGEST, LABEL_INSTANCE
from dsfleet.agent.execute import Executor
from dsfleet.agent.inbox import Inbox
from dsfleet.agent.memory import Memory
from dsfleet.agent.model import NO_HISTORY, ContainerState, ObservedHost, Plan
from dsfleet.agent.observe import Observer
from dsfleet.agent.plan import plan_host
from dsfleet.agent.state import StateStore, fingerprint_of, public_keys
from dsfleet.contracts.envelope import encode
from dsfleet.contracts.identifiers import AgentId, ContainerId, Revision
from dsfleet.contracts.messages.admission import Admission, Decision
from dsfleet.contracts.messages.configuration import DesiredHost, DesiredInstance, Power
from dsfleet.contracts.messages.greeting import Platform
from dsfleet.contracts.problems import Problem, TemporaryError
from dsfleet.contracts.topics import AnyMessage, topic_of
from dsfleet.simulator.engine import SimulatedEngine
from dsfleet.transport.model import IncomingRecord
from tests.unit.agent.builders import AGENT, IMAGE, NOON, HandClock, a_host, an_instance

PASSES = 3
"""One pass replaces whatever is there; a second makes up for what could not be seen in the first; the last is empty."""

INSTANCE_IDS = ("i-1", "i-2", "i-3")
DIGESTS = ("a", "b")


@dataclass(frozen=True)
class Found:
    """One container that is on the host before the agent looks."""

    labels: dict[str, str]
    state: ContainerState


instances = st.builds(
    an_instance,
    instance_id=st.sampled_from(INSTANCE_IDS),
    digest=st.sampled_from(DIGESTS),
    power=st.sampled_from(Power),
    image=st.sampled_from([IMAGE, "example/registry:1"]),
)
fleets = st.lists(instances, max_size=3, unique_by=lambda one: one.instance_id).map(tuple)
ours = st.fixed_dictionaries(
    {
        LABEL_AGENT: st.just(str(AGENT)),
        LABEL_INSTANCE: st.sampled_from([*INSTANCE_IDS, "i-forgotten"]),
        LABEL_DIGEST: st.sampled_from([*DIGESTS, "", "old"]),
    }
)
strangers = st.one_of(
    st.just({}),
    st.just({LABEL_AGENT: "another agent", LABEL_INSTANCE: "i-1", LABEL_DIGEST: "a"}),
    st.just({LABEL_INSTANCE: "i-1", LABEL_DIGEST: "a"}),
    st.just({LABEL_AGENT: str(AGENT)}),
)
founds = st.lists(
    st.builds(
        Found,
        labels=st.one_of(ours, strangers),
        state=st.sampled_from(
            [ContainerState.CREATED, ContainerState.RUNNING, ContainerState.PAUSED, ContainerState.EXITED]
        ),
    ),
    max_size=6,
)


def is_ours(labels: dict[str, str]) -> bool:
    return labels.get(LABEL_AGENT) == AGENT and LABEL_INSTANCE in labels


class Host:
    """A simulated host and the agent's pure and outward parts, passes made by hand."""

    def __init__(self, found: list[Found]) -> None:
        self.clock = HandClock()
        self.engine = SimulatedEngine(self.clock, [IMAGE])
        self.engine.registry.add("example/registry:1")
        self.strangers: dict[ContainerId, ContainerState] = {}
        for number, one in enumerate(found):
            container_id = self._put(f"found-{number}", one)
            if not is_ours(one.labels):
                self.strangers[container_id] = one.state
        self._observer = Observer(self.engine, AGENT)
        self._executor = Executor(self.engine, AGENT, Platform.X86, self.clock)

    def _put(self, name: str, one: Found) -> ContainerId:
        if one.state is ContainerState.CREATED:
            return self.engine.add_from_outside(name, one.labels, is_started=False)
        container_id = self.engine.add_from_outside(name, one.labels)
        if one.state is ContainerState.PAUSED:
            self.engine.pause_from_outside(container_id)
        if one.state is ContainerState.EXITED:
            self.engine.crash(container_id, 1)
        return container_id

    async def look(self, desired: DesiredHost | None) -> tuple[ObservedHost, Plan]:
        """Look closer at everything and plan."""
        self._observer.forget(None)
        observed = await self._observer.observe(desired)
        assert isinstance(observed, ObservedHost)
        return observed, plan_host(desired, observed, NO_HISTORY, self.clock.now())

    async def work(self, desired: DesiredHost) -> int:
        """Make passes until nothing is left to do; return how many it took."""
        for number in range(PASSES + 1):
            _, plan = await self.look(desired)
            if not plan.actions:
                return number
            for turn in plan.turns().values():
                for action in turn:
                    if (await self._executor.execute(action)).error is not None:
                        break
        raise AssertionError(f"still to do after {PASSES + 1} passes:\n{plan}")

    async def assert_matches(self, desired: DesiredHost) -> None:
        """Assert one running container per instance that is on, none else, and every stranger as it was."""
        observed, _ = await self.look(desired)
        wanted = {(one.instance_id, one.digest) for one in desired.instances if one.power is Power.ON}
        running = [(one.instance_id, one.digest) for one in observed.containers]
        assert sorted(running) == sorted(wanted)
        assert all(one.state is ContainerState.RUNNING for one in observed.containers)
        listed = {one.container_id: one.state for one in await self.engine.containers()}
        assert {key: listed.get(key) for key in self.strangers} == self.strangers


@given(fleet=fleets, found=founds)
@settings(max_examples=150, deadline=None)
def test_any_host_converges_in_bounded_passes_and_strangers_stay(
    fleet: tuple[DesiredInstance, ...], found: list[Found]
):
    """Whatever is on the host, a few passes make it as desired, then nothing is planned and no stranger has changed."""

    async def scenario() -> None:
        host, desired = Host(found), a_host(*fleet)
        assert await host.work(desired) <= PASSES
        await host.assert_matches(desired)

    asyncio.run(scenario())


@given(first=fleets, second=fleets, found=founds, verbs=st.lists(st.sampled_from(["run", "start", "stop", "remove"])))
@settings(max_examples=100, deadline=None)
def test_a_failure_at_any_step_is_made_up_for(
    first: tuple[DesiredInstance, ...], second: tuple[DesiredInstance, ...], found: list[Found], verbs: list[str]
):
    """An update broken off at any step by failing calls, then looked at anew, converges on what is desired last."""

    async def scenario() -> None:
        host = Host(found)
        for verb in verbs:
            host.engine.fail_next(verb, TemporaryError(Problem(code="engine-failed", message="no")))
        _, plan = await host.look(a_host(*first))
        executor = Executor(host.engine, AGENT, Platform.X86, host.clock)
        for action in plan.actions:
            await executor.execute(action)
        host.engine.forget_failures()
        desired = a_host(*second, revision=2)
        assert await host.work(desired) <= PASSES
        await host.assert_matches(desired)

    asyncio.run(scenario())


@given(revisions=st.lists(st.integers(min_value=1, max_value=6), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_an_old_revision_changes_nothing(revisions: list[int]):
    """However revisions arrive, late, repeated or out of order, the highest one so far is the desired state."""

    async def scenario(folder: Path) -> None:
        store = StateStore(folder)
        state = store.start()
        memory = Memory(store, state)
        fingerprint = fingerprint_of(public_keys(state))
        inbox = Inbox(memory, fingerprint, lambda: None)
        await inbox.take(
            arrived(
                Admission(
                    agent_id=state.agent_id,
                    number=1,
                    sent_at=NOON,
                    decision=Decision.ADMITTED,
                    fingerprint=fingerprint,
                )
            )
        )
        highest = 0
        for revision in revisions:
            await inbox.take(arrived(numbered(state.agent_id, revision)))
            highest = max(highest, revision)
            assert inbox.desired is not None
            assert inbox.desired.revision == highest
        reread = Inbox(Memory(store, memory.state), fingerprint, lambda: None)
        assert reread.desired == inbox.desired
        store.close()

    with TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))


def numbered(agent_id: AgentId, revision: int) -> DesiredHost:
    return DesiredHost(agent_id=agent_id, revision=Revision(revision), sent_at=NOON)


def arrived(message: AnyMessage) -> IncomingRecord:
    record = encode(message)
    return IncomingRecord(topic_of(message), record.key, record.value, record.headers, 0, 0)

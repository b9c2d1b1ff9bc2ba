"""One whole agent on the simulated engine: what it does with what it is told, and with what happens to its host."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from dsfleet.agent.engine import ContainerSpec
from dsfleet.agent.state import State, StateStore
from dsfleet.contracts.identifiers import ContainerId
from dsfleet.contracts.messages.admission import Decision
from dsfleet.contracts.messages.configuration import ConfigurationFile, Power
from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.contracts.messages.request import RequestKind
from dsfleet.contracts.messages.status import CameraState, InstanceState, OutcomeResult, ReportedHost
from dsfleet.contracts.problems import InputError, Problem, RefusedError, TemporaryError
from dsfleet.kit.clock import SystemClock
from dsfleet.simulator.engine import Program, SimulatedEngine
from tests.eventually import eventually
from tests.unit.agent.builders import IMAGE, a_camera, an_instance
from tests.unit.agent.rig import RUNNING_MARK, Rig, delivering, perf

REJECTED = ("** ERROR: <parse_source:1>: parse_source failed", "App run failed")


def an_engine(program: Callable[[ContainerSpec], Program] | None = None) -> SimulatedEngine:
    return SimulatedEngine(SystemClock(), [IMAGE], program or delivering(10.0))


def run(scenario: Callable[[], object]) -> None:
    asyncio.run(scenario())  # type: ignore[arg-type]


async def ids(engine: SimulatedEngine) -> list[ContainerId]:
    return [one.container_id for one in await engine.containers()]


async def converged(rig: Rig, *instances: object, revision: int = 1) -> None:
    await rig.admitted()
    await rig.desire(revision, *instances)  # type: ignore[arg-type]
    await rig.until_converged(revision)


def test_desired_instance_runs_and_its_frames_are_told(tmp_path: Path):
    """An admitted agent makes what it is told run, and reports it converged once frames come from every camera."""

    async def scenario() -> None:
        async with Rig(an_engine(), tmp_path).running() as rig:
            await converged(rig, an_instance(cameras=[a_camera()]))
            seen = rig.instance()
            assert (seen.state, seen.observed_revision, seen.cameras[0].state) == (
                InstanceState.RUNNING,
                1,
                CameraState.LIVE,
            )
            assert seen.cameras[0].fps == 10.0
            assert [(one.action, one.result) for one in rig.report.outcomes] == [("create", OutcomeResult.DONE)]

    run(scenario)


def test_agent_that_is_not_admitted_does_nothing(tmp_path: Path):
    """Before admission, and after a denial, nothing is run and nothing but greetings is said."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await rig.desire(1, an_instance())
            await rig.admitted(Decision.DENIED, reason="unknown host")
            await eventually(lambda: _is_stored(rig, '"admission":{'))
            assert engine.calls == []
            assert rig.of(ReportedHost) == []
            await rig.admitted()
            await eventually(lambda: rig.of(ReportedHost))

    run(scenario)


def _is_stored(rig: Rig, words: str) -> bool:
    return words in (rig.state_dir / "state.json").read_text()


def test_admission_of_other_keys_is_passed_over(tmp_path: Path):
    """A decision about other keys admits nobody."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await rig.desire(1, an_instance())
            await rig.admitted(fingerprint="sha256:other")
            await eventually(lambda: _is_stored(rig, '"configuration":{'))
            assert engine.calls == []

    run(scenario)


def test_restart_with_nothing_changed_touches_nothing(tmp_path: Path):
    """A restarted agent takes its containers up as they are: no call changes anything, no approval is asked again."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance(cameras=[a_camera()]))
            before, calls = await ids(engine), list(engine.calls)
            await rig.stop()
            assert await ids(engine) == before
            rig.messages.clear()
            await rig.start()
            await rig.until_converged(1)
            assert (await ids(engine), engine.calls) == (before, calls)
            first, second = await rig.greeting(), rig.report
            assert first.start_number == second.start_number == 2

    run(scenario)


def test_changed_digest_makes_a_new_container(tmp_path: Path):
    """A new revision with another digest replaces the container, and the report names both revisions truly."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance(digest="a"))
            before = await ids(engine)
            await rig.desire(2, an_instance(digest="b"))
            await rig.until_converged(2)
            after = await ids(engine)
            assert len(after) == 1
            assert after != before
            assert rig.instance().observed_digest == "b"

    run(scenario)


def test_old_revision_changes_nothing(tmp_path: Path):
    """A repeated or older desired state is dropped."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance(digest="b"), revision=5)
            calls = list(engine.calls)
            await rig.desire(4, an_instance(digest="a"))
            await rig.desire(5, an_instance(digest="c"))
            await rig.desire(6, an_instance(digest="b"))
            await rig.until_converged(6)
            assert engine.calls == calls

    run(scenario)


def test_container_removed_by_a_stranger_is_back_at_once(tmp_path: Path):
    """A container that somebody removed is made again on the engine's event, not on the timer."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance())
            (before,) = await ids(engine)
            engine.remove_from_outside(before)
            await eventually(lambda: _others(engine, before), timeout_s=2.0)

    run(scenario)


async def _others(engine: SimulatedEngine, before: ContainerId) -> bool:
    return [one for one in await ids(engine) if one != before] != []


def test_strangers_are_never_touched(tmp_path: Path):
    """Containers without our label, or with another agent's, stay as they are, under our name too."""

    async def scenario() -> None:
        engine = an_engine()
        plain = engine.add_from_outside("dsfleet-demo-i-1-i1", {})
        other = engine.add_from_outside("other", {"dsfleet.agent": "somebody else", "dsfleet.instance": "i-1"})
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance())
            await rig.desire(2)
            await rig.until_converged(2)
            assert await ids(engine) == [plain, other]
            assert {about for _verb, about in engine.calls}.isdisjoint({plain, other})

    run(scenario)


def test_crash_is_restarted_at_once_and_then_held_back(tmp_path: Path):
    """The first crash is followed by a start at once; the second waits, and the report says why and how long."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance(cameras=[a_camera()]))
            (container,) = await ids(engine)
            engine.crash(container, 139)
            await eventually(lambda: rig.instance().restarts == 1)
            await rig.until_state(InstanceState.RUNNING)
            engine.crash(container, 139)
            await rig.until_state(InstanceState.BACKOFF)
            seen = rig.instance()
            assert seen.exit_code == 139
            assert seen.next_try_in_s is not None
            assert 8.0 < seen.next_try_in_s <= 10.0
            assert "SIGSEGV" in seen.cause
            assert not rig.report.converged
            assert await ids(engine) == [container]

    run(scenario)


def test_rejected_configuration_waits_for_a_new_revision(tmp_path: Path):
    """A configuration that the application rejects is failed, is not tried again, and a new revision is tried."""
    programs = {"bad": Program(REJECTED, 255), "good": Program((RUNNING_MARK, perf(10.0)))}

    def program(spec: ContainerSpec) -> Program:
        return programs[spec.labels["dsfleet.digest"]]

    async def scenario() -> None:
        engine = an_engine(program)
        async with Rig(engine, tmp_path).running() as rig:
            await rig.admitted()
            await rig.desire(1, an_instance(digest="bad"), an_instance("i-2", digest="good"))
            await rig.until_state(InstanceState.FAILED)
            await rig.until_state(InstanceState.RUNNING, "i-2")
            assert len([verb for verb, _ in engine.calls if verb == "run"]) == 2
            problem = rig.instance().last_problem
            assert problem is not None
            assert problem.code == "configuration-rejected"
            await rig.desire(2, an_instance(digest="good"), an_instance("i-2", digest="good"))
            await rig.until_converged(2)

    run(scenario)


def test_retry_now_tries_a_failed_instance(tmp_path: Path):
    """A higher retry number starts a refused instance again, though its digest is the same."""

    async def scenario() -> None:
        engine = an_engine()
        engine.fail_next("run", RefusedError(Problem(code="engine-refused", message="no")))
        async with Rig(engine, tmp_path).running() as rig:
            await rig.admitted()
            await rig.desire(1, an_instance())
            await rig.until_state(InstanceState.FAILED)
            await rig.desire(2, an_instance(retry_number=1))
            await rig.until_converged(2)

    run(scenario)


def test_missing_image_leaves_the_old_container_running(tmp_path: Path):
    """When the new image cannot be fetched the old container goes on, and the report gives the registry's words."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance(digest="a"))
            before = await ids(engine)
            await rig.desire(2, an_instance(digest="b", image="example/absent:1"))
            await rig.until_state(InstanceState.BACKOFF)
            assert await ids(engine) == before
            assert "example/absent:1" in rig.instance().cause
            assert rig.instance().observed_revision == 1
            engine.registry.add("example/absent:1")
            await rig.desire(3, an_instance(digest="b", image="example/absent:1"))
            await rig.until_converged(3)

    run(scenario)


def test_one_failing_instance_does_not_block_another(tmp_path: Path):
    """While one instance cannot be made, the others are."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await rig.admitted()
            await rig.desire(1, an_instance("i-1", image="example/absent:1"), an_instance("i-2"))
            await rig.until_state(InstanceState.RUNNING, "i-2")
            await rig.until_state(InstanceState.BACKOFF, "i-1")

    run(scenario)


def test_engine_away_at_start_and_later_is_survived(tmp_path: Path):
    """Without its engine the agent greets, says what it cannot see, and goes on when the engine is back."""

    async def scenario() -> None:
        engine = an_engine()
        engine.go_away()
        async with Rig(engine, tmp_path).running() as rig:
            await rig.admitted()
            await rig.desire(1, an_instance(cameras=[a_camera()]))
            await rig.until_state(InstanceState.UNOBSERVED)
            assert not rig.report.engine.reachable
            assert rig.report.engine_unreachable_for_s is not None
            engine.come_back()
            await rig.until_converged(1)
            before = await ids(engine)
            engine.go_away()
            await rig.until_state(InstanceState.UNOBSERVED)
            engine.come_back()
            await rig.until_converged(1)
            assert await ids(engine) == before
            assert rig.report.engine_unreachable_for_s is None

    run(scenario)


def test_drift_is_repaired_while_the_broker_is_away(tmp_path: Path):
    """Without Kafka the agent starts from its state file and keeps its instances running."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance())
            await rig.stop()
            rig.broker.go_away()
            await rig.start()
            (before,) = await ids(engine)
            engine.remove_from_outside(before)
            await eventually(lambda: _others(engine, before))
            rig.messages.clear()
            rig.broker.come_back()
            await rig.until_converged(1)

    run(scenario)


def test_power_off_removes_and_power_on_brings_back(tmp_path: Path):
    """An instance that is off has no container and is reported stopped; switched on it runs again."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance())
            await rig.desire(2, an_instance(power=Power.OFF))
            await rig.until_converged(2)
            assert await ids(engine) == []
            assert rig.instance().state is InstanceState.STOPPED
            await rig.desire(3, an_instance())
            await rig.until_converged(3)

    run(scenario)


def test_changes_are_told_at_once_and_figures_are_not_changes(tmp_path: Path):
    """A camera that falls silent is told at once; rates that only vary are told on the timer."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance(cameras=[a_camera()]))
            (container,) = await ids(engine)
            told = len(rig.of(ReportedHost))
            engine.say(container, perf(9.8), perf(9.9), perf(10.1))
            engine.say(container, perf(0.0))
            await rig.until_state(InstanceState.NO_FRAMES)
            assert len(rig.of(ReportedHost)) == told + 1

    run(scenario)


def test_watching_makes_reports_frequent(tmp_path: Path):
    """While somebody watches, reports come in the watched interval though nothing changes."""

    async def scenario() -> None:
        async with Rig(an_engine(), tmp_path).running() as rig:
            await converged(rig, an_instance())
            told = len(rig.of(ReportedHost))
            await rig.ask(RequestKind.WATCH)
            await eventually(lambda: len(rig.of(ReportedHost)) >= told + 3)

    run(scenario)


def test_configuration_is_read_back_with_logins_masked(tmp_path: Path):
    """The files come back from the container, their logins masked, and whether they are as sent is told."""
    content = "[source0]\nuri=rtsp://user:secret@127.0.0.1:8554/a\n"

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            file = ConfigurationFile(path="/config/app.txt", content=content)
            await converged(rig, an_instance(files=(file,)))
            (piece,) = await rig.answers(await rig.ask(RequestKind.READ_CONFIGURATION, "i-1"))
            assert piece.matches_sent is True
            assert "secret" not in piece.files[0].content
            assert "127.0.0.1:8554/a" in piece.files[0].content
            (container,) = await ids(engine)
            engine.edit_from_outside(container, "/config/app.txt", "[source0]\n")
            (piece,) = await rig.answers(await rig.ask(RequestKind.READ_CONFIGURATION, "i-1"))
            assert piece.matches_sent is False

    run(scenario)


@pytest.mark.parametrize(
    ("instance_id", "code"),
    [("i-9", "instance-unknown"), ("i-2", "instance-has-no-container"), (None, "instance-unknown")],
)
def test_configuration_that_cannot_be_read_is_answered(tmp_path: Path, instance_id: str | None, code: str):
    """A read-back that is not possible is answered with why."""

    async def scenario() -> None:
        async with Rig(an_engine(), tmp_path).running() as rig:
            await converged(rig, an_instance(), an_instance("i-2", power=Power.OFF))
            (piece,) = await rig.answers(await rig.ask(RequestKind.READ_CONFIGURATION, instance_id))
            assert piece.problem is not None
            assert piece.problem.code == code

    run(scenario)


def test_pull_that_nobody_wants_any_more_is_given_up(tmp_path: Path):
    """A registry that hangs does not hold up a newer revision of the same instance."""

    class HangingRegistry(SimulatedEngine):
        async def pull(self, reference: str) -> None:
            self.calls.append(("pull", reference))
            await asyncio.Event().wait()

    async def scenario() -> None:
        engine = HangingRegistry(SystemClock(), [IMAGE], delivering())
        async with Rig(engine, tmp_path).running() as rig:
            await rig.admitted()
            await rig.desire(1, an_instance(digest="a", image="example/slow:1"))
            await rig.until_state(InstanceState.PULLING)
            await rig.desire(2, an_instance(digest="b"))
            await rig.until_converged(2)

    run(scenario)


def test_failed_start_is_made_again(tmp_path: Path):
    """A container whose start failed is removed and made again."""

    async def scenario() -> None:
        engine = an_engine()
        engine.fail_next("start", TemporaryError(Problem(code="engine-failed", message="no")))
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance())
            assert [verb for verb, _about in engine.calls] == ["run", "start", "remove", "run", "start"]

    run(scenario)


def test_revoked_agent_leaves_its_instances_alone_and_greets(tmp_path: Path):
    """After a revocation nothing is changed on the host, and the agent greets again."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance())
            before, greetings = list(engine.calls), len(rig.of(Greeting))
            await rig.admitted(Decision.REVOKED, reason="replaced")
            await eventually(lambda: len(rig.of(Greeting)) > greetings)
            await rig.desire(2)
            await eventually(lambda: _is_stored(rig, '"ce_order":"2.0"'))
            assert engine.calls == before

    run(scenario)


def test_drift_is_repaired_though_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An agent that can write nothing down any more still keeps its instances running."""

    def full(_store: StateStore, _state: State) -> None:
        raise InputError(Problem(code="state-dir-unusable", message="No space left on device."))

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await converged(rig, an_instance())
            monkeypatch.setattr(StateStore, "save", full)
            (before,) = await ids(engine)
            engine.crash(before, 139)
            await eventually(lambda: rig.instance().restarts == 1)
            engine.remove_from_outside(before)
            await eventually(lambda: _others(engine, before))

    run(scenario)

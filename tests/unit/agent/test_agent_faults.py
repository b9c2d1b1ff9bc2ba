"""One whole agent on the simulated engine: what it does when its host, its programs or its link fail it."""

import asyncio
from pathlib import Path

import pytest

from dsfleet.agent.engine import ContainerSpec
from dsfleet.agent.state import State, StateStore
from dsfleet.contracts.messages.admission import Decision
from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.contracts.messages.status import InstanceState
from dsfleet.contracts.problems import InputError, Problem, RefusedError, TemporaryError
from dsfleet.kit.clock import SystemClock
from dsfleet.simulator.engine import Program, SimulatedEngine
from tests.eventually import eventually
from tests.unit.agent.builders import IMAGE, a_camera, an_instance
from tests.unit.agent.rig import (
    RUNNING_MARK,
    Rig,
    an_engine,
    converged,
    delivering,
    has_others,
    ids,
    is_stored,
    perf,
    run,
)

REJECTED = ("** ERROR: <parse_source:1>: parse_source failed", "App run failed")


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
            await eventually(lambda: has_others(engine, before))
            rig.messages.clear()
            rig.broker.come_back()
            await rig.until_converged(1)

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
            await eventually(lambda: is_stored(rig, '"ce_order":"2.0"'))
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
            await eventually(lambda: has_others(engine, before))

    run(scenario)

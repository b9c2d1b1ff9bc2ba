"""One whole agent on the simulated engine: what it does with what it is told."""

from pathlib import Path

import pytest

from dsfleet.contracts.messages.admission import Decision
from dsfleet.contracts.messages.configuration import ConfigurationFile, Power
from dsfleet.contracts.messages.request import RequestKind
from dsfleet.contracts.messages.status import CameraState, InstanceState, OutcomeResult, ReportedHost
from tests.eventually import eventually
from tests.unit.agent.builders import a_camera, an_instance
from tests.unit.agent.rig import Rig, an_engine, converged, has_others, ids, is_stored, perf, run


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
            await eventually(lambda: is_stored(rig, '"admission":{'))
            assert engine.calls == []
            assert rig.of(ReportedHost) == []
            await rig.admitted()
            await eventually(lambda: rig.of(ReportedHost))

    run(scenario)


def test_admission_of_other_keys_is_passed_over(tmp_path: Path):
    """A decision about other keys admits nobody."""

    async def scenario() -> None:
        engine = an_engine()
        async with Rig(engine, tmp_path).running() as rig:
            await rig.desire(1, an_instance())
            await rig.admitted(fingerprint="sha256:other")
            await eventually(lambda: is_stored(rig, '"configuration":{'))
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
            await eventually(lambda: has_others(engine, before), timeout_s=2.0)

    run(scenario)


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

"""From greeting to converged, over SQLite and a messenger in memory."""

import msgspec
import pytest

from dsfleet.contracts.messages.admission import Admission, Decision
from dsfleet.contracts.messages.status import CameraState, InstanceState
from dsfleet.contracts.topics import ADMISSION, CONFIGURATION
from dsfleet.coordinator.admission.rules import SAME_ID_NEW_KEY
from dsfleet.coordinator.admission.store import admit, deny
from dsfleet.coordinator.messaging.model import MessagingSettings
from dsfleet.coordinator.reported.model import Hearing, Link
from dsfleet.coordinator.reported.views import agent_reports, camera_reports, instance_reports
from dsfleet.coordinator.storage.counters import admission_of, raise_to
from dsfleet.coordinator.storage.tables import AGENTS, OUTBOX, REPORTED_CAMERAS, REPORTED_INSTANCES
from tests.eventually import eventually
from tests.integration.coordinator_messaging.loop_bench import Bench
from tests.unit.coordinator.reported.builders import (
    AGENT,
    NOON,
    OTHER_AGENT,
    a_camera,
    a_desired_host,
    a_desired_instance,
    a_failed_outcome,
    a_greeting,
    a_report,
    an_instance,
)

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

BY_HAND = MessagingSettings()


async def test_change_converges(bench: Bench) -> None:
    """A filed request is sent, received, applied and converged as the host reports, and the page hears of each step."""
    async with bench.running() as messaging:
        await bench.say(a_greeting())
        await eventually(lambda: bench.heard(ADMISSION))
        bench.file_request(a_desired_host(a_desired_instance()))
        messaging.wake()
        await eventually(lambda: bench.request_state()[0] == "sent")
        assert bench.heard(CONFIGURATION) == [a_desired_host(a_desired_instance())]
        assert bench.rows(OUTBOX) == []
        await bench.say(a_report(order=(1, 1), converged=False, cause="read"))
        await eventually(lambda: bench.request_state() == ("received", "read"))
        creating = an_instance(state=InstanceState.CREATING, observed_digest=None)
        await bench.say(a_report(creating, order=(1, 2), converged=False, cause="demo-1: creating"))
        await eventually(lambda: bench.request_state() == ("applying", "demo-1: creating"))
        await bench.say(a_report(an_instance(), order=(1, 3)))
        await eventually(lambda: bench.request_state() == ("converged", ""))
    assert bench.page.told["agents"] == {AGENT}
    assert bench.page.told["instances"] == {"i-1"}
    assert bench.page.told["cameras"] == {"c-1"}
    assert bench.page.told["update_requests"] == {"u-1"}


async def test_failure_is_named_and_recovery_followed(bench: Bench) -> None:
    """A host that refuses fails its request with instance, step and reason; recovery is followed too."""
    async with bench.running() as messaging:
        await bench.say(a_greeting())
        await eventually(lambda: bench.heard(ADMISSION))
        bench.file_request(a_desired_host(a_desired_instance()))
        messaging.wake()
        failed = an_instance(state=InstanceState.FAILED, observed_digest=None)
        await bench.say(a_report(failed, order=(1, 1), converged=False, outcomes=(a_failed_outcome(),)))
        await eventually(lambda: bench.request_state() == ("failed", "demo-i-1: create failed: no such image"))
        await bench.say(a_report(an_instance(), order=(1, 2)))
        await eventually(lambda: bench.request_state()[0] == "converged")


@pytest.mark.parametrize("ending", ["superseded", "cancelled"])
async def test_ended_request_never_moves_again(bench: Bench, ending: str) -> None:
    """A superseded or cancelled request stays so, whatever its host reports."""
    async with bench.running() as messaging:
        await bench.say(a_greeting())
        await eventually(lambda: bench.heard(ADMISSION))
        bench.file_request(a_desired_host(a_desired_instance()), "u-1")
        bench.end_request("u-1", ending)
        bench.file_request(a_desired_host(a_desired_instance(), revision=2), "u-2")
        messaging.wake()
        await bench.say(a_report(an_instance(), revision=2))
        await eventually(lambda: bench.request_state("u-2")[0] == "converged")
        assert bench.request_state("u-1")[0] == ending


async def test_agent_waits_until_a_person_decides(bench: Bench) -> None:
    """Without a person nobody enters; admitted and denied agents hear so, each with its fingerprint."""
    async with bench.running(BY_HAND) as messaging:
        await bench.say(a_greeting(), a_greeting("edge", agent_id=OTHER_AGENT))
        await eventually(lambda: len(bench.rows(AGENTS)) == 2)
        assert {row["name"] for row in bench.rows(AGENTS)} == {"edge", "edge-2"}
        assert bench.heard(ADMISSION) == []
        with bench.record.database.transaction() as connection:
            admit(connection, bench.record.box, AGENT, "north", "sha256:f1", NOON)
            deny(connection, bench.record.box, OTHER_AGENT, "not ours", NOON)
        messaging.wake()
        answers = await eventually(lambda: {each.agent_id: each for each in bench.heard(ADMISSION)})
    admitted, denied = answers[AGENT], answers[OTHER_AGENT]
    assert isinstance(admitted, Admission)
    assert isinstance(denied, Admission)
    assert (admitted.decision, admitted.name, admitted.fingerprint) == (Decision.ADMITTED, "north", "sha256:f1")
    assert (denied.decision, denied.reason) == (Decision.DENIED, "not ours")


async def test_host_that_lost_its_admission_is_sent_no_configuration(bench: Bench) -> None:
    """What was filed for a host that waits again stays here; an admission sends the newest of it."""
    async with bench.running() as messaging:
        await bench.say(a_greeting())
        await eventually(lambda: bench.heard(ADMISSION))
        await bench.say(a_greeting(order=(2, 1), fingerprint="sha256:f2"))
        await eventually(lambda: bench.rows(AGENTS)[0]["admission"] == "waiting")
        bench.file_request(a_desired_host(a_desired_instance()))
        messaging.wake()
        await eventually(lambda: bench.rows(OUTBOX) == [])
        assert bench.heard(CONFIGURATION) == []
        with bench.record.database.transaction() as connection:
            admit(connection, bench.record.box, AGENT, None, "sha256:f2", NOON)
        messaging.wake()
        await eventually(lambda: bench.heard(CONFIGURATION))
        assert bench.heard(CONFIGURATION) == [a_desired_host(a_desired_instance())]


async def test_removed_agent_that_returns_hears_a_greater_number(bench: Bench) -> None:
    """An agent that was removed remembers its last decision's number; the next decision is numbered beyond it."""
    async with bench.running(BY_HAND) as messaging:
        with bench.record.database.transaction() as connection:
            raise_to(connection, admission_of(AGENT), 7)
        await bench.say(a_greeting())
        await eventually(lambda: bench.rows(AGENTS))
        with bench.record.database.transaction() as connection:
            admit(connection, bench.record.box, AGENT, None, None, NOON)
        messaging.wake()
        (admitted,) = await eventually(lambda: bench.heard(ADMISSION))
    assert isinstance(admitted, Admission)
    assert admitted.number == 8


async def test_same_id_with_another_key_waits_again(bench: Bench) -> None:
    """An admitted id that greets with other keys is sent back to the waiting room, and its reports are not taken."""
    async with bench.running():
        await bench.say(a_greeting())
        await eventually(lambda: bench.heard(ADMISSION))
        await bench.say(a_greeting(order=(2, 1), fingerprint="sha256:f2"))
        await eventually(lambda: bench.rows(AGENTS)[0]["admission"] == "waiting")
        assert bench.rows(AGENTS)[0]["admission_reason"] == SAME_ID_NEW_KEY
        bench.clock.turn(10)
        await bench.say(a_report(an_instance()))
        await eventually(lambda: bench.rows(AGENTS)[0]["last_seen"] == bench.clock.now())
        assert bench.rows(REPORTED_INSTANCES) == []


async def test_known_agent_is_answered_again(bench: Bench) -> None:
    """An agent that starts anew hears its admission and its newest configuration again, without a second approval."""
    async with bench.running() as messaging:
        await bench.say(a_greeting())
        await eventually(lambda: len(bench.heard(ADMISSION)) == 1)
        bench.file_request(a_desired_host(a_desired_instance()))
        messaging.wake()
        await eventually(lambda: len(bench.heard(CONFIGURATION)) == 1)
        await bench.say(a_greeting(order=(2, 1)))
        await eventually(lambda: len(bench.heard(ADMISSION)) == 2 and len(bench.heard(CONFIGURATION)) == 2)
    first, second = bench.heard(ADMISSION)
    assert first.order == second.order


async def test_views_give_what_was_last_reported(bench: Bench) -> None:
    """Views show the newest report as of its receipt: rates, ages that went on, and links by silence."""
    async with bench.running():
        await bench.say(a_greeting())
        await eventually(lambda: bench.heard(ADMISSION))
        dead = a_camera("c-2", state=CameraState.NO_FRAMES, fps=0.0, last_frame_age_s=100.0)
        await bench.say(a_report(an_instance(cameras=[a_camera(), dead])))
        await eventually(lambda: len(bench.rows(REPORTED_CAMERAS)) == 2)
        bench.clock.turn(60)
        aged = msgspec.structs.replace(dead, last_frame_age_s=160.0)
        await bench.say(a_report(an_instance(cameras=[a_camera(fps=10.1), aged], state_age_s=90.0), order=(1, 2)))
        await eventually(lambda: bench.newest_order(AGENT) == (1, 2))
        hearing = Hearing(bench.clock.now(), NOON)
        with bench.record.database.reading() as connection:
            assert agent_reports(connection, [AGENT], hearing)[AGENT].last_seen == hearing.now
            cameras = camera_reports(connection, None, hearing)
            instance = instance_reports(connection, ["i-1"], hearing)["i-1"]
            later = Hearing(bench.clock.now().replace(hour=13), NOON)
            assert agent_reports(connection, None, later)[AGENT].link is Link.OFFLINE
    assert cameras["c-2"].last_frame_age_s == pytest.approx(160.0)
    assert cameras["c-1"].last_frame_age_s == pytest.approx(0.5)
    assert not cameras["c-1"].is_stale
    assert instance.state_age_s == pytest.approx(90.0)
    written = {row["camera_id"]: row["received_at"] for row in bench.rows(REPORTED_CAMERAS)}
    assert written == {"c-1": NOON, "c-2": NOON}


async def test_camera_that_moves_belongs_to_the_draft_s_host(bench: Bench) -> None:
    """While two hosts report one camera, the one the draft names wins, and the other's last words change nothing."""
    bench.draft_camera("c-1", "i-2", OTHER_AGENT)
    async with bench.running():
        await bench.say(a_greeting(), a_greeting(agent_id=OTHER_AGENT))
        await eventually(lambda: len(bench.heard(ADMISSION)) == 2)
        await bench.say(a_report(an_instance()))
        await eventually(lambda: [row["instance_id"] for row in bench.rows(REPORTED_CAMERAS)] == ["i-1"])
        await bench.say(a_report(an_instance("i-2"), agent_id=OTHER_AGENT))
        await eventually(lambda: [row["instance_id"] for row in bench.rows(REPORTED_CAMERAS)] == ["i-2"])
        await bench.say(a_report(an_instance(cameras=[a_camera(fps=1.0)]), order=(1, 2)))
        await bench.say(a_report(an_instance(cameras=[]), order=(1, 3)))
        await eventually(lambda: bench.newest_order(AGENT) == (1, 3))
    assert [(row["instance_id"], row["fps"]) for row in bench.rows(REPORTED_CAMERAS)] == [("i-2", 10.0)]

"""What the agent says about its host."""

import pytest

from dsfleet.agent.health import SeenOutput, SeenSource
from dsfleet.agent.model import Cause, ContainerState, ObservedHost, Plan, PullImage, Unobserved, Waiting
from dsfleet.agent.report import Situation, convergence, expectation_of, report_instances, with_ages
from dsfleet.contracts.identifiers import ContainerId, Digest, InstanceId, Revision
from dsfleet.contracts.messages.configuration import DesiredInstance, Power
from dsfleet.contracts.messages.status import CameraState, InstanceState, ReportedInstance
from dsfleet.contracts.problems import Problem
from tests.unit.agent.builders import (
    NOON,
    a_camera,
    a_container,
    a_failure,
    a_host,
    an_exited,
    an_instance,
    at,
    failed,
    seen,
)

FRAMES = SeenOutput(
    is_pipeline_running=True, blocks=5, sources={0: SeenSource(fps=10.0, has_frames=True, settled_fps=10.0)}
)
AWAY = Problem(code="engine-unreachable", message="The container engine does not answer.")


def a_situation(
    *instances: DesiredInstance, observed: ObservedHost | Unobserved | None = None, **rest: object
) -> Situation:
    given: dict[str, object] = {"outputs": {ContainerId("container-of-i-1"): FRAMES}}
    return Situation(
        desired=a_host(*instances, revision=7),
        observed=seen() if observed is None else observed,
        **(given | rest),  # type: ignore[arg-type]
    )


def only(situation: Situation) -> ReportedInstance:
    (instance,) = report_instances(situation, NOON)
    return instance


def verdict(situation: Situation) -> tuple[bool, str]:
    return convergence(situation, report_instances(situation, NOON))


def test_running_with_frames_is_converged():
    """An instance whose container matches and whose cameras deliver is running, and the host converged."""
    situation = a_situation(an_instance(cameras=[a_camera()]), observed=seen(a_container()))
    instance = only(situation)
    assert (instance.state, instance.cameras[0].state) == (InstanceState.RUNNING, CameraState.LIVE)
    assert verdict(situation) == (True, "everything is as desired")


def test_process_that_has_not_measured_is_not_converged():
    """A container that runs and has not measured anything is starting, and the host not converged."""
    situation = a_situation(an_instance(cameras=[a_camera()]), observed=seen(a_container()), outputs={})
    assert only(situation).state is InstanceState.STARTING
    assert verdict(situation)[0] is False


def test_camera_that_is_down_does_not_keep_the_host_from_converging():
    """The configuration is in force though a camera is down: converged, and the state says no frames."""
    no_frames = SeenOutput(is_pipeline_running=True, blocks=5, sources={0: SeenSource(fps=0.0, has_frames=False)})
    outputs = {ContainerId("container-of-i-1"): no_frames}
    situation = a_situation(an_instance(cameras=[a_camera()]), observed=seen(a_container()), outputs=outputs)
    assert only(situation).state is InstanceState.NO_FRAMES
    assert verdict(situation)[0] is True


def test_old_container_is_never_converged():
    """A running container of another digest does not answer the desired revision, whatever its frames."""
    situation = a_situation(an_instance(digest="b"), observed=seen(a_container(digest="a")))
    assert verdict(situation)[0] is False


def test_old_container_keeps_its_cameras_while_the_new_image_is_pulled():
    """While the new image is fetched the report says so, and still what the old container's cameras deliver."""
    old, new = an_instance(digest="a", cameras=[a_camera()]), an_instance(digest="b", cameras=[a_camera()])
    pull = PullImage(new, Cause("image x is not on this host"))
    situation = a_situation(
        new,
        observed=seen(a_container(digest="a")),
        underway={InstanceId("i-1"): pull},
        expectations={Digest("a"): expectation_of(old)},
    )
    instance = only(situation)
    assert (instance.state, instance.cause) == (InstanceState.PULLING, "image x is not on this host")
    assert [camera.state for camera in instance.cameras] == [CameraState.LIVE]


@pytest.mark.parametrize(
    ("until_s", "state", "next_try_s"), [(20, InstanceState.BACKOFF, 20.0), (None, InstanceState.FAILED, None)]
)
def test_waiting_is_told_with_its_reason(until_s: float | None, state: InstanceState, next_try_s: float | None):
    """An instance that waits says why and how long; one that waits for somebody is failed."""
    failure = a_failure(count=3)
    waiting = Waiting(None if until_s is None else at(until_s), failure.problem)
    situation = a_situation(
        an_instance(),
        observed=seen(an_exited()),
        plan=Plan(waiting={InstanceId("i-1"): waiting}),
        history=failed(failure),
    )
    instance = only(situation)
    assert (instance.state, instance.next_try_in_s, instance.exit_code) == (state, next_try_s, 139)
    assert instance.last_problem == failure.problem


def test_unobserved_host_claims_nothing():
    """Without its engine the agent claims nothing about any instance or camera."""
    situation = a_situation(an_instance(cameras=[a_camera()]), observed=Unobserved(AWAY))
    instance = only(situation)
    assert (instance.state, instance.cameras[0].state) == (InstanceState.UNOBSERVED, CameraState.UNKNOWN)
    assert verdict(situation) == (False, AWAY.message)


def test_switched_off_instance_is_stopped_once_its_container_is_gone():
    """Off and without a container is stopped and converged; off with a container is neither."""
    off = an_instance(power=Power.OFF)
    assert only(a_situation(off)).state is InstanceState.STOPPED
    assert verdict(a_situation(off))[0] is True
    assert verdict(a_situation(off, observed=seen(a_container())))[0] is False


def test_leftover_container_is_reported_and_not_converged():
    """A container that is desired no more is told of until it is gone."""
    situation = a_situation(observed=seen(a_container()))
    assert only(situation).cause == "being stopped: not desired any more"
    assert verdict(situation)[0] is False


def test_observed_revision_is_the_newest_that_matches():
    """A container made for an old revision that the new one still matches answers the new one."""
    matched = {InstanceId("i-1"): (Digest("a"), Revision(7))}
    situation = a_situation(an_instance(), observed=seen(a_container()), matched=matched)
    assert only(situation).observed_revision == 7
    assert only(a_situation(an_instance(), observed=seen(a_container()))).observed_revision == 1


def test_paused_container_delivers_nothing():
    """A paused container has no frames, whatever it said before."""
    paused = seen(a_container(state=ContainerState.PAUSED))
    assert only(a_situation(an_instance(), observed=paused)).state is InstanceState.NO_FRAMES


def test_age_of_a_state_counts_from_its_beginning():
    """The age of a state grows while it lasts and starts anew with another."""
    since: dict[InstanceId, tuple[InstanceState, float]] = {}
    running = report_instances(a_situation(an_instance(cameras=[a_camera()]), observed=seen(a_container())), NOON)
    gone = report_instances(a_situation(an_instance(power=Power.OFF)), NOON)
    ages = [with_ages(one, since, now_s)[0].state_age_s for one, now_s in ((running, 1), (running, 8), (gone, 9))]
    assert ages == [0.0, 7.0, 0.0]
    assert with_ages((), since, 10.0) == ()
    assert since == {}

"""What the agent decides to do next; the expected plan is text."""

from dataclasses import replace

from dsfleet.agent.model import NO_HISTORY, ContainerState, CreateInstance, Unobserved
from dsfleet.agent.plan import plan_host
from dsfleet.contracts.messages.configuration import Power
from dsfleet.contracts.problems import Problem
from tests.unit.agent.builders import (
    IMAGE,
    NOON,
    a_container,
    a_failure,
    a_host,
    an_exited,
    an_instance,
    at,
    failed,
    seen,
)


def test_missing_container_is_created():
    """A desired instance without a container gets one."""
    plan = plan_host(a_host(an_instance()), seen(), NO_HISTORY, NOON)
    assert str(plan) == "i-1 create: no container"


def test_converged_host_is_left_alone():
    """A running container of the right digest needs nothing."""
    plan = plan_host(a_host(an_instance()), seen(a_container()), NO_HISTORY, NOON)
    assert str(plan) == ""
    assert not plan.waiting


def test_changed_digest_replaces_the_container():
    """An instance whose configuration digest changed is stopped, removed and created again."""
    plan = plan_host(a_host(an_instance(digest="b")), seen(a_container(digest="a")), NO_HISTORY, NOON)
    assert str(plan) == "i-1 stop: digest a -> b\ni-1 remove: digest a -> b\ni-1 create: digest a -> b"


def test_missing_image_is_pulled_before_the_old_container_stops():
    """The old container keeps running until the new image is here."""
    observed = seen(a_container(digest="a"), missing_images=[IMAGE])
    plan = plan_host(a_host(an_instance(digest="b")), observed, NO_HISTORY, NOON)
    assert str(plan).splitlines()[:2] == [
        f"i-1 pull: image {IMAGE} is not on this host",
        "i-1 stop: digest a -> b",
    ]


def test_power_off_removes_the_container():
    """An instance that is switched off has no container."""
    plan = plan_host(a_host(an_instance(power=Power.OFF)), seen(a_container()), NO_HISTORY, NOON)
    assert str(plan) == "i-1 stop: power off\ni-1 remove: power off"


def test_undesired_instance_is_removed():
    """An instance that is desired no more goes away."""
    plan = plan_host(a_host(), seen(a_container()), NO_HISTORY, NOON)
    assert str(plan) == "i-1 stop: not desired any more\ni-1 remove: not desired any more"


def test_never_told_means_nothing_is_done():
    """An agent that was never told anything touches nothing, its own containers included."""
    assert str(plan_host(None, seen(a_container()), NO_HISTORY, NOON)) == ""


def test_unobserved_host_yields_no_action():
    """What could not be looked at is not taken to be absent."""
    unobserved = Unobserved(Problem(code="engine-unreachable", message="away"))
    assert str(plan_host(a_host(an_instance()), unobserved, NO_HISTORY, NOON)) == ""


def test_created_but_never_started_is_made_again():
    """A container that was created and never started is removed and made again, never adopted."""
    observed = seen(a_container(state=ContainerState.CREATED))
    plan = plan_host(a_host(an_instance()), observed, NO_HISTORY, NOON)
    assert str(plan) == "i-1 remove: never started\ni-1 create: no container"


def test_exited_container_is_started_again():
    """A container that ended is started again, the cause naming how it ended."""
    container = an_exited(exit_code=139)
    plan = plan_host(a_host(an_instance()), seen(container), failed(a_failure()), at(1))
    assert str(plan) == "i-1 start: Exited with 139: the program crashed (SIGSEGV)"


def test_backoff_holds_an_exited_container_back():
    """While the wait after a failure lasts, nothing is done and the plan says until when."""
    history = failed(a_failure(count=3, failed_s=0))
    plan = plan_host(a_host(an_instance()), seen(an_exited()), history, at(19))
    assert str(plan) == ""
    assert plan.waiting["i-1"].until == at(20)


def test_backoff_leaves_the_old_container_running():
    """A replacement that failed is not tried during its wait, and the old container is left alone."""
    history = failed(a_failure(count=2, failed_s=0))
    plan = plan_host(a_host(an_instance(digest="b")), seen(a_container(digest="a")), history, at(5))
    assert str(plan) == ""


def test_running_instance_does_not_wait():
    """An instance that runs is not held back, whatever it failed at before."""
    history = failed(a_failure(is_refusal=True))
    assert not plan_host(a_host(an_instance()), seen(a_container()), history, at(1)).waiting


def test_paused_container_goes_on():
    """A container that somebody paused is let go on."""
    observed = seen(a_container(state=ContainerState.PAUSED))
    assert str(plan_host(a_host(an_instance()), observed, NO_HISTORY, NOON)) == "i-1 unpause: paused from outside"


def test_second_container_of_an_instance_is_removed():
    """Of two containers the one with the right digest stays, even when the other is newer."""
    right = a_container(digest="a", container_id="right", created_s=-100)
    wrong = a_container(digest="b", container_id="wrong", created_s=-10)
    plan = plan_host(a_host(an_instance(digest="a")), seen(right, wrong), NO_HISTORY, NOON)
    assert str(plan) == "i-1 stop: digest b -> a\ni-1 remove: digest b -> a"
    assert {action.container_id for action in plan.actions} == {"wrong"}


def test_of_two_equals_the_newest_stays():
    """Of two running containers with the right digest the newest stays."""
    old = a_container(container_id="old", created_s=-100)
    new = a_container(container_id="new", created_s=-10)
    plan = plan_host(a_host(an_instance()), seen(old, new), NO_HISTORY, NOON)
    assert str(plan).splitlines()[0] == "i-1 stop: second container of this instance"
    assert {action.container_id for action in plan.actions} == {"old"}


def test_container_on_its_way_out_is_waited_for():
    """A container that the engine is removing already is not touched again."""
    plan = plan_host(a_host(), seen(a_container(state=ContainerState.REMOVING)), NO_HISTORY, NOON)
    assert str(plan) == ""


def test_strangers_name_is_avoided():
    """When a stranger's container holds our name, ours gets another one."""
    plan = plan_host(a_host(an_instance()), seen(foreign=["dsfleet-demo-i-1-i1"]), NO_HISTORY, NOON)
    (action,) = plan.actions
    assert isinstance(action, CreateInstance)
    assert action.name == "dsfleet-demo-i-1-i1-2"


def test_name_of_a_container_on_its_way_out_is_avoided():
    """While the engine still removes the old container, the new one takes another name."""
    removing = replace(a_container(state=ContainerState.REMOVING), name="dsfleet-demo-i-1-i1")
    plan = plan_host(a_host(an_instance()), seen(removing), NO_HISTORY, NOON)
    assert [action.name for action in plan.actions if isinstance(action, CreateInstance)] == ["dsfleet-demo-i-1-i1-2"]


def test_replacement_keeps_its_name():
    """A container that is removed first does not force another name on the one that follows it."""
    old = replace(a_container(digest="a"), name="dsfleet-demo-i-1-i1")
    plan = plan_host(a_host(an_instance(digest="b")), seen(old), NO_HISTORY, NOON)
    assert [action.name for action in plan.actions if isinstance(action, CreateInstance)] == ["dsfleet-demo-i-1-i1"]


def test_instances_stand_side_by_side():
    """Each instance has its own turn, in the order of its id."""
    desired = a_host(an_instance("i-2"), an_instance("i-1", digest="b"))
    plan = plan_host(desired, seen(a_container("i-1", digest="a")), NO_HISTORY, NOON)
    assert [[type(action).__name__ for action in turn] for turn in plan.turns().values()] == [
        ["StopInstance", "RemoveInstance", "CreateInstance"],
        ["CreateInstance"],
    ]

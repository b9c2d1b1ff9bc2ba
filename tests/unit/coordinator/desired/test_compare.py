"""The plan in words."""

import pytest

from dsfleet.contracts.messages.configuration import DesiredInstance, Mode, Power
from dsfleet.coordinator.desired.compare import compare_instance
from tests.unit.coordinator.desired.builders import a_camera, a_version, derived

YARD, GATE, DOCK = a_camera("yard"), a_camera("gate"), a_camera("dock")
SENT = derived(YARD, GATE)


def said(sent: DesiredInstance | None, wanted: DesiredInstance | None) -> tuple[str, ...]:
    """Return the change's text, then its causes."""
    change = compare_instance(sent, wanted)
    assert change is not None
    return (change.text, *change.causes)


def test_equal_content_is_no_change() -> None:
    """What the host was told already is not planned again."""
    assert compare_instance(SENT, derived(YARD, GATE)) is None
    assert compare_instance(None, None) is None


@pytest.mark.parametrize(
    ("wanted", "text", "causes"),
    [
        (derived(YARD, GATE, DOCK), "demo-1 is recreated, 3 cameras blink", ["camera dock added"]),
        (derived(YARD), "demo-1 is recreated, 1 camera blinks", ["camera gate removed"]),
        (derived(GATE, YARD), "demo-1 is recreated, 2 cameras blink", ["camera order changed"]),
        (derived(YARD, GATE, mode=Mode.DEBUG), "demo-1 is recreated, 2 cameras blink", ["mode normal -> debug"]),
        (
            derived(YARD, GATE, version=a_version(version=2, image="i:2")),
            "demo-1 is recreated, 2 cameras blink",
            ["pipeline version 1 -> 2", "image dsfleet/simulator:dev -> i:2"],
        ),
        (derived(YARD, GATE, gpu="0"), "demo-1 is recreated, 2 cameras blink", ["gpu none -> 0"]),
        (derived(YARD, GATE, restart_number=1), "demo-1 is recreated, 2 cameras blink", ["restart asked for"]),
        (
            derived(a_camera("yard", uri="rtsp://192.0.2.7/y"), GATE),
            "demo-1 is recreated, 2 cameras blink",
            ["camera yard address changed"],
        ),
        (
            derived(a_camera("yard", username="joe", password="x"), GATE),
            "demo-1 is recreated, 2 cameras blink",
            ["camera yard login changed"],
        ),
        (derived(YARD, GATE, power=Power.OFF), "demo-1 is stopped, 2 cameras go dark", ["power on -> off"]),
        (
            derived(YARD, GATE, name="north"),
            "north goes on running: name demo-1 -> north",
            ["name demo-1 -> north"],
        ),
        (derived(YARD, GATE, retry_number=1), "demo-1 goes on running: retry asked for", ["retry asked for"]),
        (None, "demo-1 is removed, 2 cameras go dark", ["instance removed"]),
    ],
)
def test_each_change_is_told_with_its_cause(wanted: DesiredInstance | None, text: str, causes: list[str]) -> None:
    """Whatever differs from what was sent is said in one line, with why."""
    assert said(SENT, wanted) == (text, *causes)


def test_new_and_switched_on_instances_say_how_many_cameras_they_bring() -> None:
    """Creating and starting name the cameras; an instance added switched off says so."""
    assert said(None, SENT) == ("demo-1 is created with 2 cameras", "instance added")
    off = derived(YARD, GATE, power=Power.OFF)
    assert said(off, SENT) == ("demo-1 is started with 2 cameras", "power off -> on")
    assert said(None, off)[0] == "demo-1 is added, switched off"


def test_only_cameras_that_differ_themselves_are_marked() -> None:
    """A camera is pending for its own sake: not because its neighbour moved."""
    change = compare_instance(SENT, derived(YARD, a_camera("gate", expected_fps=10.0), DOCK))
    assert change is not None
    assert change.camera_ids == {"gate", "dock"}
    mode = compare_instance(SENT, derived(YARD, GATE, mode=Mode.DEBUG))
    assert mode is not None
    assert mode.camera_ids == frozenset()


def test_login_stands_in_no_cause() -> None:
    """A changed login is told without either login."""
    change = compare_instance(
        derived(a_camera("a", username="u", password="old-pw")), derived(a_camera("a", username="u", password="new-pw"))
    )
    assert change is not None
    assert "pw" not in str(change)

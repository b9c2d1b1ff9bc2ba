"""What a report changes, who is heard of, who speaks twice."""

from datetime import datetime, timedelta

import pytest

from dsfleet.contracts.messages.status import CameraState, InstanceState, ReportedCamera, ReportedInstance
from dsfleet.coordinator.reported.model import Hearing, Lagging, Link, StoredCamera, StoredHost, StoredInstance
from dsfleet.coordinator.reported.rules import (
    camera_changed,
    clone_cause,
    difference,
    instance_changed,
    is_clone,
    is_newer,
    link_of,
    note_lagging,
)
from tests.unit.coordinator.reported.builders import NOON, OTHER_DIGEST, a_camera, a_report, an_instance

LONG_AGO = NOON - timedelta(hours=1)
MINUTE_LATER = NOON + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("last_seen", "listening_since", "link"),
    [
        (None, LONG_AGO, Link.NEVER),
        (NOON, LONG_AGO, Link.LIVE),
        (NOON - timedelta(seconds=90), LONG_AGO, Link.LIVE),
        (NOON - timedelta(seconds=91), LONG_AGO, Link.STALE),
        (NOON - timedelta(seconds=151), LONG_AGO, Link.OFFLINE),
        (NOON - timedelta(days=1), NOON - timedelta(seconds=10), Link.STALE),
        (NOON - timedelta(days=1), None, Link.STALE),
    ],
)
def test_link_follows_silence(last_seen: datetime | None, listening_since: datetime | None, link: Link) -> None:
    """A host is live for 90 s and offline after 150 s, but never by a coordinator that could not hear it."""
    assert link_of(last_seen, Hearing(NOON, listening_since)) is link


@pytest.mark.parametrize(
    ("order", "known", "newer"),
    [
        ((1, 1), None, True),
        ((1, 2), (1, 1), True),
        ((2, 1), (1, 9), True),
        ((1, 1), (1, 1), False),
        ((1, 9), (2, 1), False),
    ],
)
def test_only_a_later_order_pair_is_newer(order: tuple[int, int], known: tuple[int, int] | None, newer: bool) -> None:
    """A repeated or older report is not newer; a new start outranks every sequence of the old one."""
    assert is_newer(order, known) is newer


def seen(camera: ReportedCamera, instance_id: str = "i-1") -> StoredCamera:
    return StoredCamera(instance_id, camera, NOON)


@pytest.mark.parametrize(
    ("stored", "report", "changed"),
    [
        (None, a_camera(), True),
        (seen(a_camera()), a_camera(), False),
        (seen(a_camera()), a_camera(fps=10.15, last_frame_age_s=4.0), False),
        (seen(a_camera()), a_camera(fps=9.0), True),
        (seen(a_camera()), a_camera(fps=None), True),
        (seen(a_camera()), a_camera(state=CameraState.LOW_FPS), True),
        (seen(a_camera()), a_camera(reconnects=1), True),
        (seen(a_camera(), "i-2"), a_camera(), True),
        (seen(a_camera()), a_camera(last_frame_age_s=50.0), True),
        (seen(a_camera(last_frame_age_s=50.0)), a_camera(last_frame_age_s=110.0), False),
        (seen(a_camera(last_frame_age_s=50.0)), a_camera(last_frame_age_s=20.0), True),
        (seen(a_camera(last_frame_age_s=None)), a_camera(), True),
    ],
)
def test_camera_row_is_written_when_it_says_something_new(
    stored: StoredCamera | None, report: ReportedCamera, changed: bool
) -> None:
    """Another state, instance, reconnect, rate or last frame makes a new row; ageing does not."""
    assert camera_changed(stored, "i-1", report, MINUTE_LATER) is changed


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (an_instance(), an_instance(state_age_s=90.0), False),
        (an_instance(), an_instance(cameras=[a_camera(fps=3.0)]), False),
        (an_instance(), an_instance(state=InstanceState.DEGRADED), True),
        (an_instance(), an_instance(cause="another"), True),
        (an_instance(), an_instance(observed_digest=OTHER_DIGEST), True),
        (an_instance(), an_instance(restarts=1), True),
        (an_instance(next_try_in_s=70.0), an_instance(next_try_in_s=10.0), False),
        (an_instance(next_try_in_s=70.0), an_instance(next_try_in_s=70.0), True),
        (an_instance(), an_instance(next_try_in_s=10.0), True),
    ],
)
def test_instance_row_is_written_when_it_says_something_new(
    old: ReportedInstance, new: ReportedInstance, changed: bool
) -> None:
    """Facts make a new row; ages that only went on, and figures of cameras, do not."""
    assert instance_changed(StoredInstance(old, NOON), new, MINUTE_LATER) is changed


def test_what_a_report_leaves_out_is_removed() -> None:
    """Instances and cameras that the newest whole state does not name are gone."""
    stored = StoredHost((1, 1), {"i-9": StoredInstance(an_instance("i-9"), NOON)}, {"c-9": seen(a_camera("c-9"))})
    changes = difference(stored, a_report(an_instance()), NOON)
    assert [each.instance_id for each in changes.instances_to_store] == ["i-1"]
    assert [camera.camera_id for _, camera in changes.cameras_to_store] == ["c-1"]
    assert changes.instance_ids_to_remove == ("i-9",)
    assert changes.camera_ids_to_remove == ("c-9",)


def after(*steps: tuple[tuple[int, int], tuple[int, int]]) -> Lagging:
    lagging = note_lagging(None, *steps[0])
    for order, leading in steps[1:]:
        lagging = note_lagging(lagging, order, leading)
    return lagging


def test_alternating_start_numbers_are_a_clone() -> None:
    """Two speakers that advance in turn are two hosts under one id, and the cause names both start numbers."""
    lagging = after(((7, 50), (9, 1)), ((7, 51), (9, 2)), ((7, 52), (9, 3)))
    assert is_clone(lagging)
    assert "start numbers 7 and 9" in clone_cause(lagging)


@pytest.mark.parametrize(
    "steps",
    [
        [((7, 48), (9, 1)), ((7, 49), (9, 1)), ((7, 50), (9, 1))],
        [((7, 48), (7, 50)), ((7, 48), (7, 60)), ((7, 49), (7, 60)), ((7, 40), (7, 70))],
        [((7, 50), (9, 1))],
    ],
)
def test_redelivered_stretches_are_no_clone(steps: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """However often a stretch of messages is delivered again, nobody is held for it."""
    assert not is_clone(after(*steps))

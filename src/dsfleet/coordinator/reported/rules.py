"""How reports are judged: which is newer, what changed, whether a host is heard of, who speaks twice; pure."""

from datetime import datetime, timedelta

from dsfleet.contracts.messages.base import Order
from dsfleet.contracts.messages.status import ReportedCamera, ReportedHost, ReportedInstance
from dsfleet.coordinator.reported.model import (
    Difference,
    Hearing,
    Lagging,
    Link,
    StoredCamera,
    StoredHost,
    StoredInstance,
)

LIVE_FOR = timedelta(seconds=90)
"""Agents speak every 60 s at rest: one late report is no alarm."""
STALE_FOR = timedelta(seconds=150)
FRESH_S = 10.0
"""A frame younger than this counts as "just now": rates are measured every 5 s."""
MOMENT_TOLERANCE_S = 2.0
FPS_TOLERANCE = 0.02
FPS_TOLERANCE_LEAST = 0.05
ALTERNATIONS_OF_A_CLONE = 2


def link_of(last_seen: datetime | None, hearing: Hearing) -> Link:
    """Return whether the agent is heard of.

    While the coordinator cannot hear anybody, or could not until just now, silence proves nothing: at worst `stale`.
    """
    if last_seen is None:
        return Link.NEVER
    silence = hearing.now - last_seen
    if silence <= LIVE_FOR:
        return Link.LIVE
    listened = hearing.since is not None and hearing.now - hearing.since > STALE_FOR
    return Link.OFFLINE if silence > STALE_FOR and listened else Link.STALE


def is_newer(order: Order, known: Order | None) -> bool:
    """Return whether the message says more than what is known; a repeated one does not."""
    return known is None or order > known


def note_lagging(previous: Lagging | None, order: Order, leading: Order) -> Lagging:
    """Return what is known of messages behind the newest one, now that `order` came behind `leading`.

    A redelivered stretch repeats what was seen and is behind all of it; only two speakers advance in turn.
    """
    if previous is None:
        return Lagging(order, leading, 0)
    both_advanced = order > previous.order and leading > previous.leading
    return Lagging(max(order, previous.order), leading, previous.alternations + both_advanced)


def is_clone(lagging: Lagging) -> bool:
    """Return whether two agents speak under one id: a copied disk."""
    return lagging.alternations >= ALTERNATIONS_OF_A_CLONE


def clone_cause(lagging: Lagging) -> str:
    """Return what a person is told about two speakers under one id."""
    return (
        f"Two hosts speak under this id (start numbers {lagging.order[0]} and {lagging.leading[0]}): a copied disk? "
        "Both are held. Remove the state folder on one of them, then admit this host again."
    )


def difference(stored: StoredHost, report: ReportedHost, now: datetime) -> Difference:
    """Return what the report changes in the record; figures within their tolerance change nothing."""
    cameras_by_id = {
        camera.camera_id: (instance.instance_id, camera) for instance in report.instances for camera in instance.cameras
    }
    instance_ids = {instance.instance_id for instance in report.instances}
    return Difference(
        instances_to_store=tuple(
            instance
            for instance in report.instances
            if instance_changed(stored.instances_by_id.get(instance.instance_id), instance, now)
        ),
        instance_ids_to_remove=tuple(id_ for id_ in stored.instances_by_id if id_ not in instance_ids),
        cameras_to_store=tuple(
            (instance_id, camera)
            for camera_id, (instance_id, camera) in cameras_by_id.items()
            if camera_changed(stored.cameras_by_id.get(camera_id), instance_id, camera, now)
        ),
        camera_ids_to_remove=tuple(id_ for id_ in stored.cameras_by_id if id_ not in cameras_by_id),
    )


def instance_changed(stored: StoredInstance | None, report: ReportedInstance, now: datetime) -> bool:
    """Return whether the instance's row must be written; its cameras have rows of their own."""
    if stored is None or _facts(stored.report) != _facts(report):
        return True
    ahead, ahead_now = stored.report.next_try_in_s, report.next_try_in_s
    if ahead is None or ahead_now is None:
        return ahead is not ahead_now
    passed_s = (now - stored.received_at).total_seconds()
    return abs(ahead - passed_s - ahead_now) > MOMENT_TOLERANCE_S


def camera_changed(stored: StoredCamera | None, instance_id: str, report: ReportedCamera, now: datetime) -> bool:
    """Return whether the camera's row must be written."""
    if stored is None or stored.instance_id != instance_id:
        return True
    old = stored.report
    if old.state is not report.state or old.reconnects != report.reconnects:
        return True
    if figure_differs(old.fps, report.fps) or figure_differs(old.average_fps, report.average_fps):
        return True
    age_then_s, age_now_s = old.last_frame_age_s, report.last_frame_age_s
    if age_then_s is None or age_now_s is None:
        return age_then_s is not age_now_s
    if age_then_s <= FRESH_S and age_now_s <= FRESH_S:
        return False
    expected_s = frame_age_later(age_then_s, (now - stored.received_at).total_seconds())
    return abs(expected_s - age_now_s) > MOMENT_TOLERANCE_S


def frame_age_later(age_s: float, passed_s: float) -> float:
    """Return the age of the last frame as of a report that changed nothing, `passed_s` after the stored one.

    A fresh one was followed by other fresh ones and is as fresh; an old one is the same frame and has aged.
    """
    return age_s if age_s <= FRESH_S else age_s + passed_s


def figure_differs(old: float | None, new: float | None) -> bool:
    """Return whether a rate changed by more than its tolerance: 2 percent, at least 0.05."""
    if old == new:
        return False
    if old is None or new is None:
        return True
    return abs(old - new) > max(FPS_TOLERANCE_LEAST, FPS_TOLERANCE * abs(old))


def _facts(instance: ReportedInstance) -> tuple[object, ...]:
    return (
        instance.state,
        instance.cause,
        instance.observed_digest,
        instance.observed_revision,
        instance.container_id,
        instance.image_id,
        instance.started_at,
        instance.restarts,
        instance.exit_code,
        instance.last_problem,
    )

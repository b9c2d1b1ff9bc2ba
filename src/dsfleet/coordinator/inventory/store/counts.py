"""How many of each by state."""

from sqlalchemy import func, select

from dsfleet.coordinator.inventory.model import StateCounts
from dsfleet.coordinator.inventory.store.cameras import REPORT_OF_CAMERA, camera_state
from dsfleet.coordinator.inventory.store.instances import instance_state
from dsfleet.coordinator.storage.database import Connection
from dsfleet.coordinator.storage.tables import (
    AGENTS,
    CAMERAS,
    INSTANCES,
    REPORTED_CAMERAS,
    REPORTED_INSTANCES,
    SENT_INSTANCES,
)


def count_by_state(connection: Connection) -> StateCounts:
    """Return the numbers of cameras and instances by shown state, and of agents by admission."""
    camera = camera_state().label("shown")
    cameras = select(camera, func.count()).select_from(CAMERAS).outerjoin(REPORTED_CAMERAS, REPORT_OF_CAMERA)
    instance = instance_state().label("shown")
    instances = (
        select(instance, func.count())
        .select_from(INSTANCES)
        .outerjoin(SENT_INSTANCES, SENT_INSTANCES.c.instance_id == INSTANCES.c.id)
        .outerjoin(REPORTED_INSTANCES, REPORTED_INSTANCES.c.instance_id == INSTANCES.c.id)
    )
    agents = select(AGENTS.c.admission, func.count())
    return StateCounts(
        cameras=dict(connection.execute(cameras.group_by("shown")).all()),
        instances=dict(connection.execute(instances.group_by("shown")).all()),
        agents=dict(connection.execute(agents.group_by(AGENTS.c.admission)).all()),
    )

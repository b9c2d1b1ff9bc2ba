"""May an instance carry these cameras: by its pipeline version, by its host, and is the host open to more."""

from collections.abc import Collection

from dsfleet.coordinator.inventory.model import InstanceRow
from dsfleet.coordinator.inventory.store.agents import read_agent
from dsfleet.coordinator.inventory.store.cameras import (
    count_cameras_elsewhere_on_agent,
    count_cameras_on_agent,
    read_assigned_cameras,
)
from dsfleet.coordinator.operations.lookups import found
from dsfleet.coordinator.pipelines.store import read_version
from dsfleet.coordinator.placement.model import Verdict
from dsfleet.coordinator.placement.rules import Load, all_of, host_carries, host_takes_new, instance_carries
from dsfleet.coordinator.storage.database import Connection


def may_carry(
    connection: Connection, instance: InstanceRow, cameras: int, field: str, joining: Collection[str] = ()
) -> Verdict:
    """Return whether the instance may go from the cameras it has in the draft to this many.

    `instance` is as it will be (its pipeline version counts). joining: ids of those it will have; the ones that come
    from another instance of the same host burden that host no more than before. Fewer or as many burden no host.
    """
    stored = read_version(connection, instance.pipeline_id, instance.pipeline_version)
    version = found("pipeline", instance.pipeline_id, stored)
    of_instance = instance_carries(Load(instance.name, cameras, version.cameras), field)
    now = len(read_assigned_cameras(connection, [instance.id]).get(instance.id, ()))
    new_to_host = cameras - now - count_cameras_elsewhere_on_agent(connection, instance.agent_id, instance.id, joining)
    if new_to_host <= 0:
        return of_instance
    agent = found("agent", instance.agent_id, read_agent(connection, instance.agent_id))
    on_host = count_cameras_on_agent(connection, agent.id) + new_to_host
    of_host = host_carries(Load(agent.name, on_host, agent.capacity_cameras), field)
    return all_of(of_instance, of_host, host_takes_new(field, agent.name, agent.admission, agent.cordoned))


def may_take_one_more(connection: Connection, instance: InstanceRow, joining: Collection[str] = ()) -> Verdict:
    """Return whether one more camera may be assigned to the instance; joining: its id, where it exists already."""
    assigned = len(read_assigned_cameras(connection, [instance.id]).get(instance.id, ()))
    return may_carry(connection, instance, assigned + 1, "instance_id", joining)

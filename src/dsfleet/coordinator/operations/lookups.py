"""What an operation is about, or a NotFoundError that names it."""

from typing import TypeVar

from dsfleet.contracts.problems import InputError, NotFoundError, Problem
from dsfleet.coordinator.inventory.model import AgentRow, CameraRow, InstanceRow
from dsfleet.coordinator.inventory.store.agents import read_agent
from dsfleet.coordinator.inventory.store.cameras import read_camera
from dsfleet.coordinator.inventory.store.instances import read_instance
from dsfleet.coordinator.pipelines.model import PipelineRow
from dsfleet.coordinator.pipelines.store import read_pipeline
from dsfleet.coordinator.placement.model import Refused, Verdict
from dsfleet.coordinator.storage.database import Connection

Row = TypeVar("Row")


def found(kind: str, id_: str, row: Row | None) -> Row:
    """Return the row; raises NotFoundError `KIND-not-found` where there is none."""
    if row is None:
        raise NotFoundError(
            Problem(
                code=f"{kind}-not-found",
                message=f"No {kind} has the id '{id_}'.",
                field=f"{kind}_id",
                value=id_,
                mend="It may have been removed: look at the list.",
            )
        )
    return row


def found_camera(connection: Connection, camera_id: str) -> CameraRow:
    """Return the camera; raises NotFoundError."""
    return found("camera", camera_id, read_camera(connection, camera_id))


def found_instance(connection: Connection, instance_id: str) -> InstanceRow:
    """Return the instance; raises NotFoundError."""
    return found("instance", instance_id, read_instance(connection, instance_id))


def found_agent(connection: Connection, agent_id: str) -> AgentRow:
    """Return the agent; raises NotFoundError."""
    return found("agent", agent_id, read_agent(connection, agent_id))


def found_pipeline(connection: Connection, pipeline_id: str) -> PipelineRow:
    """Return the pipeline; raises NotFoundError."""
    return found("pipeline", pipeline_id, read_pipeline(connection, pipeline_id))


def require_input(verdict: Verdict) -> None:
    """Go on when accepted; raises InputError with every reason: what was sent is itself at fault."""
    if isinstance(verdict, Refused):
        raise InputError(*verdict.reasons)

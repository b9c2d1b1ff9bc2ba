"""Drafts for tests of what hosts are told: every field has a default."""

from dataclasses import replace
from typing import Any

from dsfleet.contracts.messages.configuration import DesiredInstance, Mode, PortPurpose, Power
from dsfleet.coordinator.desired.model import DraftCamera, DraftInstance
from dsfleet.coordinator.desired.rules import derive_instance
from dsfleet.coordinator.inventory.model import InstanceRow, PortRow
from dsfleet.coordinator.pipelines.model import DEFAULT_COMMAND, VersionRow
from dsfleet.deepstream.schema import load_schema
from tests.unit.coordinator.reported.builders import AGENT, NOON


def a_camera(name: str = "yard", **fields: Any) -> DraftCamera:
    """Return a camera without login whose id is its name."""
    return replace(DraftCamera(name, name, f"rtsp://192.0.2.1/{name}", None, None, None), **fields)


def a_row(**fields: Any) -> InstanceRow:
    """Return an instance that runs in normal mode."""
    row = InstanceRow(
        id="i-1",
        name="demo-1",
        agent_id=AGENT,
        pipeline_id="p-1",
        pipeline_version=1,
        mode=Mode.NORMAL,
        debug_until=None,
        power=Power.ON,
        gpu=None,
        restart_number=0,
        retry_number=0,
        created_at=NOON,
        updated_at=NOON,
    )
    return replace(row, **fields)


def a_version(**fields: Any) -> VersionRow:
    """Return the first version of a pipeline for eight cameras."""
    version = VersionRow(
        pipeline_id="p-1",
        version=1,
        image="dsfleet/simulator:dev",
        command=DEFAULT_COMMAND,
        cameras=8,
        width=1280,
        height=720,
        frame_counting="perf-lines",
        live_sources=False,
        created_at=NOON,
    )
    return replace(version, **fields)


def a_draft(*cameras: DraftCamera, version: VersionRow | None = None, **fields: Any) -> DraftInstance:
    """Return an instance with these cameras, two by default; `fields` are the instance's own."""
    ports = (PortRow(AGENT, 18600, "i-1", PortPurpose.RTSP), PortRow(AGENT, 18601, "i-1", PortPurpose.UDP))
    return DraftInstance(
        row=a_row(**fields),
        version=version or a_version(),
        cameras=cameras or (a_camera("yard"), a_camera("gate")),
        ports=ports,
    )


def derived(*cameras: DraftCamera, version: VersionRow | None = None, **fields: Any) -> DesiredInstance:
    """Return what the host is told of such a draft."""
    return derive_instance(a_draft(*cameras, version=version, **fields), load_schema())

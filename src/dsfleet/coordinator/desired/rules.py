"""From the draft to what a container is made of; pure.

File and command follow DeepStream's own reference application: `deepstream-app -c FILE` (DeepStream 9.1 documentation,
"DeepStream Reference Application").
"""

from dsfleet.contracts.identifiers import CameraId, Digest, InstanceId, PipelineId
from dsfleet.contracts.messages.configuration import (
    ConfigurationFile,
    DesiredCamera,
    DesiredInstance,
    FrameCounting,
    InstancePort,
    Mode,
    PortPurpose,
    Power,
    instance_digest,
)
from dsfleet.coordinator.desired.model import DraftCamera, DraftInstance
from dsfleet.coordinator.inventory.model import PortRow
from dsfleet.deepstream.application import Application, DebugOutput, FileSource, RtspSource, Source, render_application
from dsfleet.deepstream.model import Schema
from dsfleet.deepstream.uri import with_login

APPLICATION_FILE = "/config/app.txt"
NORMAL_INTERVAL_S = 5
DEBUG_INTERVAL_S = 1
USUAL_FPS = 25.0
"""What the mux waits for where nobody said how fast the cameras are."""


def derive_instance(draft: DraftInstance, schema: Schema) -> DesiredInstance:
    """Return the instance as its host should run it, with its digest.

    An instance without enabled cameras has nothing to run: it is off and has no files. Ports are named while something
    listens on them, in debug mode. Raises ConfigurationValueError for a value that the schema does not allow.
    """
    row, version = draft.row, draft.version
    is_debug = row.mode is Mode.DEBUG
    instance = DesiredInstance(
        instance_id=InstanceId(row.id),
        name=row.name,
        pipeline_id=PipelineId(row.pipeline_id),
        pipeline_version=version.version,
        mode=row.mode,
        power=row.power if draft.cameras else Power.OFF,
        image=version.image,
        command=version.command,
        files=_files(draft, schema),
        digest=Digest(""),
        cameras=tuple(_camera(index, camera) for index, camera in enumerate(draft.cameras)),
        ports=tuple(InstancePort(purpose=port.purpose, port=port.port) for port in draft.ports if is_debug),
        gpu=row.gpu,
        frame_counting=FrameCounting(version.frame_counting),
        perf_interval_s=DEBUG_INTERVAL_S if is_debug else NORMAL_INTERVAL_S,
        restart_number=row.restart_number,
        retry_number=row.retry_number,
    )
    return with_digest(instance)


def with_digest(instance: DesiredInstance) -> DesiredInstance:
    """Return the instance with the digest of its content."""
    values = {name: getattr(instance, name) for name in instance.__struct_fields__}
    return DesiredInstance(**{**values, "digest": instance_digest(instance)})


def with_counters(instance: DesiredInstance, restart_number: int, retry_number: int) -> DesiredInstance:
    """Return the instance with these counters and the digest that goes with them."""
    values = {name: getattr(instance, name) for name in instance.__struct_fields__}
    return with_digest(DesiredInstance(**{**values, "restart_number": restart_number, "retry_number": retry_number}))


def application_of(draft: DraftInstance) -> Application:
    """Return the deepstream-app configuration as values."""
    version = draft.version
    rates = [camera.expected_fps for camera in draft.cameras if camera.expected_fps is not None]
    return Application(
        sources=tuple(source_of(camera) for camera in draft.cameras),
        debug=_debug(draft) if draft.row.mode is Mode.DEBUG else None,
        width=version.width,
        height=version.height,
        fps=max(rates, default=USUAL_FPS),
        perf_interval_s=NORMAL_INTERVAL_S,
        repeat_files=any(camera.uri.lower().startswith("file:") for camera in draft.cameras),
    )


def source_of(camera: DraftCamera) -> Source:
    """Return the source that the application opens for the camera."""
    if camera.uri.lower().startswith("file:"):
        return FileSource(uri=camera.uri)
    return RtspSource(uri=with_login(camera.uri, camera.username, camera.password))


def _files(draft: DraftInstance, schema: Schema) -> tuple[ConfigurationFile, ...]:
    if not draft.cameras:
        return ()
    content = render_application(application_of(draft), schema, APPLICATION_FILE)
    return (ConfigurationFile(path=APPLICATION_FILE, content=content),)


def _camera(index: int, camera: DraftCamera) -> DesiredCamera:
    return DesiredCamera(
        camera_id=CameraId(camera.id), name=camera.name, source_index=index, expected_fps=camera.expected_fps
    )


def _debug(draft: DraftInstance) -> DebugOutput:
    return DebugOutput(
        rtsp_port=_port(draft.ports, PortPurpose.RTSP),
        udp_port=_port(draft.ports, PortPurpose.UDP),
        width=draft.version.width,
        height=draft.version.height,
        perf_interval_s=DEBUG_INTERVAL_S,
    )


def _port(ports: tuple[PortRow, ...], purpose: PortPurpose) -> int:
    return next(port.port for port in ports if port.purpose is purpose)

"""What an instance and its cameras do, judged by frames: pure, over what the application's output said so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dsfleet.agent.model import Cause
from dsfleet.contracts.identifiers import CameraId
from dsfleet.contracts.messages.configuration import DesiredCamera, FrameCounting
from dsfleet.contracts.messages.status import CameraState, InstanceState, ReportedCamera

LOW_FPS_SHARE = 0.9
WARM_UP_BLOCKS = 2
"""The first two measurements after a start are too low (runtime.md section 6): no "low" is judged from them."""
SILENT_INTERVALS = 3.0
SLACK_S = 1.0
"""Added to three intervals before silence is judged, for a busy host."""


@dataclass(frozen=True, slots=True)
class SeenSource:
    """One source as measured so far; rates in frames per second.

    fps: in the last interval. has_frames: whether any came in the last five seconds' intervals, None before the first.
    settled_fps: mean over the last intervals (at least two) while each, and the one before, had frames, else None:
    the short interval after a return is not "low". last_frame_age_s: since a measurement that had frames; None when
    none ever had. is_reconnecting: a try to reconnect came after the last frames.
    """

    fps: float | None = None
    has_frames: bool | None = None
    settled_fps: float | None = None
    average_fps: float | None = None
    last_frame_age_s: float | None = None
    reconnects: int = 0
    is_reconnecting: bool = False
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class SeenOutput:
    """What one run of an application has said. sources: by source index, or by camera id where lines name it.

    blocks: measurements so far. silent_s: seconds since the last one, or since the start when there was none.
    """

    is_pipeline_running: bool = False
    is_building_engine: bool = False
    blocks: int = 0
    silent_s: float = 0.0
    sources: Mapping[int | str, SeenSource] = field(default_factory=dict)
    last_error: str = ""


NOTHING_SAID = SeenOutput()


@dataclass(frozen=True, slots=True)
class Health:
    """A judgement: the instance's state, why, and its cameras in the order desired."""

    state: InstanceState
    cause: Cause
    cameras: tuple[ReportedCamera, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is known of an instance beforehand: its cameras and how, and how often, it tells its rates."""

    cameras: tuple[DesiredCamera, ...]
    frame_counting: FrameCounting
    perf_interval_s: float


def silent_after_s(perf_interval_s: float) -> float:
    """Return after how many seconds without a measurement an instance is silent."""
    return SILENT_INTERVALS * perf_interval_s + SLACK_S


def judge(expected: Expectation, output: SeenOutput) -> Health:
    """Return what an instance with a running container does. Never `running` without a measurement that shows it."""
    if expected.frame_counting is not FrameCounting.PERF_LINES:
        return _judge_uncounted(expected, output)
    if not expected.cameras and output.is_pipeline_running:
        return Health(InstanceState.RUNNING, Cause("running without cameras"), ())
    is_silent = output.silent_s > silent_after_s(expected.perf_interval_s)
    has_started = output.is_pipeline_running or output.blocks > 0
    cameras = tuple(_judge_camera(camera, output, is_silent) for camera in expected.cameras)
    if not has_started or (output.blocks == 0 and not is_silent):
        return Health(*_before_measurement(output), cameras)
    if is_silent:
        return Health(InstanceState.NO_FRAMES, Cause("no measurement for three intervals"), cameras)
    return Health(*_by_frames(expected.cameras, cameras, output), cameras)


def unknown_cameras(cameras: tuple[DesiredCamera, ...]) -> tuple[ReportedCamera, ...]:
    """Return every camera as `unknown`: nothing measures them just now."""
    return tuple(ReportedCamera(camera_id=camera.camera_id, state=CameraState.UNKNOWN) for camera in cameras)


def _judge_uncounted(expected: Expectation, output: SeenOutput) -> Health:
    cameras = unknown_cameras(expected.cameras)
    if output.is_building_engine:
        return Health(InstanceState.BUILDING_ENGINE, Cause("building a TensorRT engine"), cameras)
    return Health(InstanceState.RUNNING, Cause("running, frames unknown"), cameras)


def _before_measurement(output: SeenOutput) -> tuple[InstanceState, Cause]:
    if output.is_building_engine:
        return InstanceState.BUILDING_ENGINE, Cause("building a TensorRT engine")
    if output.is_pipeline_running:
        return InstanceState.STARTING, Cause("the pipeline runs, nothing is measured yet")
    return InstanceState.STARTING, Cause("waiting for the pipeline to run")


def _by_frames(
    desired: tuple[DesiredCamera, ...], cameras: tuple[ReportedCamera, ...], output: SeenOutput
) -> tuple[InstanceState, Cause]:
    without = [
        camera.name
        for camera, seen in zip(desired, cameras, strict=True)
        if seen.state not in (CameraState.LIVE, CameraState.LOW_FPS)
    ]
    if not without:
        return InstanceState.RUNNING, Cause("frames from every camera")
    if output.blocks < WARM_UP_BLOCKS:
        return InstanceState.STARTING, Cause("waiting for frames from every camera")
    if len(without) == len(desired):
        return InstanceState.NO_FRAMES, Cause("no frames from any camera")
    return InstanceState.DEGRADED, Cause(f"no frames from {', '.join(without)}")


def _judge_camera(camera: DesiredCamera, output: SeenOutput, is_silent: bool) -> ReportedCamera:
    source = output.sources.get(camera.source_index) or output.sources.get(str(camera.camera_id)) or SeenSource()
    return ReportedCamera(
        camera_id=CameraId(camera.camera_id),
        state=_camera_state(camera, source, output, is_silent),
        fps=None if is_silent else source.fps,
        average_fps=source.average_fps,
        last_frame_age_s=source.last_frame_age_s,
        reconnects=source.reconnects,
    )


def _camera_state(camera: DesiredCamera, source: SeenSource, output: SeenOutput, is_silent: bool) -> CameraState:
    if source.is_lost:
        return CameraState.NO_FRAMES
    if source.is_reconnecting:
        return CameraState.RECONNECTING
    if is_silent or source.has_frames is None:
        return CameraState.UNKNOWN
    if not source.has_frames:
        return CameraState.NO_FRAMES if output.blocks >= WARM_UP_BLOCKS else CameraState.UNKNOWN
    if camera.expected_fps is None or source.settled_fps is None or output.blocks <= WARM_UP_BLOCKS:
        return CameraState.LIVE
    return CameraState.LOW_FPS if source.settled_fps < LOW_FPS_SHARE * camera.expected_fps else CameraState.LIVE

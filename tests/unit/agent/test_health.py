"""An instance and its cameras are judged by frames, from the lines of its application."""

import pytest

from dsfleet.agent.health import NOTHING_SAID, Expectation, Health, SeenOutput, judge
from dsfleet.agent.output import RunOutput
from dsfleet.contracts.messages.configuration import FrameCounting
from dsfleet.contracts.messages.status import CameraState, InstanceState
from tests.unit.agent.builders import a_camera

RUNNING_MARK = "** INFO: <bus_callback:291>: Pipeline running"


def expecting(cameras: int = 2, expected_fps: float | None = 10.0, interval_s: float = 5.0) -> Expectation:
    return Expectation(
        tuple(a_camera(index, expected_fps) for index in range(cameras)), FrameCounting.PERF_LINES, interval_s
    )


def perf(*rates: float) -> str:
    return "**PERF:  " + "".join(f"{rate:.2f} ({rate:.2f})\t" for rate in rates)


def after(*lines: str, interval_s: float = 5.0, then_silent_s: float = 0.0) -> SeenOutput:
    """Return what is known after lines that came one interval apart."""
    output, now_s = RunOutput(interval_s, 0.0), 0.0
    for line in lines:
        now_s += interval_s
        output.take(line, now_s)
    return output.seen(now_s + then_silent_s)


def states(health: Health) -> list[str]:
    return [health.state.value, *(camera.state.value for camera in health.cameras)]


def test_process_alone_is_not_running():
    """A container that has said nothing is starting, its cameras unknown."""
    assert states(judge(expecting(), NOTHING_SAID)) == ["starting", "unknown", "unknown"]


def test_running_pipeline_without_measurement_is_starting():
    """The pipeline's start mark alone does not make an instance running."""
    assert judge(expecting(), after(RUNNING_MARK)).state is InstanceState.STARTING


def test_frames_from_every_camera_make_it_running():
    """Only frames of every expected camera make an instance running."""
    assert states(judge(expecting(), after(RUNNING_MARK, perf(10, 10)))) == ["running", "live", "live"]


def test_first_measurements_are_never_low():
    """The first two measurements are warm-up: low rates in them mean nothing."""
    assert states(judge(expecting(), after(perf(4, 5), perf(8, 8)))) == ["running", "live", "live"]


def test_low_rate_is_said():
    """A rate below nine tenths of the expected one is low; exactly nine tenths is not."""
    health = judge(expecting(), after(*[perf(9.0, 8.9)] * 3))
    assert states(health) == ["running", "live", "low-fps"]


def test_rate_is_never_low_where_nobody_said_what_to_expect():
    """Without an expected rate any rate is live."""
    assert states(judge(expecting(1, expected_fps=None), after(*[perf(0.5)] * 4))) == ["running", "live"]


def test_camera_without_frames_degrades():
    """One camera without frames degrades the instance, and the cause names it."""
    health = judge(expecting(), after(perf(10, 10), perf(10, 10), perf(10, 0)))
    assert states(health) == ["degraded", "live", "no-frames"]
    assert health.cause == "no frames from camera 1"


def test_no_camera_with_frames():
    """An instance whose cameras all lack frames has none, whatever its process does."""
    assert states(judge(expecting(), after(perf(10, 10), perf(0, 0)))) == ["no-frames", "no-frames", "no-frames"]


def test_missing_first_frames_are_waited_for():
    """A zero in the very first measurement is still a start."""
    assert states(judge(expecting(), after(RUNNING_MARK, perf(10, 0)))) == ["starting", "live", "unknown"]


def test_reconnecting_camera_is_told_apart():
    """A camera that the application tries to reach again is reconnecting, and the tries are counted."""
    reset = "** INFO: <reset_source_pipeline:123>: Resetting source 1"
    health = judge(expecting(), after(perf(10, 10), perf(10, 10), perf(10, 0), reset, reset, perf(10, 0)))
    assert states(health) == ["degraded", "live", "reconnecting"]
    assert health.cameras[1].reconnects == 2


def test_returned_camera_is_live():
    """A short first interval after a return is live, not low, and so is the next one."""
    reset = "** INFO: <reset_source_pipeline:123>: Resetting source 0"
    returned = [*[perf(10)] * 3, perf(0), reset, perf(3)]
    for lines in (returned, [*returned, perf(10)], [*returned, perf(10), perf(10)]):
        assert states(judge(expecting(1), after(*lines))) == ["running", "live"]


@pytest.mark.parametrize(("silent_s", "expected"), [(15.0, "running"), (16.1, "no-frames")])
def test_silence_is_not_running(silent_s: float, expected: str):
    """Without a measurement for three intervals an instance is never running."""
    output = after(*[perf(10, 10)] * 3, then_silent_s=silent_s)
    assert judge(expecting(), output).state.value == expected


def test_silent_application_has_no_rate():
    """A rate measured before the silence is not told as if it were now; its age is."""
    (camera, _) = judge(expecting(), after(*[perf(10, 10)] * 3, then_silent_s=60)).cameras
    assert camera.fps is None
    assert camera.last_frame_age_s is not None
    assert camera.last_frame_age_s >= 60


def test_silence_makes_cameras_unknown():
    """What is not measured any more is unknown, not live."""
    output = after(*[perf(10, 10)] * 3, then_silent_s=60)
    assert {camera.state for camera in judge(expecting(), output).cameras} == {CameraState.UNKNOWN}


def test_last_frame_age_grows_while_frames_stay_away():
    """The age of the last frame counts from the last measurement that had one."""
    output = after(perf(10, 10), perf(10, 0), perf(10, 0), then_silent_s=1)
    assert [camera.last_frame_age_s for camera in judge(expecting(), output).cameras] == [1.0, 11.0]


def test_engine_build_is_its_own_state():
    """Minutes of silence while a TensorRT engine is built are called by their name, until it is ready."""
    building = "0:00:01 NvDsInferContext[UID 1]: Info ... Trying to create engine from model files"
    ready = "0:09:01 NvDsInferContext[UID 1]: Info ... serialize cuda engine to file: /models/a.engine successfully"
    assert judge(expecting(), after(building, then_silent_s=500)).state is InstanceState.BUILDING_ENGINE
    assert judge(expecting(), after(building, ready)).state is InstanceState.STARTING


def test_short_intervals_are_judged_over_five_seconds():
    """With a measurement each second one empty second is no outage; five are."""
    one, five = [perf(10)] * 8 + [perf(0)], [perf(10)] * 8 + [perf(0)] * 5
    assert states(judge(expecting(1, interval_s=1.0), after(*one, interval_s=1.0))) == ["running", "live"]
    assert states(judge(expecting(1, interval_s=1.0), after(*five, interval_s=1.0))) == ["no-frames", "no-frames"]


def test_uncounted_frames_are_unknown():
    """An instance whose frames nobody counts runs, and its cameras are unknown."""
    expected = Expectation((a_camera(),), FrameCounting.NONE, 5.0)
    assert states(judge(expected, NOTHING_SAID)) == ["running", "unknown"]


def test_values_by_sensor_id_reach_their_camera():
    """A measurement that names its streams is matched by name, whatever their order."""
    header = "**PERF:  FPS 1 (Avg)\tFPS 0 (Avg)\t"
    values = "c-1[b] 0.00 (0.00)\tc-0[a] 10.00 (10.00)\t"
    health = judge(expecting(), after(header, *["**PERF:  ", values] * 3))
    assert states(health) == ["degraded", "live", "no-frames"]


def test_instance_without_cameras_runs_with_its_pipeline():
    """Where no frames are expected the pipeline's start mark is enough, and nothing less is."""
    assert judge(expecting(0), after(RUNNING_MARK, then_silent_s=60)).state is InstanceState.RUNNING
    assert judge(expecting(0), NOTHING_SAID).state is InstanceState.STARTING


def test_measurement_that_changes_no_judgement_wakes_nobody():
    """Once a run is measured, a measurement is news only when frames come, stay away or break a silence."""
    output = RunOutput(5.0, 0.0)
    news = [output.take(perf(rate), 5.1 * number) for number, rate in enumerate([10, 10, 10, 10, 9.9, 10, 0, 0, 10], 1)]
    assert news == [True] * 4 + [False, False, True, False, True]
    assert output.take(perf(10), 5.1 * 9 + 17) is True

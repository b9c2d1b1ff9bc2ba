"""The files dsfleet renders and the lines dsfleet reads, tried on the simulator's independent reading of both."""

import docker
import pytest

from dsfleet.deepstream.application import Application, DebugOutput, RtspSource, render_application
from dsfleet.deepstream.facts import (
    ApplicationEnded,
    EndMark,
    PerfReport,
    PipelineMark,
    PipelineState,
    RtspLaunched,
    SourceResetting,
    SourceSilent,
    UnknownKey,
)
from dsfleet.deepstream.output import OutputParser
from dsfleet.deepstream.schema import load_schema
from tests.eventually import eventually_sync
from tests.integration.images.rig import Cameras, Simulator, running_simulator
from tests.ports import free_port

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("is_debug", [False, True], ids=["normal", "debug"])
def test_a_rendered_file_runs_and_its_lines_are_understood(
    engine: docker.DockerClient, cameras: Cameras, is_debug: bool
) -> None:
    """What dsfleet renders runs without an unknown key, and dsfleet's parser reads the rates and the end from it."""
    debug = DebugOutput(rtsp_port=free_port(), udp_port=free_port()) if is_debug else None
    sources = tuple(RtspSource(cameras.url(name)) for name in ("cam-1", "cam-2", "cam-3"))
    text = render_application(Application(sources, debug=debug, perf_interval_s=1), load_schema())
    with running_simulator(engine, {"app.txt": text}) as simulator:
        eventually_sync(lambda: newest_rates(simulator) == {0: 10, 1: 10, 2: 10}, timeout_s=20)
        simulator.container.kill("SIGINT")
        assert simulator.exit_status() == 0
        facts = read(simulator)
    assert not [fact for fact in facts if isinstance(fact, UnknownKey)]
    assert PipelineMark(PipelineState.RUNNING) in facts
    assert facts[-2:] == [ApplicationEnded(EndMark.INTERRUPTED), ApplicationEnded(EndMark.SUCCESSFUL)]
    assert [fact.port for fact in facts if isinstance(fact, RtspLaunched)] == ([debug.rtsp_port] if debug else [])


def test_a_lost_camera_is_understood(engine: docker.DockerClient, cameras: Cameras) -> None:
    """dsfleet's parser reads silence and reset of the right source when a camera freezes."""
    sources = tuple(RtspSource(cameras.url(name), reconnect_interval_s=2) for name in ("cam-1", "cam-2"))
    text = render_application(Application(sources, perf_interval_s=1), load_schema())
    with running_simulator(engine, {"app.txt": text}) as simulator:
        eventually_sync(lambda: newest_rates(simulator) == {0: 10, 1: 10}, timeout_s=20)
        cameras.switch("cam-2", "freeze")
        eventually_sync(lambda: SourceResetting(1, None) in read(simulator), timeout_s=20)
        silences = [fact for fact in read(simulator) if isinstance(fact, SourceSilent)]
    assert {fact.index for fact in silences} == {1}


def read(simulator: Simulator) -> list[object]:
    """Return every fact in the simulator's stdout so far."""
    parser = OutputParser()
    return [fact for line in simulator.stdout().splitlines() for fact in parser.feed(line)]


def newest_rates(simulator: Simulator) -> dict[int | None, int]:
    """Return the newest report's frames per second by source index, rounded."""
    reports = [fact for fact in read(simulator) if isinstance(fact, PerfReport)]
    return {rate.index: round(rate.fps) for rate in reports[-1].values} if reports else {}

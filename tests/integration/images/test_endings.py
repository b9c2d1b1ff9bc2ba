"""How the program starts and ends: exit statuses, marker lines, faults on demand."""

import subprocess
from collections.abc import Callable

import docker
import pytest

from tests.eventually import eventually_sync
from tests.integration.images.rig import Cameras, Simulator, app_file, running_simulator

pytestmark = pytest.mark.integration

NOWHERE = "rtsp://127.0.0.1:9/nothing"


def test_sigint_ends_with_status_0(engine: docker.DockerClient, cameras: Cameras) -> None:
    """SIGINT after the start ends the program with 0 and the lines that say so."""
    with running_simulator(engine, {"app.txt": app_file([cameras.url("cam-1")])}) as simulator:
        wait_until_running(simulator)
        simulator.container.kill("SIGINT")
        assert simulator.exit_status() == 0
        text = simulator.stdout()
    assert "** ERROR: <_intr_handler:140>: User Interrupted.. \n\nQuitting\nApp run successful\n" in text
    assert text.index("Pipeline ready") < text.index("Pipeline running") < text.index("User Interrupted")
    assert "\n\n\n\n" not in text.replace("\r", "")


def test_q_on_stdin_ends_with_status_0(engine: docker.DockerClient) -> None:
    """The key q, written to an attached stdin, ends the program as an operator would."""
    with running_simulator(engine, {"app.txt": app_file([NOWHERE])}) as simulator:
        wait_until_running(simulator)
        attach = ["docker", "attach", "--sig-proxy=false", str(simulator.container.id)]
        subprocess.run(attach, input=b"q\n", check=True, capture_output=True, timeout=20)
        assert simulator.exit_status() == 0
        assert simulator.stdout().endswith("Quitting\nApp run successful\n")


def test_a_closed_stdin_prints_empty_lines(engine: docker.DockerClient) -> None:
    """Without an open stdin the program writes an empty line every 40 ms, and still ends on SIGINT."""
    files = {"app.txt": app_file([NOWHERE])}
    with running_simulator(engine, files, holds_stdin=False) as simulator:
        wait_until_running(simulator)
        eventually_sync(lambda: "\n" * 20 in simulator.stdout(), timeout_s=10)
        simulator.container.kill("SIGINT")
        assert simulator.exit_status() == 0


def test_a_wrong_setting_is_named(engine: docker.DockerClient) -> None:
    """A fault setting that is no number ends the program with one sentence that names it."""
    files = {"app.txt": app_file([NOWHERE]), "simulator.env": "DSFLEET_SIM_CRASH_AFTER_S=soon\n"}
    with running_simulator(engine, files) as simulator:
        assert simulator.exit_status() == 2
        assert simulator.stderr() == "[simulator] DSFLEET_SIM_CRASH_AFTER_S must be a number, not 'soon'\n"


def test_sigterm_kills(engine: docker.DockerClient) -> None:
    """SIGTERM has no handler: status 143 and no closing line."""
    with running_simulator(engine, {"app.txt": app_file([NOWHERE])}) as simulator:
        wait_until_running(simulator)
        simulator.container.kill("SIGTERM")
        assert simulator.exit_status() == 143
        assert "App run" not in simulator.stdout()


@pytest.mark.parametrize(
    ("groups", "line"),
    [
        pytest.param("[osd]\nenable=true\n", "<parse_osd:", id="flag of osd is no integer"),
        pytest.param("[sourceX]\nenable=0\n", "<parse_source:", id="name of a source"),
        pytest.param("[da]\nenable=1\n", "<parse_dewarper:", id="taken for a dewarper"),
        pytest.param("[primary-gie]\nenable=1\n", "<parse_gie:", id="gie without file"),
        pytest.param("[tracker]\nenable=1\ntracker-width=640.0\n", "<parse_tracker:", id="float for an integer"),
        pytest.param("stray text\n", "<parse_config_file:", id="syntax"),
    ],
)
def test_a_file_the_parser_refuses_ends_with_255(engine: docker.DockerClient, groups: str, line: str) -> None:
    """A rejected file names the parser function on stdout, hides the reason, and ends with 255."""
    with running_simulator(engine, {"app.txt": app_file([NOWHERE], groups)}) as simulator:
        assert simulator.exit_status() == 255
        text = simulator.stdout()
    assert f"** ERROR: {line}" in text
    assert "Failed to parse config file" in text
    assert text.endswith("Quitting\nApp run failed\n")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        pytest.param("[sink9]\nenable=1\ntype=2\n", "Could not open X Display", id="window"),
        pytest.param("[sink9]\nenable=1\ntype=4\ncodec=3\n", "Failed to create 'sink_sub_bin_encoder10'", id="codec"),
        pytest.param("[sink9]\nenable=1\ntype=6\n", "create_pipeline failed", id="broker with nothing before it"),
        pytest.param("[primary-gie]\nenable=1\nconfig-file=no.txt\n", "Configuration file parsing failed", id="gie"),
    ],
)
def test_a_pipeline_that_cannot_be_built_ends_with_255(engine: docker.DockerClient, groups: str, expected: str) -> None:
    """A file that parses but cannot run ends with 255 after the real program's line."""
    with running_simulator(engine, {"app.txt": app_file([NOWHERE], groups)}) as simulator:
        assert simulator.exit_status() == 255
        assert expected in simulator.stdout() + simulator.stderr()
        assert "Pipeline running" not in simulator.stdout()


def test_traps_of_the_parser_are_kept(engine: docker.DockerClient, cameras: Cameras) -> None:
    """enable=true silently disables a source, an unknown key warns, an unknown group passes."""
    text = app_file([cameras.url("cam-1"), cameras.url("cam-2")], "[mystery]\na=1\n\n[osd]\nenable=0\nfoo-bar=1\n")
    text = text.replace("[source0]\nenable=1", "[source0]\nenable=true")
    with running_simulator(engine, {"app.txt": text}) as simulator:
        eventually_sync(lambda: simulator.sees(10), timeout_s=20)
        assert "** WARN: <parse_osd:1314>: Unknown key 'foo-bar' for group [osd]\n" in simulator.stdout()
        assert "[mystery]" not in simulator.stdout()
        assert "[mystery]" in simulator.stderr()


def test_a_crash_on_demand(engine: docker.DockerClient) -> None:
    """DSFLEET_SIM_CRASH_AFTER_S ends the program as a segmentation fault does."""
    files = {"app.txt": app_file([NOWHERE]), "simulator.env": "DSFLEET_SIM_CRASH_AFTER_S=1\n"}
    with running_simulator(engine, files) as simulator:
        assert simulator.exit_status() == 139
        assert "App run" not in simulator.stdout()


def test_a_hang_on_demand(engine: docker.DockerClient) -> None:
    """DSFLEET_SIM_HANG_AFTER_S silences the program and makes it deaf to SIGINT."""
    files = {"app.txt": app_file([NOWHERE]), "simulator.env": "DSFLEET_SIM_HANG_AFTER_S=2\n"}
    with running_simulator(engine, files) as simulator:
        wait_until_running(simulator)
        eventually_sync(lambda: len(simulator.rates()) >= 1, timeout_s=10)
        eventually_sync(printed_nothing_new(simulator), timeout_s=20, interval_s=2.5)
        simulator.container.stop(timeout=1)
        assert simulator.exit_status() == 137


def test_a_slow_engine_build_on_demand(engine: docker.DockerClient) -> None:
    """DSFLEET_SIM_ENGINE_BUILD_S prints the build lines around a silence that comes before `Pipeline running`."""
    files = {"app.txt": app_file([NOWHERE]), "simulator.env": "DSFLEET_SIM_ENGINE_BUILD_S=2\n"}
    with running_simulator(engine, files) as simulator:
        eventually_sync(lambda: "Trying to create engine from model files" in simulator.stderr(), timeout_s=10)
        assert "Pipeline running" not in simulator.stdout()
        wait_until_running(simulator)
        assert "serialize cuda engine to file: " in simulator.stderr()


def test_a_dropped_source_on_demand(engine: docker.DockerClient, cameras: Cameras) -> None:
    """DSFLEET_SIM_DROP_SOURCE silences one source for good and leaves its neighbour alone."""
    files = {
        "app.txt": app_file([cameras.url("cam-1"), cameras.url("cam-2")]),
        "simulator.env": "DSFLEET_SIM_DROP_SOURCE=0:4\n",
    }
    with running_simulator(engine, files) as simulator:
        eventually_sync(lambda: simulator.sees(10, 10), timeout_s=10)
        eventually_sync(lambda: simulator.sees(0, 10), timeout_s=10)


def test_slow_frames_and_a_deaf_program_on_demand(engine: docker.DockerClient, cameras: Cameras) -> None:
    """DSFLEET_SIM_FPS_FACTOR scales the printed rates; with DSFLEET_SIM_IGNORE_SIGINT only a kill ends the program."""
    setting = "DSFLEET_SIM_FPS_FACTOR=0.5\nDSFLEET_SIM_IGNORE_SIGINT=1\n"
    files = {"app.txt": app_file([cameras.url("cam-1")]), "simulator.env": setting}
    with running_simulator(engine, files) as simulator:
        eventually_sync(lambda: simulator.sees(5), timeout_s=15)
        simulator.container.stop(timeout=1)
        assert simulator.exit_status() == 137


def test_a_leak_on_demand(engine: docker.DockerClient) -> None:
    """DSFLEET_SIM_LEAK_MIB_PER_S makes resident memory grow."""
    files = {"app.txt": app_file([NOWHERE]), "simulator.env": "DSFLEET_SIM_LEAK_MIB_PER_S=100\n"}
    with running_simulator(engine, files) as simulator:
        wait_until_running(simulator)
        eventually_sync(lambda: used_mib(simulator) > 300, timeout_s=15)


def used_mib(simulator: Simulator) -> float:
    """Return the container's memory as the engine reports it, in MiB."""
    stats = simulator.container.stats(stream=False)
    assert isinstance(stats, dict)
    return float(stats["memory_stats"]["usage"]) / (1 << 20)


def wait_until_running(simulator: Simulator) -> None:
    """Return once the start mark is printed."""
    eventually_sync(lambda: "Pipeline running" in simulator.stdout(), timeout_s=15)


def printed_nothing_new(simulator: Simulator) -> Callable[[], bool]:
    """Return a check that says whether stdout has grown since it was last asked."""
    lengths = [-1]

    def check() -> bool:
        lengths.append(len(simulator.stdout()))
        return lengths[-1] == lengths[-2]

    return check

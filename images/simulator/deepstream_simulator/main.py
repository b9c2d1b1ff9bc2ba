"""Command line and exit codes of deepstream-app and deepstream-test5-app; the name of the program tells which."""

import argparse
import signal
from collections.abc import Sequence
from pathlib import Path

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstRtspServer", "1.0")

from gi.repository import Gst  # noqa: E402  the versions must be chosen first

from deepstream_simulator.application import FAILURE, SUCCESS, Application  # noqa: E402
from deepstream_simulator.config import AppConfig, MuxConfig, TilerConfig  # noqa: E402
from deepstream_simulator.console import Console  # noqa: E402
from deepstream_simulator.keyfile import RejectedError  # noqa: E402
from deepstream_simulator.parse import ConfigurationParser  # noqa: E402
from deepstream_simulator.parse_sources import MissingListKeyError  # noqa: E402
from deepstream_simulator.settings import Settings, read_settings  # noqa: E402

ABORTED = 134
# Of the simulator alone: the original has no such settings.
WRONG_SETTING = 2
_EMPTY = AppConfig(
    False, 0, (), (), TilerConfig(0, 0, 0, 0, 0), MuxConfig(0, 0, 0, False), False, (), False, None, False
)


def main(words: Sequence[str]) -> int:
    """The exit status; `words` starts with the program's name."""
    # Python's own handler would turn an early SIGINT into a traceback; the real program dies of it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    program = Path(words[0]).name
    arguments = read_arguments(program, words[1:])
    console = Console()
    if arguments.version:
        console.text(f"{program} version 9.1.0\nDeepStreamSDK 9.1.0\n")
        return SUCCESS
    if arguments.cfg_file is None:
        console.error("main:652", "Specify config file with -c option")
        return finish(FAILURE, console)
    try:
        settings = read_settings()
    except ValueError as error:
        console.simulator_note(str(error))
        return WRONG_SETTING
    Gst.init(None)
    try:
        return finish(run_file(Path(arguments.cfg_file), program, settings, console), console)
    except MissingListKeyError as error:
        console.diagnose(f"terminate called after throwing an instance of 'std::logic_error'\n  what():  {error}\n")
        return ABORTED


def run_file(path: Path, program: str, settings: Settings, console: Console) -> int:
    """The status of the application that `path` describes."""
    is_test5 = program == "deepstream-test5-app"
    try:
        config = parse_file(path, is_test5, console)
    except RejectedError as rejection:
        console.hidden_reason(rejection.reason)
        console.error(rejection.place, f"{rejection.place.partition(':')[0]} failed")
        console.error("main:707", f"Failed to parse config file '{path}'")
        return FAILURE
    return Application(config, is_test5, settings, console).run()


def parse_file(path: Path, is_test5: bool, console: Console) -> AppConfig:
    """The configuration; deepstream-app skips files that do not end in .txt and runs an empty pipeline."""
    if path.suffix in (".yml", ".yaml"):
        raise RejectedError("parse_config_file_yaml:88", "this simulator reads INI files only")
    if path.suffix != ".txt" and not is_test5:
        console.simulator_note(f"{path} does not end in .txt: ignored, as in the real program")
        return _EMPTY
    return ConfigurationParser(path, console).parse()


def finish(status: int, console: Console) -> int:
    """`status`, after the last two lines."""
    console.text("Quitting\n")
    console.text("App run successful\n" if status == SUCCESS else "App run failed\n")
    return status


def read_arguments(program: str, words: Sequence[str]) -> argparse.Namespace:
    """cfg_file (the first -c, or None) and version; the other options are accepted and have no effect."""
    parser = argparse.ArgumentParser(prog=program, description="Stand-in for NVIDIA DeepStream on the CPU.")
    parser.add_argument("-c", "--cfg-file", help="configuration file")
    parser.add_argument("-i", "--input-uri", help="accepted, no effect")
    parser.add_argument("-t", "--tiledtext", action="store_true", help="accepted, no effect")
    parser.add_argument("-v", "--version", action="store_true", help="print the version")
    parser.add_argument("--version-all", dest="version", action="store_true", help="as --version")
    if program == "deepstream-test5-app":
        parser.add_argument("-o", "--override-cfg-file", help="accepted, no effect")
        parser.add_argument("-p", "--playback-utc", help="accepted, no effect")
        parser.add_argument("-m", "--pgie-model-used", help="accepted, no effect")
        parser.add_argument("--no-force-tcp", action="store_true", help="do not force RTSP over TCP")
    return parser.parse_args(words)

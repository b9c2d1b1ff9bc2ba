"""Command line of the camera image; --help says what it serves."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")

from gi.repository import GLib  # noqa: E402  the versions must be chosen first

from dsfleet_camera.camera import Camera  # noqa: E402
from dsfleet_camera.clip import read_clips  # noqa: E402
from dsfleet_camera.control import serve_control  # noqa: E402
from dsfleet_camera.server import CameraServer, start_gstreamer  # noqa: E402

_CLIPS = Path("/usr/share/dsfleet-camera/clips")
_OFFSET_STEP_S = 7


def main() -> int:
    """Exit code: 0 after SIGINT or SIGTERM, 1 when a port is taken, 2 for a wrong argument."""
    arguments = read_arguments(sys.argv[1:])
    start_gstreamer()
    try:
        server = CameraServer(arguments.address, arguments.port, make_cameras(arguments), arguments.login)
        if arguments.control_port:
            control = serve_control(arguments.control_port, server)
            threading.Thread(target=control.serve_forever, name="control", daemon=True).start()
    except OSError as error:
        print(f"dsfleet-camera: {error}", file=sys.stderr)
        return 1
    for name in server.cameras_by_name:
        print(f"rtsp://{arguments.address}:{arguments.port}/{name}")
    loop = GLib.MainLoop()
    for number in (signal.SIGINT, signal.SIGTERM):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, loop.quit)
    loop.run()
    return 0


def read_arguments(words: Sequence[str]) -> argparse.Namespace:
    """address, port, names, login (user and password, or None) and control_port (0 = none)."""
    parser = argparse.ArgumentParser(prog="dsfleet-camera", description="Serve moving RTSP cameras from encoded clips.")
    parser.add_argument("--address", default="127.0.0.1", help="listen here (default %(default)s)")
    parser.add_argument("--port", type=int, default=8554, help="RTSP port (default %(default)s)")
    parser.add_argument("--count", type=int, default=4, help="serve cam-1 to cam-COUNT (default %(default)s)")
    parser.add_argument("--cameras", default="", help="serve these names instead, separated by commas")
    parser.add_argument("--login", type=split_login, default=None, help="demand user:password on every camera")
    parser.add_argument("--control-port", type=int, default=0, help="switch cameras over HTTP on 127.0.0.1:PORT")
    arguments = parser.parse_args(words)
    arguments.names = [name for name in arguments.cameras.split(",") if name]
    arguments.names = arguments.names or [f"cam-{number}" for number in range(1, arguments.count + 1)]
    return arguments


def split_login(text: str) -> tuple[str, str]:
    """User and password; only the first colon separates, so a password may hold more."""
    user, separator, password = text.partition(":")
    if not (user and separator and password):
        raise argparse.ArgumentTypeError("expected user:password")
    return user, password


def make_cameras(arguments: argparse.Namespace) -> list[Camera]:
    """One camera per name; clips alternate and start at different places."""
    clips = read_clips(_CLIPS)
    return [
        Camera(name, clips[index % len(clips)], index * _OFFSET_STEP_S, arguments.login is not None)
        for index, name in enumerate(arguments.names)
    ]


if __name__ == "__main__":
    sys.exit(main())

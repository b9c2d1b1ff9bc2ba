"""Loopback HTTP that switches cameras: GET /cameras, POST /cameras/<name>/{on,off,freeze}."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gi.repository import GLib

from dsfleet_camera.server import CameraServer

_ANSWER_TIMEOUT_S = 10.0


def serve_control(port: int, cameras: CameraServer) -> ThreadingHTTPServer:
    """A server on 127.0.0.1:`port`; the caller runs it. Cameras are only touched on the main loop's thread."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/cameras":
                return self._answer(404, {"error": f"no such address: {self.path}"})
            return self._answer(200, list_cameras(cameras))

        def do_POST(self) -> None:
            status, body = switch_camera(cameras, self.path)
            self._answer(status, body)

        def log_message(self, *_arguments: object) -> None:
            """Requests are not logged: the tests that make them know."""

        def _answer(self, status: int, body: object) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def list_cameras(cameras: CameraServer) -> dict[str, object]:
    """{"items": [{"name", "state"}]} in the order the cameras were named."""
    return {"items": [{"name": name, "state": camera.state} for name, camera in cameras.cameras_by_name.items()]}


def switch_camera(cameras: CameraServer, path: str) -> tuple[int, dict[str, object]]:
    """HTTP status and body after POST `path`; the camera has changed when this returns 200."""
    actions: dict[str, Callable[[str], None]] = {
        "on": cameras.switch_on,
        "off": cameras.switch_off,
        "freeze": cameras.freeze,
    }
    parts = path.strip("/").split("/")
    if len(parts) != 3 or parts[0] != "cameras" or parts[2] not in actions:
        return 404, {"error": "use POST /cameras/<name>/on, /off or /freeze"}
    name, action = parts[1], parts[2]
    if name not in cameras.cameras_by_name:
        return 404, {"error": f"no camera is called {name}"}
    run_on_main_loop(lambda: actions[action](name))
    return 200, {"name": name, "state": cameras.cameras_by_name[name].state}


def run_on_main_loop(work: Callable[[], None]) -> None:
    """`work` has run on the main loop's thread; TimeoutError when the loop does not get to it."""
    done = threading.Event()

    def run() -> bool:
        work()
        done.set()
        return False

    GLib.idle_add(run)
    if not done.wait(_ANSWER_TIMEOUT_S):
        raise TimeoutError("the main loop did not answer")

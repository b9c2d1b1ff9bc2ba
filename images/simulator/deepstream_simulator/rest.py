"""The REST server that nvmultiurisrcbin carries: HTTP in, main loop work, NVIDIA's JSON out (nvds_rest_server, 9.1)."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gi.repository import GLib

from deepstream_simulator.console import Console
from deepstream_simulator.rest_calls import Answer, RestCalls

_ALL_INTERFACES = "0.0.0.0"


class RestServer:
    """Answers on the `http-port` text of the configuration; a taken port is printed and lived with."""

    def __init__(self, http_port: str, calls: RestCalls, console: Console) -> None:
        self._http_port = http_port
        self._calls = calls
        self._console = console
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Requests are answered from now on; port 0 means no server."""
        address, port = split_listening_port(self._http_port)
        if port == 0:
            return
        try:
            self._server = ThreadingHTTPServer((address, port), make_handler(self._calls, self._console))
        except OSError as error:
            self._console.diagnose(f"CivetException caught: null context when constructing CivetServer. {error}\n")
            self._console.text(
                "REST Server start failed, Users may still have all sources mentioned with uri-list in the pipeline\n"
            )
            return
        self._console.text(f"Civetweb version: v1.16\nServer running at port: {self._http_port}\n")
        threading.Thread(target=self._server.serve_forever, name="rest", daemon=True).start()

    def stop(self) -> None:
        """The port is free again."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


def split_listening_port(text: str) -> tuple[str, int]:
    """Address and port of civetweb's `listening_ports`: PORT listens everywhere, ADDRESS:PORT on that address."""
    address, _, port = text.split(",")[0].rpartition(":")
    return address or _ALL_INTERFACES, int(port) if port.isdigit() else 0


def make_handler(calls: RestCalls, console: Console) -> type[BaseHTTPRequestHandler]:
    """A handler class bound to the calls."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._handle("GET")

        def do_POST(self) -> None:
            self._handle("POST")

        def do_PUT(self) -> None:
            self._handle("PUT")

        def do_DELETE(self) -> None:
            self._handle("DELETE")

        def log_message(self, *_arguments: object) -> None:
            """The original prints the two lines below and nothing else."""

        def _handle(self, method: str) -> None:
            console.text(f"uri:{self.path}\nmethod:{method}\n")
            wants_text = "text/plain" in self.headers.get("Accept", "")
            body = self._read_body()
            answer = on_main_loop(lambda: calls.answer(method, self.path, body, wants_text))
            data = answer.text.encode()
            self.send_response(answer.http_status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(data)

        def _read_body(self) -> dict[str, object]:
            data = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            body = parse_object(data)
            if body is None:
                console.text(f"Received unknown message: {data.decode(errors='replace')}\n")
            return body or {}

    return Handler


def parse_object(data: bytes) -> dict[str, object] | None:
    """The JSON object, {} for no bytes, None for anything else."""
    if not data:
        return {}
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def on_main_loop(work: Callable[[], Answer]) -> Answer:
    """What `work` returned on the main loop's thread; waits without limit while the pipeline changes state."""
    answers: list[Answer] = []
    done = threading.Event()

    def run() -> bool:
        answers.append(work())
        done.set()
        return False

    GLib.idle_add(run)
    done.wait()
    return answers[0]

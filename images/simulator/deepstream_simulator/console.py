"""What the application prints, in the exact shapes of NVIDIA's printf calls (deepstream_common.h, 9.1)."""

import os
import sys
import threading


class Console:
    """Writes whole lines, flushed per call, from any thread; `** ...` lines go to stdout as in the real program."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shows_hidden_reasons = "NVDS_CFG_PARSER" in os.environ.get("GST_DEBUG", "")

    def text(self, text: str) -> None:
        """`text` stands on stdout exactly as given."""
        self._write(sys.stdout, text)

    def error(self, place: str, text: str) -> None:
        """`place` is function:line of the real source."""
        self._write(sys.stdout, f"** ERROR: <{place}>: {text}\n")

    def warn(self, place: str, text: str) -> None:
        """As error."""
        self._write(sys.stdout, f"** WARN: <{place}>: {text}\n")

    def info(self, place: str, text: str) -> None:
        """As error."""
        self._write(sys.stdout, f"** INFO: <{place}>: {text}\n")

    def diagnose(self, text: str) -> None:
        """`text` stands on stderr exactly as given."""
        self._write(sys.stderr, text)

    def element_error(self, element: str, text: str, debug: str) -> None:
        """The two lines that the bus callback writes for an error message."""
        self._write(sys.stderr, f"ERROR from {element}: {text}\nDebug info: {debug}\n")

    def hidden_reason(self, text: str) -> None:
        """The real program logs why it rejects a file only under GST_DEBUG=NVDS_CFG_PARSER:1; so does this."""
        if self._shows_hidden_reasons:
            self._write(sys.stderr, f"ERROR NVDS_CFG_PARSER {text}\n")

    def simulator_note(self, text: str) -> None:
        """A line on stderr that the real program would not write, marked as such."""
        self._write(sys.stderr, f"[simulator] {text}\n")

    def _write(self, stream: object, text: str) -> None:
        with self._lock:
            print(text, end="", file=stream, flush=True)  # type: ignore[call-overload]

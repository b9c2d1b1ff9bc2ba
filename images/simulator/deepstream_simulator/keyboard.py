"""Runtime commands on stdin: q, p, r, h; and the empty lines the real program prints when stdin is at its end."""

import os
import sys
from collections.abc import Callable

from gi.repository import GLib

from deepstream_simulator.console import Console

_POLL_MS = 40

COMMANDS = "\nRuntime commands:\n\th: Print this help\n\tq: Quit\n\n\tp: Pause\n\tr: Resume\n\n"
TILER_NOTE = (
    "NOTE: To expand a source in the 2D tiled display and view object details, left-click on the source.\n"
    "      To go back to the tiled display, right-click anywhere on the window.\n\n"
)


class Keyboard:
    """Answers single keys; the real program polls every 40 ms, this one waits until there is something to read."""

    def __init__(self, console: Console, on_key: Callable[[str], None]) -> None:
        self._console = console
        self._on_key = on_key

    def start(self) -> None:
        """Keys are answered from now on; a closed stdin counts as one at its end."""
        try:
            descriptor = sys.stdin.fileno()
        except (AttributeError, ValueError):
            self._print_empty_lines()
            return
        conditions = GLib.IOCondition.IN | GLib.IOCondition.HUP
        GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, descriptor, conditions, self._on_readable)

    def _on_readable(self, descriptor: int, _condition: GLib.IOCondition) -> bool:
        data = os.read(descriptor, 256)
        if not data:
            self._print_empty_lines()
            return False
        for key in data.decode(errors="replace"):
            self._console.text("\n")
            self._on_key(key)
        return True

    def _print_empty_lines(self) -> None:
        GLib.timeout_add(_POLL_MS, self._print_empty_line)

    def _print_empty_line(self) -> bool:
        self._console.text("\n")
        return True

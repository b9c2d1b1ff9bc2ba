"""Faults on demand: a crash, a hang, a leak, a lost source, a slow engine build. settings.py says which."""

import os
import signal
import threading
from collections.abc import Callable

from gi.repository import GLib

from deepstream_simulator.config import AppConfig
from deepstream_simulator.console import Console
from deepstream_simulator.settings import Settings

_MIB = 1 << 20
_CRASH_STATUS = 128 + signal.SIGSEGV


class Misbehaviour:
    """Plans every fault that the settings ask for; keeps what it leaks."""

    def __init__(self, settings: Settings, drop: Callable[[int], None]) -> None:
        self._settings = settings
        self._drop = drop
        self._leaked: list[bytearray] = []

    def start(self) -> None:
        """The faults happen at their times."""
        settings = self._settings
        if settings.crash_after_s is not None:
            after(settings.crash_after_s, crash)
        if settings.hang_after_s is not None:
            after(settings.hang_after_s, hang)
        if settings.dropped_source is not None:
            after(settings.drop_after_s, self._drop_source)
        if settings.leak_mib_per_s > 0:
            GLib.timeout_add_seconds(1, self._leak)

    def _drop_source(self) -> None:
        if self._settings.dropped_source is not None:
            self._drop(self._settings.dropped_source)

    def _leak(self) -> bool:
        # Filled with ones: pages of zeros would never become resident.
        self._leaked.append(bytearray(b"\x01") * int(self._settings.leak_mib_per_s * _MIB))
        return True


def build_engine(config: AppConfig, seconds: float, console: Console) -> None:
    """The lines of a TensorRT engine build, with that much silence between; SIGINT still has its default action."""
    gie = config.gies[0] if config.gies else None
    engine = (gie.engine_file if gie else "") or "/models/model.onnx_b1_gpu0_fp16.engine"
    prefix = "INFO nvinfer gstnvinfer.cpp:685:gst_nvinfer_logger:<primary_gie> NvDsInferContext[UID 1]: Info from"
    console.diagnose(
        f"{prefix} NvDsInferContextImpl::buildModel() [UID = 1]: Trying to create engine from model files\n"
    )
    threading.Event().wait(seconds)
    console.diagnose(
        f"{prefix} NvDsInferContextImpl::buildModel() [UID = 1]: serialize cuda engine to file: {engine} successfully\n"
    )


def after(seconds: float, work: Callable[[], None]) -> None:
    """`work` runs once on the main loop, that many seconds from now."""

    def run() -> bool:
        work()
        return False

    GLib.timeout_add(int(seconds * 1000), run)


def crash() -> None:
    """The process ends as by a segmentation fault."""
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGSEGV)
    # The kernel spares process 1 of a container from its own signals.
    os._exit(_CRASH_STATUS)


def hang() -> None:
    """The main loop stands still for ever: no line, no answer to SIGINT."""
    threading.Event().wait()

"""A few daemon threads for blocking calls: begun when needed, and never waited for when the process ends.

The standard pool joins its threads at exit; a call to an engine that hangs would hold up the agent's end by minutes.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Call:
    """One call and where its result goes."""

    work: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"


class WorkerThreads:
    """At most `count` calls at a time, in order of arrival."""

    def __init__(self, name: str, count: int) -> None:
        """Begin without threads."""
        self._name = name
        self._count = count
        self._threads = 0
        self._busy = 0
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()

    async def call(self, work: Callable[[], T]) -> T:
        """Return what the work returns, or raise what it raises; cancelled, the work goes on unheard."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._calls.put(_Call(work, loop, future))
        self._busy += 1
        if self._threads < min(self._busy, self._count):
            self._threads += 1
            threading.Thread(target=self._serve, name=f"{self._name}-{self._threads}", daemon=True).start()
        return await future

    def close(self) -> None:
        """Let idle threads end; busy ones end after their call."""
        for _ in range(self._threads):
            self._calls.put(None)

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                result, error = call.work(), None
            except Exception as raised:  # noqa: BLE001 - the thread's outermost loop: the caller gets what was raised
                result, error = None, raised
            # A closed event loop raises RuntimeError: nobody is left to be told.
            with contextlib.suppress(RuntimeError):
                call.loop.call_soon_threadsafe(self._deliver, call.future, result, error)

    def _deliver(self, future: "asyncio.Future[Any]", result: object, error: Exception | None) -> None:
        """End the call on the event loop; a thread is busy until its work ends, whether or not somebody still waits."""
        self._busy -= 1
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

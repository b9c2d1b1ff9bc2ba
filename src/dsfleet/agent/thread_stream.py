"""A blocking stream read in a thread of its own and handed to the event loop, never more than a few items ahead."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

ITEMS_AHEAD = 64


class ThreadStream(Generic[T]):
    """Reads `items` in a daemon thread until the end of `async with`, which closes the stream and so ends the thread.

    Reading ends quietly when the stream does, or breaks off with one of the `quiet` errors.
    """

    def __init__(self, items: Iterable[T], close: Callable[[], None], quiet: tuple[type[Exception], ...]) -> None:
        """Keep the stream; `close` makes a read that blocks in another thread come back."""
        self._items = items
        self._close = close
        self._quiet = quiet
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[tuple[T] | None] = asyncio.Queue()
        self._room = threading.Semaphore(ITEMS_AHEAD)
        self._is_closed = False

    async def __aenter__(self) -> "ThreadStream[T]":
        """Start reading."""
        threading.Thread(target=self._read, name="engine-stream", daemon=True).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the stream; the thread ends by itself soon after."""
        self._is_closed = True
        self._room.release()
        with contextlib.suppress(*self._quiet):
            self._close()

    def __aiter__(self) -> "ThreadStream[T]":
        """Return the stream itself."""
        return self

    async def __anext__(self) -> T:
        """Return the next item; ends with the stream."""
        item = await self._queue.get()
        if item is None:
            raise StopAsyncIteration
        self._room.release()
        return item[0]

    def _read(self) -> None:
        # Whatever ends the reading, a bug included: whoever waits for the next item must hear of it.
        try:
            with contextlib.suppress(*self._quiet):
                for item in self._items:
                    self._room.acquire()
                    if self._is_closed:
                        return
                    self._hand_over((item,))
        finally:
            self._hand_over(None)

    def _hand_over(self, item: tuple[T] | None) -> None:
        # A closed event loop raises RuntimeError: nobody is left to be told.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)

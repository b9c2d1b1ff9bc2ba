"""Blocking work in threads: how many at a time, and what a caller who gives up leaves behind."""

import asyncio
import threading

from dsfleet.agent.worker_threads import WorkerThreads


def test_work_given_up_does_not_hold_up_the_next() -> None:
    """A caller who is cancelled leaves its thread busy; the next call gets a thread of its own."""

    async def scenario() -> None:
        workers, begun, let_go = WorkerThreads("test", 2), threading.Event(), threading.Event()

        def stuck() -> None:
            begun.set()
            let_go.wait(30)

        abandoned = asyncio.create_task(workers.call(stuck))
        await asyncio.to_thread(begun.wait, 10)
        abandoned.cancel()
        await asyncio.gather(abandoned, return_exceptions=True)
        try:
            assert await asyncio.wait_for(workers.call(lambda: "done"), timeout=10) == "done"
        finally:
            let_go.set()
            workers.close()

    asyncio.run(scenario())

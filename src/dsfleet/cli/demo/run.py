"""Starts the parts in order, keeps them running, and takes everything down again."""

import asyncio
import contextlib
from dataclasses import replace

from dsfleet.cli.demo.api import CoordinatorApi
from dsfleet.cli.demo.broker import Broker
from dsfleet.cli.demo.child import Child
from dsfleet.cli.demo.engine import DemoEngine
from dsfleet.cli.demo.folder import agent_id, only_demo, recall, remember
from dsfleet.cli.demo.model import DemoSettings, Memory, Say
from dsfleet.cli.demo.parts import part_commands
from dsfleet.cli.demo.ports import LOOPBACK, is_free
from dsfleet.cli.demo.seed import seed
from dsfleet.contracts.problems import InputError, Problem, TemporaryError
from dsfleet.kit.clock import Clock
from dsfleet.transport.kafka_jars import KafkaUnavailableError

PORT_WAIT_S = 4.0
"""How long the parts of a demo that was killed a moment ago may still hold its port."""

READY_TIMEOUT_S = 60.0
CAMERAS_TIMEOUT_S = 20.0
LOOK_S = 2.0
PART_STOP_TIMEOUT_S = 3.0
POLL_S = 0.1
HOPELESS_DEATHS = 3


async def run_demo(settings: DemoSettings, clock: Clock, say: Say, stop: asyncio.Event) -> None:
    """Run the whole product until `stop` is set; then nothing of it is left but its data folder.

    Raises an error of ours that says what is in the way; also then nothing is left running.
    """
    with only_demo(settings.data_dir):
        memory = recall(settings)
        await require_port(settings)
        engine = await asyncio.to_thread(DemoEngine.connect, settings)
        demo = Demo(settings, memory, engine, clock, say)
        working = asyncio.create_task(demo.work())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                say("stopping")
        finally:
            stopping.cancel()
            if not working.done():
                working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({working})
            await demo.take_down()
            engine.close()
        if not working.cancelled():
            working.result()


async def require_port(settings: DemoSettings) -> None:
    """Return when the page's port is free. Raises InputError `port-taken`."""
    deadline = asyncio.get_running_loop().time() + PORT_WAIT_S
    while not is_free(settings.port):
        if asyncio.get_running_loop().time() > deadline:
            raise InputError(
                Problem(
                    code="port-taken",
                    message=f"Port {settings.port} on {LOOPBACK} is taken by another program.",
                    field="--port",
                    value=str(settings.port),
                    mend="Stop that program or choose another port with --port.",
                )
            )
        await asyncio.sleep(POLL_S)


class Demo:
    """The parts of one demo."""

    def __init__(self, settings: DemoSettings, memory: Memory, engine: DemoEngine, clock: Clock, say: Say) -> None:
        """Keep what they need; nothing runs yet."""
        self._settings = settings
        self._memory = memory
        self._engine = engine
        self._clock = clock
        self._say = say
        self._broker: Broker | None = None
        self._children: list[Child] = []
        self._cameras: asyncio.Task[None] | None = None

    async def work(self) -> None:
        """Start everything, say where it is, and keep it running until cancelled."""
        cameras = asyncio.create_task(self._start_cameras())
        cameras.add_done_callback(_take_note)
        bootstrap = self._settings.kafka or await self._start_broker()
        for command in part_commands(self._settings, self._memory, bootstrap):
            child = Child(command, self._clock, self._say)
            self._children.append(child)
            await child.start()
        await cameras
        async with CoordinatorApi(self._settings.url, self._settings.token_file) as api:
            await api.wait_until_ready(self._hopeless, READY_TIMEOUT_S)
            await self._wait_for_cameras()
            await self._seed_once(api)
            await self._greet(api)
        while True:
            await asyncio.sleep(LOOK_S)
            await self._heal()

    async def take_down(self) -> None:
        """No process and no container of the demo is left; whatever was under way is waited for first."""
        stops = (child.stop(PART_STOP_TIMEOUT_S) for child in self._children)
        answers = await asyncio.gather(*stops, return_exceptions=True)
        known = agent_id(self._settings)
        ends = [asyncio.to_thread(self._engine.remove_instances, known)] if known is not None else []
        if self._broker is not None:
            ends.append(self._broker.stop())
        answers += await asyncio.gather(*ends, self._remove_cameras(), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                self._say(f"not everything could be removed: {answer}")

    async def _start_cameras(self) -> None:
        """The cameras' container runs; a caller that is cancelled leaves the start known to `take_down`."""
        self._cameras = asyncio.create_task(asyncio.to_thread(self._engine.start_cameras, self._memory))
        self._cameras.add_done_callback(_take_note)
        await asyncio.shield(self._cameras)

    async def _remove_cameras(self) -> None:
        if self._cameras is not None and not self._cameras.done():
            await asyncio.wait({self._cameras})
        await asyncio.to_thread(self._engine.remove_cameras)

    async def _start_broker(self) -> str | None:
        """Return the address of a broker of our own; None, said in one line, where none can be had."""
        self._broker = Broker(self._settings, self._say)
        try:
            await self._broker.start()
        except KafkaUnavailableError as error:
            self._say(f"going on without Kafka, coordinator and agent in one process: {error}")
            self._broker = None
            return None
        return self._broker.bootstrap

    def _hopeless(self) -> str | None:
        """Return why a part will not come up, once it died several times in a row."""
        for child in self._children:
            if child.deaths >= HOPELESS_DEATHS:
                return f"it ended {child.deaths} times; its last words:\n{child.last_words()}"
        return None

    async def _wait_for_cameras(self) -> None:
        deadline = asyncio.get_running_loop().time() + CAMERAS_TIMEOUT_S
        while is_free(self._memory.camera_port):
            if asyncio.get_running_loop().time() > deadline:
                raise TemporaryError(
                    Problem(
                        code="cameras-not-ready",
                        message=f"The cameras did not come up: {await asyncio.to_thread(self._engine.cameras_said)}",
                    )
                )
            await asyncio.sleep(POLL_S)

    async def _seed_once(self, api: CoordinatorApi) -> None:
        if self._memory.is_seeded:
            return
        self._say(f"first start: describing {self._settings.cameras} cameras and an instance for them")
        await seed(api, self._settings, self._memory, lambda: agent_id(self._settings))
        self._memory = replace(self._memory, is_seeded=True)
        remember(self._settings, self._memory)

    async def _greet(self, api: CoordinatorApi) -> None:
        """Say where everything is; the link logs one browser in."""
        link = await api.login_link()
        port = self._memory.camera_port
        self._say("the product runs; Ctrl-C stops all of it and keeps the data")
        self._say(f"  page       {self._settings.url}{link}   (opens once)")
        self._say(f"  API        {self._settings.url}/api/v1   (token in {self._settings.token_file})")
        self._say(f"  cameras    rtsp://{LOOPBACK}:{port}/cam-1 to cam-{self._memory.cameras}")
        self._say(f"  logs       {self._settings.logs_dir}")

    async def _heal(self) -> None:
        """Broker and cameras run again where they had ended; coordinator and agent are watched by themselves."""
        if self._broker is not None:
            try:
                await self._broker.heal()
            except KafkaUnavailableError as error:
                self._say(f"Apache Kafka does not start: {error}")
        if not await asyncio.to_thread(self._engine.cameras_run):
            self._say("the cameras' container ended; starting it again")
            try:
                await self._start_cameras()
            except TemporaryError as error:
                self._say(f"the cameras do not start: {error}")


def _take_note(starting: asyncio.Task[None]) -> None:
    """Fetch the result, so that a start nobody waits for any more is not reported as a lost error."""
    if not starting.cancelled():
        starting.exception()

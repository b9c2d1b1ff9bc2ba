"""Answers that do not fit one message."""

import asyncio
from pathlib import Path

from dsfleet.contracts.envelope import encode
from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.contracts.messages.request import RequestKind
from dsfleet.contracts.topics import MAX_VALUE_BYTES
from dsfleet.kit.clock import SystemClock
from dsfleet.simulator.engine import SimulatedEngine
from tests.unit.agent.builders import IMAGE, an_instance
from tests.unit.agent.rig import Rig, delivering

LOGIN = "rtsp://user:secret@127.0.0.1/a"


def a_file(number: int, size: int) -> ConfigurationFile:
    return ConfigurationFile(path=f"/config/{number}.txt", content=f"uri={LOGIN}\n" + "x" * size)


def test_long_configuration_is_answered_in_pieces(tmp_path: Path):
    """Files that no single message holds come in numbered pieces within the topics' limit, the last one marked."""

    async def scenario() -> None:
        engine = SimulatedEngine(SystemClock(), [IMAGE], delivering(10.0))
        async with Rig(engine, tmp_path).running() as rig:
            await rig.admitted()
            await rig.desire(1, an_instance())
            await rig.until_converged(1)
            (listed,) = await engine.containers()
            files = tuple(a_file(number, 190_000) for number in range(4))
            for file in files:
                engine.edit_from_outside(listed.container_id, file.path, file.content)
            await rig.desire(2, an_instance(files=files[:3]))
            await rig.until_converged(2)
            pieces = await rig.answers(await rig.ask(RequestKind.READ_CONFIGURATION, "i-1"))
            assert [(one.piece, one.last) for one in pieces] == [(0, False), (1, True)]
            assert [file.path for one in pieces for file in one.files] == [file.path for file in files[:3]]
            assert all(len(encode(one).value) < MAX_VALUE_BYTES for one in pieces)
            assert all("secret" not in file.content for one in pieces for file in one.files)
            assert {one.matches_sent for one in pieces} == {True}

    asyncio.run(scenario())

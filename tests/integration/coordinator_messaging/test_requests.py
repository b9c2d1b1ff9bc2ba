"""What is asked of agents for now, and what nobody asks for when nobody looks."""

import asyncio

import pytest

from dsfleet.contracts.identifiers import InstanceId
from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.contracts.messages.request import AgentAnswer, AgentRequest, RequestKind
from dsfleet.contracts.problems import NotFoundError, TemporaryError
from dsfleet.contracts.topics import ADMISSION, REQUEST
from tests.eventually import eventually
from tests.integration.coordinator_messaging.loop_bench import Bench
from tests.unit.coordinator.reported.builders import AGENT, NOON, OTHER_AGENT, a_greeting, a_report

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

INSTANCE = InstanceId("i-1")


def a_piece(request: AgentRequest, piece: int, last: bool) -> AgentAnswer:
    """Return one piece of an answer with a file named after it."""
    return AgentAnswer(
        agent_id=AGENT,
        start_number=1,
        sequence=piece,
        sent_at=NOON,
        request_id=request.request_id,
        piece=piece,
        last=last,
        files=(ConfigurationFile(path=f"/config/{piece}", content="x"),),
    )


def the_requests(bench: Bench, kind: RequestKind) -> list[AgentRequest]:
    """Return what was asked so far."""
    return [each for each in bench.heard(REQUEST) if isinstance(each, AgentRequest) and each.kind is kind]


async def test_pieces_make_an_answer(bench: Bench) -> None:
    """An answer in pieces is returned whole and in order, however often or late its pieces come."""
    bench.page.is_watched = False
    async with bench.running() as messaging:
        await bench.say(a_greeting())
        await eventually(lambda: bench.heard(ADMISSION))
        asking = asyncio.create_task(messaging.ask_agent(AGENT, RequestKind.READ_CONFIGURATION, INSTANCE, 5.0))
        (request,) = await eventually(lambda: the_requests(bench, RequestKind.READ_CONFIGURATION))
        assert request.instance_id == INSTANCE
        await bench.say(a_piece(request, 0, False), a_piece(request, 0, False), a_piece(request, 1, True))
        pieces = await asking
        assert [file.path for piece in pieces for file in piece.files] == ["/config/0", "/config/1"]


async def test_silent_host_is_named(bench: Bench) -> None:
    """A host that does not answer is named with the time it was given; an unknown one is not asked."""
    bench.page.is_watched = False
    async with bench.running() as messaging:
        await bench.say(a_greeting("edge-7"))
        await eventually(lambda: bench.heard(ADMISSION))
        with pytest.raises(TemporaryError, match=r"Host 'edge-7' did not answer within 0.05 s\.") as silent:
            await messaging.ask_agent(AGENT, RequestKind.READ_CONFIGURATION, INSTANCE, 0.05)
        assert silent.value.problem.code == "agent-did-not-answer"
        with pytest.raises(NotFoundError):
            await messaging.ask_agent(OTHER_AGENT, RequestKind.READ_CONFIGURATION, INSTANCE, 0.05)


async def test_hosts_are_watched_while_a_page_is_open(bench: Bench) -> None:
    """A live host is asked for quick reports, with a growing number, again before a minute has passed."""
    async with bench.running() as messaging:
        await bench.say(a_greeting())
        await eventually(lambda: bench.heard(ADMISSION))
        await bench.say(a_report())
        await eventually(lambda: bench.newest_order(AGENT) == (1, 1))
        await messaging.watch.ask_those_due()
        await messaging.watch.ask_those_due()
        assert len(the_requests(bench, RequestKind.WATCH)) == 1
        bench.clock.turn(41)
        await messaging.watch.ask_those_due()
        first, second = the_requests(bench, RequestKind.WATCH)
        assert first.number < second.number
        assert first.valid_for_s == 60.0


async def test_nobody_is_asked_when_nobody_looks(bench: Bench) -> None:
    """Without an open page no host is asked to report more often."""
    bench.page.is_watched = False
    async with bench.running() as messaging:
        await bench.say(a_greeting(), a_report())
        await eventually(lambda: bench.heard(ADMISSION))
        await messaging.watch.ask_those_due()
        assert the_requests(bench, RequestKind.WATCH) == []


async def test_silent_host_is_shown_anew(bench: Bench) -> None:
    """When a host falls silent the open page hears of it, though no message came."""
    async with bench.running() as messaging:
        await bench.say(a_greeting())
        await eventually(lambda: bench.heard(ADMISSION))
        messaging.upkeep.look()
        bench.page.told.clear()
        bench.clock.turn(60)
        messaging.upkeep.look()
        assert not bench.page.told.get("agents")
        bench.clock.turn(60)
        messaging.upkeep.look()
        assert bench.page.told["agents"] == {AGENT}

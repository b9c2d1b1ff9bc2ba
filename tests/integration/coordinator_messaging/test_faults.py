"""Poison, repetition, clones, and crashes between any two steps: nothing is lost and nothing happens twice."""

import msgspec
import pytest

from dsfleet.contracts.envelope import encode
from dsfleet.contracts.messages.configuration import ConfigurationFile
from dsfleet.contracts.topics import ADMISSION, ALL_TOPICS, CONFIGURATION, DEAD_LETTER, STATUS
from dsfleet.coordinator.messaging.model import MessagingSettings
from dsfleet.coordinator.messaging.records import DeadLetter
from dsfleet.coordinator.storage.tables import AGENTS, OUTBOX, REPORTED_INSTANCES, REVISIONS
from dsfleet.transport.model import OutgoingRecord
from tests.eventually import eventually
from tests.integration.coordinator_messaging.loop_bench import EVERYBODY, Bench
from tests.unit.coordinator.reported.builders import (
    AGENT,
    OTHER_AGENT,
    a_desired_host,
    a_desired_instance,
    a_greeting,
    a_report,
    an_instance,
)

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


REFUSES_POISON = """
CREATE TRIGGER poison BEFORE INSERT ON reported_instances WHEN NEW.cause = 'poison'
BEGIN SELECT RAISE(ABORT, 'this cannot be stored'); END
"""
"""Stands for whatever a database refuses about one message and no other."""


async def admitted(bench: Bench) -> None:
    """The agent has greeted and was let in."""
    await bench.say(a_greeting())
    await eventually(lambda: bench.heard(ADMISSION))


async def test_poison_is_buried_and_the_rest_goes_on(bench: Bench) -> None:
    """A message nobody can read, or that the database cannot hold, ends as a dead letter with place and reason."""
    bench.execute(REFUSES_POISON)
    async with bench.running():
        await admitted(bench)
        good = encode(a_report(an_instance()))
        await bench.transport.publish([OutgoingRecord(STATUS, AGENT, b"x" * 9000, good.headers)])
        await bench.say(a_report(an_instance(cause="poison"), order=(1, 1)), a_report(agent_id=OTHER_AGENT))
        await eventually(lambda: len(bench.records(DEAD_LETTER)) == 2)
        await bench.say(a_report(an_instance(), order=(1, 2)))
        await eventually(lambda: bench.newest_order(AGENT) == (1, 2))
        letters = bench.records(DEAD_LETTER)
    read = [msgspec.json.decode(record.value or b"", type=DeadLetter) for record in letters]
    assert {letter.code for letter in read} == {"bad-envelope", "not-applicable"}
    assert [letter.value_bytes for letter in read if letter.code == "bad-envelope"] == [9000]
    assert all(letter.topic == STATUS.name and len(letter.head) <= 4096 * 4 / 3 + 4 for letter in read)


async def test_repeated_and_reordered_messages_do_no_harm(bench: Bench) -> None:
    """Messages that come again or late leave the newest state in place."""
    reports = [a_report(an_instance(restarts=number), order=(1, number)) for number in range(1, 5)]
    async with bench.running() as messaging:
        await admitted(bench)
        await bench.say(reports[0], reports[3], reports[1], reports[3], reports[2], reports[0])
        await eventually(lambda: messaging.figures()["dsfleet_reports_dropped_total"] == 4)
        await bench.say(a_greeting(), a_greeting())
        await eventually(lambda: len(bench.heard(ADMISSION)) == 3)
    assert bench.newest_order(AGENT) == (1, 4)
    assert [row["content"]["restarts"] for row in bench.rows(REPORTED_INSTANCES)] == [4]
    assert len(bench.rows(AGENTS)) == 1


async def test_cloned_host_is_held_and_said(bench: Bench) -> None:
    """Two hosts under one id are both held, with the cause, instead of overwriting each other."""
    async with bench.running():
        await admitted(bench)
        for sequence in range(1, 6):
            await bench.say(a_report(order=(9, sequence)), a_report(order=(7, sequence)))
        await eventually(lambda: bench.rows(AGENTS)[0]["admission"] == "waiting")
    assert "start numbers 7 and 9" in bench.rows(AGENTS)[0]["admission_reason"]


async def test_report_of_an_unknown_agent_is_dropped(bench: Bench) -> None:
    """A status message of an agent that never greeted is dropped, and others in the batch are taken."""
    async with bench.running():
        await admitted(bench)
        await bench.say(a_report(an_instance("i-9"), agent_id=OTHER_AGENT), a_report(an_instance()))
        await eventually(lambda: [row["instance_id"] for row in bench.rows(REPORTED_INSTANCES)] == ["i-1"])


async def test_broker_away_keeps_everything(bench: Bench) -> None:
    """While the broker is away requests stay accepted and say so; when it returns they are sent, once each in order."""
    async with bench.running() as messaging:
        await admitted(bench)
        bench.broker.go_away()
        bench.file_request(a_desired_host(a_desired_instance()))
        messaging.wake()
        messaging.upkeep.look()
        assert bench.request_state() == (
            "accepted",
            "not sent yet, the messenger is away since 2026-01-01 12:00:00 UTC",
        )
        bench.broker.come_back()
        await eventually(lambda: bench.request_state()[0] == "sent")
    assert bench.heard(CONFIGURATION) == [a_desired_host(a_desired_instance())]


async def test_crash_after_publishing_sends_the_same_again(bench: Bench) -> None:
    """A coordinator that dies between publishing and forgetting says exactly the same again."""
    async with bench.running():
        await admitted(bench)
    bench.file_request(a_desired_host(a_desired_instance()))
    await bench.say(a_desired_host(a_desired_instance()))
    async with bench.running():
        await eventually(lambda: bench.request_state()[0] == "sent")
    values = {record.value for record in bench.records(CONFIGURATION)}
    assert values == {encode(a_desired_host(a_desired_instance())).value}
    assert len(bench.records(CONFIGURATION)) >= 2
    assert bench.rows(OUTBOX) == []
    assert all(row["published_at"] is not None for row in bench.rows(REVISIONS))


async def test_crash_before_committing_offsets_takes_the_batch_again(bench: Bench) -> None:
    """A batch stored but not committed is delivered to the next coordinator, which drops what it knows."""
    async with bench.running():
        await admitted(bench)
        await bench.say(a_report(an_instance()))
        await eventually(lambda: bench.newest_order(AGENT) == (1, 1))
    async with bench.running(
        MessagingSettings(group="as-if-never-committed", auto_admit=EVERYBODY.auto_admit)
    ) as again:
        await eventually(lambda: again.figures()["dsfleet_reports_dropped_total"] == 1)
    assert len(bench.rows(REPORTED_INSTANCES)) == 1
    assert bench.rows(AGENTS)[0]["admission"] == "admitted"


async def test_lost_topics_are_filled_again(bench: Bench) -> None:
    """When every topic is lost, the next start says each agent's admission and newest configuration again."""
    async with bench.running() as messaging:
        await admitted(bench)
        bench.file_request(a_desired_host(a_desired_instance()))
        messaging.wake()
        await eventually(lambda: bench.request_state()[0] == "sent")
    bench.broker.delete(ALL_TOPICS)
    await bench.transport.ensure_topics(ALL_TOPICS)
    async with bench.running():
        await eventually(lambda: len(bench.heard(ADMISSION)) == 1 and len(bench.heard(CONFIGURATION)) == 1)


async def test_broker_that_returns_hears_the_newest_states_again(bench: Bench) -> None:
    """A broker that comes back may have lost its topics: the newest states are said again without a restart."""
    async with bench.running() as messaging:
        await admitted(bench)
        bench.clock.turn(1)
        bench.broker.go_away()
        bench.broker.come_back()
        messaging.wake()
        await eventually(lambda: len(bench.heard(ADMISSION)) == 2)


async def test_too_large_message_is_set_aside(bench: Bench) -> None:
    """A configuration no record can hold fails its request with the reason, and later ones go on."""
    file = ConfigurationFile(path="/config/app.txt", content="x" * 2_000_000)
    large = msgspec.structs.replace(a_desired_instance(), files=(file,))
    async with bench.running() as messaging:
        await admitted(bench)
        bench.file_request(a_desired_host(large), "u-1")
        bench.file_request(a_desired_host(a_desired_instance(), revision=2), "u-2")
        messaging.wake()
        await eventually(lambda: bench.request_state("u-2")[0] == "sent")
    state, cause = bench.request_state("u-1")
    assert state == "failed"
    assert "1048576 are allowed" in cause
    assert [message.order for message in bench.heard(CONFIGURATION)] == [(2, 0)]


async def test_database_away_makes_the_batch_wait(bench: Bench) -> None:
    """While the database cannot be written, messages wait; then they are taken, none lost."""
    async with bench.running() as messaging:
        await admitted(bench)
        bench.execute("ALTER TABLE reported_agents RENAME TO taken_away")
        await bench.say(a_report(an_instance()))
        await eventually(lambda: messaging.figures().get('dsfleet_messages_received_total{topic="220"}') == 1)
        bench.execute("ALTER TABLE taken_away RENAME TO reported_agents")
        await eventually(lambda: bench.newest_order(AGENT) == (1, 1))
    assert bench.records(DEAD_LETTER) == []

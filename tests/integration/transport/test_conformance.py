"""What every transport promises, on Apache Kafka and in memory alike."""

from dataclasses import replace

import pytest

from dsfleet.contracts.identifiers import AgentId
from dsfleet.contracts.problems import InputError, TemporaryError
from dsfleet.contracts.topics import (
    ADMISSION,
    AGENT_TOPICS,
    ALL_TOPICS,
    CONFIGURATION,
    COORDINATOR_TOPICS,
    GREETING,
    MAX_VALUE_BYTES,
    REQUEST,
    STATUS,
)
from dsfleet.transport.model import Transport
from dsfleet.transport.partitioning import partition_of
from tests.eventually import eventually
from tests.integration.transport.fabric import Collector, Fabric, a_record, an_agent, connected

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


async def test_a_record_arrives_as_it_was_written(fabric: Fabric) -> None:
    """Key, headers, value and topic arrive unchanged, with the time at which the record was taken."""
    agent = an_agent()
    async with connected(fabric) as transport:
        await transport.publish([a_record(CONFIGURATION, agent, b"\x00binary\xff", ce_type="a", ce_source="/b/ü")])
        collector = Collector(transport.key_reader(AGENT_TOPICS, agent))
        (record,) = await eventually(lambda: collector.records)
    assert (record.topic, record.key, record.value) == (CONFIGURATION, agent, b"\x00binary\xff")
    assert record.headers == {"ce_type": "a", "ce_source": "/b/ü"}
    assert record.timestamp is not None


async def test_records_of_one_key_arrive_in_order(fabric: Fabric) -> None:
    """Whatever is published under one key is read in the order of publishing."""
    agent = an_agent()
    wanted = [str(number).encode() for number in range(200)]
    async with connected(fabric) as transport:
        collector = Collector(transport.key_reader([REQUEST], agent))
        for start in range(0, 200, 50):
            await transport.publish([a_record(REQUEST, agent, value) for value in wanted[start : start + 50]])
        await eventually(lambda: len(collector.records) >= 200)
    assert collector.values == wanted


async def test_an_agent_gets_its_own_records_only(fabric: Fabric) -> None:
    """A key reader skips the other agents that share its partition, and reads its own from every topic."""
    agent = an_agent()
    home = partition_of(agent, CONFIGURATION.partitions)
    neighbour = next(other for other in iter(an_agent, None) if partition_of(other, CONFIGURATION.partitions) == home)
    async with connected(fabric) as transport:
        collector = Collector(transport.key_reader(AGENT_TOPICS, agent))
        await transport.publish(
            [
                a_record(CONFIGURATION, neighbour, b"not mine"),
                a_record(CONFIGURATION, agent, b"configuration"),
                a_record(ADMISSION, neighbour, b"not mine"),
                a_record(ADMISSION, agent, b"admission"),
            ]
        )
        await eventually(collector.has(b"configuration", b"admission"))
    assert {record.key for record in collector.records} == {agent}


async def test_the_broker_puts_a_key_where_the_agent_looks_for_it(fabric: Fabric) -> None:
    """The partition a record lands on is the one that partition_of computes from its key."""
    agents = [an_agent() for _ in range(60)]
    async with connected(fabric) as transport:
        await transport.publish([a_record(STATUS, agent, agent.encode()) for agent in agents])
        collector = Collector(transport.group_reader([STATUS], "places"))
        await eventually(lambda: len(collector.records) >= len(agents), timeout_s=40)
    landed = {record.key: record.partition for record in collector.records}
    assert landed == {agent: partition_of(agent, STATUS.partitions) for agent in agents}


async def test_a_key_reader_begins_anew_from_the_earliest_record(fabric: Fabric) -> None:
    """Each new key reader reads the agent's records again and then goes on with new ones."""
    agent = an_agent()
    async with connected(fabric) as transport:
        await transport.publish([a_record(CONFIGURATION, agent, b"1")])
        first = Collector(transport.key_reader(AGENT_TOPICS, agent))
        await eventually(first.has(b"1"))
        await first.close()
        second = Collector(transport.key_reader(AGENT_TOPICS, agent))
        await eventually(second.has(b"1"))
        await transport.publish([a_record(CONFIGURATION, agent, b"2")])
        await eventually(second.has(b"2"))
    assert second.values == [b"1", b"2"]


async def test_the_newest_record_of_a_key_is_always_delivered_last(fabric: Fabric) -> None:
    """Older records of a compacted topic may be missing, the newest of each key never, and it comes last."""
    agent = an_agent()
    async with connected(fabric) as transport:
        await transport.publish([a_record(CONFIGURATION, agent, str(number).encode()) for number in range(20)])
        collector = Collector(transport.key_reader([CONFIGURATION], agent))
        await eventually(collector.has(b"19"))
    numbers = [int(value or b"-1") for value in collector.values]
    assert numbers == sorted(numbers)
    assert numbers[-1] == 19


async def test_a_group_goes_on_after_its_last_commit(fabric: Fabric) -> None:
    """A new member of a group gets what was not committed, and nothing of what was."""
    agent = an_agent()
    async with connected(fabric) as transport:
        await transport.publish([a_record(STATUS, agent, b"1"), a_record(STATUS, agent, b"2")])
        first = Collector(transport.group_reader(COORDINATOR_TOPICS, "g"), commits=True)
        await eventually(first.has(b"1", b"2"), timeout_s=40)
        await first.close()
        await transport.publish([a_record(STATUS, agent, b"3")])
        second = Collector(transport.group_reader(COORDINATOR_TOPICS, "g"))
        await eventually(second.has(b"3"), timeout_s=40)
    assert second.values == [b"3"]


async def test_a_batch_not_committed_is_delivered_again(fabric: Fabric) -> None:
    """When a member ends before it commits, the next one gets the same records."""
    agent = an_agent()
    async with connected(fabric) as transport:
        await transport.publish([a_record(GREETING, agent, b"1"), a_record(GREETING, agent, b"2")])
        first = Collector(transport.group_reader(COORDINATOR_TOPICS, "g"))
        await eventually(first.has(b"1", b"2"), timeout_s=40)
        await first.close()
        second = Collector(transport.group_reader(COORDINATOR_TOPICS, "g"))
        await eventually(second.has(b"1", b"2"), timeout_s=40)
    assert second.values == [b"1", b"2"]


async def test_two_groups_each_get_everything(fabric: Fabric) -> None:
    """What one group commits changes nothing for another."""
    agent = an_agent()
    async with connected(fabric) as transport:
        await transport.publish([a_record(STATUS, agent, b"1")])
        one = Collector(transport.group_reader([STATUS], "one"), commits=True)
        other = Collector(transport.group_reader([STATUS], "other"), commits=True)
        await eventually(one.has(b"1"), timeout_s=40)
        await eventually(other.has(b"1"), timeout_s=40)


async def test_two_members_share_the_partitions(fabric: Fabric) -> None:
    """Both members of a group get records, and together all of them; a batch of a lost partition does no harm."""
    agents = [an_agent() for _ in range(40)]
    async with connected(fabric) as transport, connected(fabric) as another:
        one = Collector(transport.group_reader([STATUS], "g"))
        await transport.publish([a_record(STATUS, agent, b"before") for agent in agents])
        await eventually(lambda: len(one.records) >= len(agents), timeout_s=40)
        other = Collector(another.group_reader([STATUS], "g"), commits=True)
        await eventually(lambda: other.records, timeout_s=40)
        for batch in one.batches:
            await one.reader.commit(batch)  # type: ignore[union-attr]
        await transport.publish([a_record(STATUS, agent, b"after") for agent in agents])

        def all_arrived() -> bool:
            return {r.key for r in [*one.records, *other.records] if r.value == b"after"} == set(agents)

        await eventually(all_arrived, timeout_s=40)
    after = [{r.partition for r in reader.records if r.value == b"after"} for reader in (one, other)]
    assert after[0]
    assert after[1]
    assert not after[0] & after[1]


async def test_a_value_at_the_limit_passes_and_one_beyond_is_refused(fabric: Fabric) -> None:
    """1 MiB travels; one byte more is refused with a problem that names both sizes, and nothing of it is sent."""
    agent = an_agent()
    async with connected(fabric) as transport:
        collector = Collector(transport.key_reader([CONFIGURATION], agent))
        with pytest.raises(InputError) as refusal:
            await transport.publish(
                [a_record(CONFIGURATION, agent, b"small"), a_record(CONFIGURATION, agent, bytes(MAX_VALUE_BYTES + 1))]
            )
        await transport.publish([a_record(CONFIGURATION, agent, bytes(MAX_VALUE_BYTES), ce_source="x" * 1000)])
        await eventually(lambda: collector.records)
    assert refusal.value.problem.code == "record-refused"
    assert refusal.value.problem.facts == {"bytes": MAX_VALUE_BYTES + 1, "limit": MAX_VALUE_BYTES}
    assert [len(value or b"") for value in collector.values] == [MAX_VALUE_BYTES]


async def test_ensuring_topics_twice_changes_nothing(fabric: Fabric) -> None:
    """Topics that exist are left alone, records included."""
    agent = an_agent()
    async with connected(fabric) as transport:
        await transport.publish([a_record(CONFIGURATION, agent, b"kept")])
        await transport.ensure_topics(ALL_TOPICS)
        collector = Collector(transport.key_reader([CONFIGURATION], agent))
        await eventually(collector.has(b"kept"))


async def test_another_partition_count_is_refused(fabric: Fabric) -> None:
    """A topic that exists with another number of partitions is an error, for agents would look in the wrong place."""
    async with connected(fabric, [STATUS]) as transport:
        with pytest.raises(InputError) as refusal:
            await transport.ensure_topics([replace(STATUS, partitions=STATUS.partitions + 1)])
    assert refusal.value.problem.code == "topic-partitions-differ"


async def test_writing_to_a_missing_topic_says_so(fabric: Fabric) -> None:
    """A publish to a topic that nobody created fails, to be tried again, with `topic-missing`."""
    async with connected(fabric, []) as transport:
        with pytest.raises(TemporaryError) as refusal:
            await transport.publish([a_record(STATUS, an_agent(), b"1")])
    assert refusal.value.problem.code == "topic-missing"


async def test_reading_may_begin_before_the_topics_exist(fabric: Fabric) -> None:
    """A reader that came first gets the records once somebody creates the topics."""
    agent = an_agent()
    async with connected(fabric, []) as early, connected(fabric, []) as late:
        mine = Collector(early.key_reader(AGENT_TOPICS, agent))
        group = Collector(early.group_reader(COORDINATOR_TOPICS, "g"))
        await late.ensure_topics(ALL_TOPICS)
        await late.publish([a_record(CONFIGURATION, agent, b"for me"), a_record(STATUS, agent, b"for the group")])
        await eventually(mine.has(b"for me"), timeout_s=60)
        await eventually(group.has(b"for the group"), timeout_s=60)


async def test_readers_go_on_when_topics_are_made_anew(fabric: Fabric) -> None:
    """After topics were deleted and created again both kinds of reader get what is written from then on."""
    agent = an_agent()
    async with connected(fabric) as transport:
        mine = Collector(transport.key_reader(AGENT_TOPICS, agent))
        group = Collector(transport.group_reader(COORDINATOR_TOPICS, "g"), commits=True)
        await transport.publish([a_record(CONFIGURATION, agent, b"old"), a_record(STATUS, agent, b"old")])
        await eventually(mine.has(b"old"), timeout_s=40)
        await eventually(group.has(b"old"), timeout_s=40)
        await fabric.delete_topics(ALL_TOPICS)
        await transport.ensure_topics(ALL_TOPICS)
        await _repeat_until_seen(transport, agent, mine, group)


async def test_closing_ends_every_iteration(fabric: Fabric) -> None:
    """When the transport is closed its readers stop yielding, those that wait and those never started included."""
    async with connected(fabric) as transport:
        mine = Collector(transport.key_reader(AGENT_TOPICS, an_agent()))
        group = Collector(transport.group_reader(COORDINATOR_TOPICS, "g"))
        unused = transport.key_reader(AGENT_TOPICS, an_agent())
    await mine.close()
    await group.close()
    assert [batch async for batch in unused.batches()] == []


async def test_everything_goes_on_when_the_broker_returns(stoppable: Fabric) -> None:
    """The link says down and since when; a publish fails in time; after the return all readers and writers go on."""
    agent = an_agent()
    async with connected(stoppable) as transport:
        mine = Collector(transport.key_reader(AGENT_TOPICS, agent))
        group = Collector(transport.group_reader(COORDINATOR_TOPICS, "g"), commits=True)
        await transport.publish([a_record(CONFIGURATION, agent, b"before"), a_record(STATUS, agent, b"before")])
        await eventually(mine.has(b"before"), timeout_s=40)
        await eventually(group.has(b"before"), timeout_s=40)
        await eventually(lambda: transport.link.is_up)
        await stoppable.stop()
        await eventually(lambda: not transport.link.is_up, timeout_s=40)
        down = transport.link
        with pytest.raises(TemporaryError) as refusal:
            await transport.publish([a_record(STATUS, agent, b"lost")])
        assert refusal.value.problem.code == "broker-unreachable"
        assert transport.link.since == down.since
        assert transport.link.detail
        await stoppable.start()
        await eventually(lambda: transport.link.is_up, timeout_s=40)
        assert transport.link.since > down.since
        await transport.publish([a_record(CONFIGURATION, agent, b"after"), a_record(STATUS, agent, b"after")])
        await eventually(mine.has(b"after"), timeout_s=60)
        await eventually(group.has(b"after"), timeout_s=60)
    assert list(dict.fromkeys(mine.values)) == [b"before", b"after"]


async def test_starting_while_the_broker_is_away_does_not_fail(stoppable: Fabric) -> None:
    """A transport started before its broker waits; topics cannot be ensured yet; it works once the broker is there."""
    agent = an_agent()
    await stoppable.stop()
    async with connected(stoppable, []) as transport:
        mine = Collector(transport.key_reader(AGENT_TOPICS, agent))
        assert not transport.link.is_up
        with pytest.raises(TemporaryError) as refusal:
            await transport.ensure_topics(ALL_TOPICS)
        assert refusal.value.problem.code == "broker-unreachable"
        await stoppable.start()
        await transport.ensure_topics(ALL_TOPICS)
        await transport.publish([a_record(CONFIGURATION, agent, b"1")])
        await eventually(mine.has(b"1"), timeout_s=40)


async def test_readers_outlive_a_restart_and_new_topics(stoppable: Fabric) -> None:
    """Topics made anew after the broker restarted are read, though their leader epochs begin again at zero."""
    agent = an_agent()
    async with connected(stoppable) as transport:
        mine = Collector(transport.key_reader(AGENT_TOPICS, agent))
        group = Collector(transport.group_reader(COORDINATOR_TOPICS, "g"), commits=True)
        await transport.publish([a_record(CONFIGURATION, agent, b"old"), a_record(STATUS, agent, b"old")])
        await eventually(mine.has(b"old"), timeout_s=40)
        await eventually(group.has(b"old"), timeout_s=40)
        await stoppable.stop()
        await stoppable.start()
        await transport.publish([a_record(CONFIGURATION, agent, b"older"), a_record(STATUS, agent, b"older")])
        await eventually(mine.has(b"older"), timeout_s=60)
        await eventually(group.has(b"older"), timeout_s=60)
        await stoppable.delete_topics(ALL_TOPICS)
        await transport.ensure_topics(ALL_TOPICS)
        await _repeat_until_seen(transport, agent, mine, group)


async def _repeat_until_seen(transport: Transport, agent: AgentId, mine: Collector, group: Collector) -> None:
    """Return when both readers got something new; the newest state is said again until then, as the programs do."""

    async def both_read_it() -> bool:
        await transport.publish([a_record(CONFIGURATION, agent, b"new"), a_record(STATUS, agent, b"new")])
        return mine.has(b"new")() and group.has(b"new")()

    await eventually(both_read_it, timeout_s=120, interval_s=1.0)

"""Records into messages, and what becomes of those that are none."""

import base64
from dataclasses import replace

import msgspec
import pytest

from dsfleet.contracts.topics import CONFIGURATION, DEAD_LETTER, STATUS
from dsfleet.coordinator.messaging.records import DeadLetter, Refusal, dead_letter_of, read_batch, record_of
from dsfleet.coordinator.messaging.waiting import pause_after
from dsfleet.transport.model import IncomingRecord
from tests.unit.coordinator.reported.builders import a_desired_host, a_report


def a_record(order: tuple[int, int] = (1, 1)) -> IncomingRecord:
    sent = record_of(a_report(order=order))
    return IncomingRecord(STATUS, sent.key, sent.value, sent.headers, partition=3, offset=order[1])


def test_unreadable_record_leaves_the_others_readable() -> None:
    """One bad record is refused with its code and the rest of the batch keeps its order."""
    batch = [
        a_record((1, 1)),
        replace(a_record((1, 2)), value=b"{"),
        replace(a_record((1, 3)), value=None),
        a_record((1, 4)),
    ]
    messages, refusals = read_batch(batch)
    assert [each.message.order for each in messages] == [(1, 1), (1, 4)]
    assert [refusal.code for refusal in refusals] == ["bad-envelope", "value-missing"]


def test_what_only_the_coordinator_says_is_refused() -> None:
    """A configuration read from an agents' topic is no message of an agent."""
    sent = record_of(a_desired_host())
    _, (refusal,) = read_batch([IncomingRecord(CONFIGURATION, sent.key, sent.value, sent.headers, 0, 0)])
    assert refusal.code == "wrong-type"


def test_dead_letter_names_place_and_reason() -> None:
    """A dead letter says where the record was, why it was refused, and keeps its first 4 KiB at most."""
    record = replace(a_record(), value=b"x" * 10_000, headers={"ce_type": "y" * 500})
    sent = dead_letter_of(Refusal(record, "bad-envelope", "Not readable."))
    letter = msgspec.json.decode(sent.value, type=DeadLetter)
    assert (sent.topic, sent.key) == (DEAD_LETTER, None)
    assert (letter.topic, letter.partition, letter.offset) == (STATUS.name, 3, 1)
    assert (letter.code, letter.reason, letter.value_bytes) == ("bad-envelope", "Not readable.", 10_000)
    assert base64.b64decode(letter.head) == b"x" * 4096
    assert len(letter.headers["ce_type"]) == 200


@pytest.mark.parametrize(("failures", "pause_s"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 5.0), (1000, 5.0)])
def test_pauses_double_up_to_five_seconds(failures: int, pause_s: float) -> None:
    """Whoever waits for broker or database asks seldom enough not to spin and often enough to notice its return."""
    assert pause_after(failures) == pause_s

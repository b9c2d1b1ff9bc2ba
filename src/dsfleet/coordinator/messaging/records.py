"""Messages into records and records into messages; what nobody can read becomes a dead letter."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from dsfleet.contracts.envelope import decode, encode
from dsfleet.contracts.messages.greeting import Greeting
from dsfleet.contracts.messages.request import AgentAnswer
from dsfleet.contracts.messages.status import ReportedHost
from dsfleet.contracts.problems import InputError
from dsfleet.contracts.topics import DEAD_LETTER, AnyMessage, topic_of
from dsfleet.transport.model import IncomingRecord, OutgoingRecord

KEPT_BYTES = 4096
"""How much of an unreadable value a dead letter keeps."""

FromAgent = Greeting | ReportedHost | AgentAnswer


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """Where the record was, why it could not be taken, and how it begins. head: base64 of at most 4 KiB."""

    topic: str
    partition: int
    offset: int
    code: str
    reason: str
    key: str | None
    headers: dict[str, str]
    value_bytes: int
    head: str


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message and the record it came in."""

    record: IncomingRecord
    message: FromAgent


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was not taken, and why."""

    record: IncomingRecord
    code: str
    reason: str


def record_of(message: AnyMessage) -> OutgoingRecord:
    """Return the record that carries the message; raises InputError `message-too-large`."""
    wire = encode(message)
    return OutgoingRecord(topic=topic_of(message), key=wire.key, value=wire.value, headers=wire.headers)


def read_batch(records: Sequence[IncomingRecord]) -> tuple[tuple[ReadMessage, ...], tuple[Refusal, ...]]:
    """Return the messages in order, and the records that are none."""
    messages: list[ReadMessage] = []
    refusals: list[Refusal] = []
    for record in records:
        try:
            message = decode(record.topic, record.key, record.headers, record.value)
        except InputError as error:
            refusals.append(Refusal(record, error.problem.code, error.problem.message))
            continue
        if isinstance(message, Greeting | ReportedHost | AgentAnswer):
            messages.append(ReadMessage(record, message))
        else:
            refusals.append(Refusal(record, "wrong-type", "Agents do not say such things."))
    return tuple(messages), tuple(refusals)


def dead_letter_of(refusal: Refusal) -> OutgoingRecord:
    """Return the record for topic 290."""
    record = refusal.record
    value = record.value or b""
    letter = DeadLetter(
        topic=record.topic.name,
        partition=record.partition,
        offset=record.offset,
        code=refusal.code,
        reason=refusal.reason,
        key=None if record.key is None else record.key[:200],
        headers={name[:200]: text[:200] for name, text in list(record.headers.items())[:20]},
        value_bytes=len(value),
        head=base64.b64encode(value[:KEPT_BYTES]).decode(),
    )
    return OutgoingRecord(topic=DEAD_LETTER, key=None, value=msgspec.json.encode(letter))

"""The one envelope around every message, and the CloudEvents headers that repeat what routing needs.

Value: JSON `{payload, sealed, key_id, signature}`, payload in base64. The signature covers `signed_bytes`: type, agent
id, order pair and payload bytes; a payload is sealed first and signed then. Headers follow the CloudEvents Kafka
protocol binding 1.0.2, binary mode (names start with `ce_`). Headers that disagree with the payload refuse the message.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from dsfleet.contracts.messages.base import Order
from dsfleet.contracts.problems import InputError, Problem
from dsfleet.contracts.topics import MAX_VALUE_BYTES, AnyMessage, Direction, Topic, topic_of

CONTENT_TYPE = "application/json"
SPEC_VERSION = "1.0"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What a record's value holds. payload: base64 of the message's JSON, or of the sealed box around it.

    signature: base64 of 64 bytes (Ed25519), None where nobody signed. key_id: which key signed, None where nobody did.
    """

    payload: str
    sealed: bool = False
    key_id: str | None = None
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class WireRecord:
    """A message as it crosses the wire: Kafka key, headers by name, value."""

    key: str
    headers: Mapping[str, str]
    value: bytes


class UnreadableMessageError(InputError):
    """A record that cannot be understood; the problem's code says why."""


def signed_bytes(message_type: str, agent_id: str, order: Order, payload: bytes) -> bytes:
    """Return what a signature covers: the three identifying lines, a blank line, the payload bytes as sent."""
    return f"{message_type}\n{agent_id}\n{order[0]}.{order[1]}\n\n".encode() + payload


def headers_of(message: AnyMessage, source: str) -> dict[str, str]:
    """Return the CloudEvents headers; `source` is who wrote it, such as `/dsfleet/agent/<id>`.

    The same message always gets the same id, so a repeated record is the same event.
    """
    order = f"{message.order[0]}.{message.order[1]}"
    return {
        "content-type": CONTENT_TYPE,
        "ce_specversion": SPEC_VERSION,
        "ce_id": f"{message.MESSAGE_TYPE}/{message.agent_id}/{order}",
        "ce_type": message.MESSAGE_TYPE,
        "ce_source": source,
        "ce_time": message.sent_at.isoformat(),
        "ce_schemaversion": str(message.SCHEMA_VERSION),
        "ce_agentid": message.agent_id,
        "ce_order": order,
    }


def encode(message: AnyMessage) -> WireRecord:
    """Return the record that carries the message, neither sealed nor signed.

    Raises InputError `message-too-large` when the value would pass the topics' size limit.
    """
    topic = topic_of(message)
    is_from_agent = topic.direction is Direction.TO_COORDINATOR
    source = f"/dsfleet/agent/{message.agent_id}" if is_from_agent else "/dsfleet/coordinator"
    payload = msgspec.json.encode(message)
    value = msgspec.json.encode(Envelope(payload=base64.b64encode(payload).decode()))
    if len(value) > MAX_VALUE_BYTES:
        raise InputError(
            Problem(
                code="message-too-large",
                message=f"The message for topic {topic.number} has {len(value)} bytes; {MAX_VALUE_BYTES} are allowed.",
                mend="Put fewer instances on this host or make their configuration files smaller.",
                facts={"bytes": len(value), "limit": MAX_VALUE_BYTES},
            )
        )
    return WireRecord(key=message.agent_id, headers=headers_of(message, source), value=value)


def decode(topic: Topic, key: str | None, headers: Mapping[str, str], value: bytes | None) -> AnyMessage:
    """Return the message that the record carries, checked against its headers, key and topic.

    Raises UnreadableMessageError: `value-too-large`, `value-missing`, `wrong-type`, `unknown-schema-version`,
    `bad-envelope`, `sealed-unexpectedly`, `bad-payload`, `headers-disagree`.
    """
    message_class = topic.message
    if message_class is None:
        raise _unreadable("wrong-type", f"Topic {topic.number} carries no messages to read.")
    if value is None:
        raise _unreadable("value-missing", "The record has no value.")
    if len(value) > MAX_VALUE_BYTES:
        raise _unreadable("value-too-large", f"The value has {len(value)} bytes; {MAX_VALUE_BYTES} are allowed.")
    _check_type(topic, message_class.MESSAGE_TYPE, message_class.SCHEMA_VERSION, headers)
    envelope = _decoded(value, Envelope, "bad-envelope")
    if envelope.sealed:
        raise _unreadable("sealed-unexpectedly", "The payload is sealed and no key to open it is at hand.")
    try:
        payload = base64.b64decode(envelope.payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unreadable("bad-envelope", "The payload is not base64.") from error
    message: AnyMessage = _decoded(payload, message_class, "bad-payload")
    expected = headers_of(message, headers.get("ce_source", ""))
    for name in ("ce_agentid", "ce_order"):
        if headers.get(name) != expected[name]:
            raise _unreadable(
                "headers-disagree", f"Header {name} says {headers.get(name)!r}, the payload {expected[name]!r}."
            )
    if key != message.agent_id:
        raise _unreadable("headers-disagree", f"The record's key says {key!r}, the payload {message.agent_id!r}.")
    return message


def _check_type(topic: Topic, message_type: str, version: int, headers: Mapping[str, str]) -> None:
    if headers.get("ce_type") != message_type:
        raise _unreadable("wrong-type", f"Topic {topic.number} carries {message_type}, not {headers.get('ce_type')!r}.")
    if headers.get("ce_schemaversion") != str(version):
        raise _unreadable(
            "unknown-schema-version",
            f"Schema version {headers.get('ce_schemaversion')!r} of {message_type} is not known here; {version} is.",
        )


def _decoded(content: bytes, wanted: Any, code: str) -> Any:
    try:
        return msgspec.json.decode(content, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(code, f"Not readable: {error}.") from error
    except RecursionError as error:
        raise _unreadable(code, "Not readable: nested too deeply.") from error


def _unreadable(code: str, message: str) -> UnreadableMessageError:
    return UnreadableMessageError(Problem(code=code, message=message))

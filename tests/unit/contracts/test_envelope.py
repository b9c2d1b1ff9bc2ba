"""The envelope: what is written, and each way in which a record can be unreadable."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
import pytest

from dsfleet.contracts.envelope import UnreadableMessageError, WireRecord, decode, encode, signed_bytes
from dsfleet.contracts.identifiers import AgentId, Revision
from dsfleet.contracts.messages.admission import Admission, Decision
from dsfleet.contracts.messages.configuration import (
    ConfigurationFile,
    DesiredHost,
    DesiredInstance,
    Mode,
    Power,
    instance_digest,
)
from dsfleet.contracts.problems import InputError
from dsfleet.contracts.topics import ADMISSION, CONFIGURATION, DEAD_LETTER, MAX_VALUE_BYTES, STATUS, Topic

AGENT = AgentId("a-1")
SENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DESIRED = DesiredHost(agent_id=AGENT, revision=Revision(7), sent_at=SENT)
RECORD = encode(DESIRED)


def refusal_of(
    topic: Topic = CONFIGURATION,
    key: str | None = RECORD.key,
    headers: Mapping[str, str] = RECORD.headers,
    value: bytes | None = RECORD.value,
) -> str:
    """Return the code with which the record is refused; each argument stands for one change to a good record."""
    with pytest.raises(UnreadableMessageError) as refusal:
        decode(topic, key, headers, value)
    return refusal.value.problem.code


def with_headers(**changed: str | None) -> dict[str, str]:
    """Return the good headers with some changed or, by None, left out."""
    merged = {**RECORD.headers, **changed}
    return {name: text for name, text in merged.items() if text is not None}


def with_payload(**changed: object) -> bytes:
    """Return the good value with some fields of the payload changed."""
    payload = json.loads(base64.b64decode(json.loads(RECORD.value)["payload"])) | changed
    return json.dumps({"payload": base64.b64encode(json.dumps(payload).encode()).decode()}).encode()


def test_the_headers_repeat_what_routing_needs() -> None:
    """Headers follow the CloudEvents Kafka binding, and the same message always has the same id."""
    assert RECORD.headers == {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": "dsfleet.configuration/a-1/7.0",
        "ce_type": "dsfleet.configuration",
        "ce_source": "/dsfleet/coordinator",
        "ce_time": "2026-01-02T03:04:05+00:00",
        "ce_schemaversion": "1",
        "ce_agentid": "a-1",
        "ce_order": "7.0",
    }
    assert RECORD.key == "a-1"


def test_the_value_is_an_envelope_nobody_signed_or_sealed() -> None:
    """The value has the envelope's four fields, the payload in base64."""
    envelope = json.loads(RECORD.value)
    assert {name: envelope[name] for name in ("sealed", "key_id", "signature")} == {
        "sealed": False,
        "key_id": None,
        "signature": None,
    }
    assert json.loads(base64.b64decode(envelope["payload"]))["revision"] == 7


def test_unknown_fields_and_headers_are_ignored() -> None:
    """A newer writer may say more; readers take what they know."""
    value = with_payload(colour="red")
    assert decode(CONFIGURATION, AGENT, with_headers(ce_traceparent="x"), value) == DESIRED


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "value-missing"),
        (b"", "bad-envelope"),
        (b"not json", "bad-envelope"),
        (b"\xff\xfe", "bad-envelope"),
        (b"[]", "bad-envelope"),
        (b"{}", "bad-envelope"),
        (b'{"payload": 1}', "bad-envelope"),
        (b'{"payload": "a*b"}', "bad-envelope"),
        (b'{"payload": "\xc3\xa4"}', "bad-envelope"),
        (b'{"payload": "e30=", "sealed": true}', "sealed-unexpectedly"),
        (b'{"payload": "e30="}', "bad-payload"),
        (b'{"payload": ""}', "bad-payload"),
        (b'{"payload": "' + b"/" * 8 + b'"}', "bad-payload"),
        (b" " * (MAX_VALUE_BYTES + 1), "value-too-large"),
        (b'{"payload": "e30=", "x": ' + b"[" * 500_000, "bad-envelope"),
        (b'{"payload": "' + base64.b64encode(b'{"x": ' + b"[" * 500_000) + b'"}', "bad-payload"),
    ],
)
def test_a_poisoned_value_is_refused_with_its_reason(value: bytes | None, code: str) -> None:
    """Whatever stands in the value, it is refused with a code and never escapes as another error."""
    assert refusal_of(value=value) == code


@pytest.mark.parametrize(
    "changed",
    [
        {"revision": "seven"},
        {"revision": None},
        {"revision": -1},
        {"revision": 2**53},
        {"revision": 7.5},
        {"sent_at": "yesterday"},
        {"sent_at": "2026-01-02T03:04:05"},
        {"instances": {}},
        {"agent_id": 1},
    ],
    ids=str,
)
def test_a_payload_of_the_wrong_shape_is_refused(changed: dict[str, object]) -> None:
    """A field of another type, a number nobody can hold or a time without offset is refused as `bad-payload`."""
    assert refusal_of(value=with_payload(**changed)) == "bad-payload"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "wrong-type"),
        (with_headers(ce_type=None), "wrong-type"),
        (with_headers(ce_type="dsfleet.status"), "wrong-type"),
        (with_headers(ce_schemaversion="2"), "unknown-schema-version"),
        (with_headers(ce_schemaversion="one"), "unknown-schema-version"),
        (with_headers(ce_schemaversion=None), "unknown-schema-version"),
        (with_headers(ce_agentid="a-2"), "headers-disagree"),
        (with_headers(ce_agentid=None), "headers-disagree"),
        (with_headers(ce_order="8.0"), "headers-disagree"),
        (with_headers(ce_order="7"), "headers-disagree"),
        (with_headers(ce_order=None), "headers-disagree"),
    ],
)
def test_headers_that_disagree_refuse_the_message(headers: dict[str, str], code: str) -> None:
    """A message whose headers say another type, version, agent or order is refused."""
    assert refusal_of(headers=headers) == code


@pytest.mark.parametrize("key", [None, "", "a-2"])
def test_a_key_that_disagrees_refuses_the_message(key: str | None) -> None:
    """The record's key must be the agent's id, for it decided partition and order."""
    assert refusal_of(key=key) == "headers-disagree"


@pytest.mark.parametrize("topic", [STATUS, ADMISSION, DEAD_LETTER], ids=lambda topic: topic.name)
def test_a_message_on_another_topic_is_refused(topic: Topic) -> None:
    """A topic carries its own message only; the dead letters carry none."""
    assert refusal_of(topic=topic) == "wrong-type"


def test_a_message_beyond_the_limit_is_not_written() -> None:
    """A desired state too large for its topic is refused before it is sent, with both sizes and what to do."""
    file = ConfigurationFile(path="/config/a", content="x" * MAX_VALUE_BYTES)
    with pytest.raises(InputError) as refusal:
        encode(msgspec.structs.replace(DESIRED, instances=(an_instance(files=(file,)),)))
    assert refusal.value.problem.code == "message-too-large"
    assert refusal.value.problem.facts["limit"] == MAX_VALUE_BYTES


def test_a_signature_covers_type_agent_order_and_payload() -> None:
    """Changing any of the four changes the signed bytes."""
    good = signed_bytes("t", "a", (1, 2), b"p")
    others = [
        signed_bytes("u", "a", (1, 2), b"p"),
        signed_bytes("t", "b", (1, 2), b"p"),
        signed_bytes("t", "a", (1, 3), b"p"),
        signed_bytes("t", "a", (1, 2), b"q"),
    ]
    assert good == b"t\na\n1.2\n\np"
    assert good not in others


def test_both_sides_name_themselves_as_the_source() -> None:
    """An admission is the coordinator's word; the header says so."""
    admission = Admission(agent_id=AGENT, number=1, sent_at=SENT, decision=Decision.ADMITTED, fingerprint="f")
    record: WireRecord = encode(admission)
    assert record.headers["ce_source"] == "/dsfleet/coordinator"


def an_instance(**changed: object) -> DesiredInstance:
    """Return an instance with defaults for what a test does not show."""
    fields: dict[str, object] = {
        "instance_id": "i-1",
        "name": "one",
        "pipeline_id": "p-1",
        "pipeline_version": 1,
        "mode": Mode.NORMAL,
        "power": Power.ON,
        "image": "app:1",
        "command": ("app",),
        "files": (),
        "digest": "sha256:0",
    }
    return DesiredInstance(**(fields | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"image": "app:2"},
        {"command": ("app", "-v")},
        {"files": (ConfigurationFile(path="/config/a", content=""),)},
        {"gpu": "0"},
        {"memory_limit_mib": 1},
        {"stop_timeout_s": 1.0},
        {"restart_number": 1},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_digest_covers_what_needs_a_new_container(changed: dict[str, object]) -> None:
    """Changing anything a container is made from changes the digest."""
    assert instance_digest(an_instance(**changed)) != instance_digest(an_instance())


@pytest.mark.parametrize(
    "changed", [{"name": "two"}, {"power": Power.OFF}, {"retry_number": 1}, {"digest": "sha256:1"}], ids=str
)
def test_the_digest_leaves_out_what_does_not(changed: dict[str, object]) -> None:
    """Names, power and retries recreate nothing."""
    assert instance_digest(an_instance(**changed)) == instance_digest(an_instance())

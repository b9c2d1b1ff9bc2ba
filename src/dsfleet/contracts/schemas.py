"""The contracts as others read them: JSON Schemas of every message, and one AsyncAPI 3 document of the topics.

Both come from the types, so they cannot say anything else. JSON Schema 2020-12; AsyncAPI 3.0.0 with the Kafka bindings
0.5.0 (github.com/asyncapi/bindings, kafka).
"""

import inspect
import json
from typing import Any

import msgspec

from dsfleet.contracts.envelope import CONTENT_TYPE, SPEC_VERSION, Envelope
from dsfleet.contracts.topics import ALL_TOPICS, MAX_VALUE_BYTES, Direction, MessageClass, Topic

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CONTRACT_VERSION = "1.0.0"
"""Version of the document as a whole; each message also carries its own schema version."""

KAFKA_BINDING = "0.5.0"
COORDINATOR_GROUP = "dsfleet-coordinator"

JsonObject = dict[str, Any]


def message_schemas() -> dict[str, JsonObject]:
    """Return a JSON Schema per message, and one named `envelope`, by the last word of the message's type."""
    classes: list[tuple[str, type[Any]]] = [("envelope", Envelope)]
    classes += [(_name_of(topic.message), topic.message) for topic in ALL_TOPICS if topic.message is not None]
    return {name: _standing_alone(name, wanted) for name, wanted in classes}


def asyncapi_document(server: str) -> JsonObject:
    """Return the AsyncAPI document of all topics; `server` is Kafka's address as clients are given it."""
    messages = [topic.message for topic in ALL_TOPICS if topic.message is not None]
    _, components = msgspec.json.schema_components([Envelope, *messages], ref_template="#/components/schemas/{name}")
    return {
        "asyncapi": "3.0.0",
        "id": "urn:dsfleet:topics",
        "info": {
            "title": "dsfleet topics",
            "version": CONTRACT_VERSION,
            "description": "What a coordinator and its agents say to each other. Whole states travel, desired down and "
            "reported up, so a lost, late or repeated message does no harm. Every message is wrapped in an envelope.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"kafka": {"host": server, "protocol": "kafka"}},
        "channels": {_channel_name(topic): _channel(topic) for topic in ALL_TOPICS},
        "operations": {name: operation for topic in ALL_TOPICS for name, operation in _operations(topic).items()},
        "components": {
            "messages": {_name_of(message): _message(message) for message in messages},
            "schemas": {name: _tidy(schema) for name, schema in components.items()},
        },
    }


def contract_files(server: str) -> dict[str, str]:
    """Return the published files, text by file name: each message's schema, and `asyncapi.json`."""
    documents = {f"{name}.schema.json": schema for name, schema in message_schemas().items()}
    documents["asyncapi.json"] = asyncapi_document(server)
    return {name: json.dumps(document, indent=2, ensure_ascii=False) + "\n" for name, document in documents.items()}


def _standing_alone(name: str, wanted: type[Any]) -> JsonObject:
    version = getattr(wanted, "SCHEMA_VERSION", 1)
    return {"$schema": DIALECT, "$id": f"urn:dsfleet:{name}:v{version}", **_tidy(msgspec.json.schema(wanted))}


def _tidy(value: Any) -> Any:
    """Return the schema with docstrings as plain paragraphs, their source indentation removed."""
    if isinstance(value, dict):
        return {
            name: inspect.cleandoc(part) if name == "description" and isinstance(part, str) else _tidy(part)
            for name, part in value.items()
        }
    return [_tidy(part) for part in value] if isinstance(value, list) else value


def _name_of(message: MessageClass) -> str:
    return message.MESSAGE_TYPE.rpartition(".")[2]


def _channel_name(topic: Topic) -> str:
    return topic.name.rpartition(".")[2]


def _channel(topic: Topic) -> JsonObject:
    return {
        "address": topic.name,
        "title": f"{topic.number} {_channel_name(topic)}",
        "summary": _direction_text(topic),
        "messages": {} if topic.message is None else {_name_of(topic.message): _message_reference(topic.message)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": _kept(topic) | {"max.message.bytes": MAX_VALUE_BYTES},
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _kept(topic: Topic) -> JsonObject:
    kept: JsonObject = {"cleanup.policy": [topic.cleanup.value]}
    return kept if topic.retention_ms is None else kept | {"retention.ms": topic.retention_ms}


def _direction_text(topic: Topic) -> str:
    match topic.direction:
        case Direction.TO_COORDINATOR:
            return "Written by agents, read by the coordinator."
        case Direction.TO_AGENT:
            return "Written by the coordinator; each agent reads the partition of its own id from the earliest record."
        case Direction.COORDINATOR_ONLY:
            return "Written by the coordinator: place, reason and the first 4 KiB of a record nobody could read."


def _operations(topic: Topic) -> dict[str, JsonObject]:
    """Return what each side does with the channel, named after who does it."""
    name = _channel_name(topic).title().replace("-", "")
    match topic.direction:
        case Direction.TO_COORDINATOR:
            return {
                f"agentSends{name}": _operation(topic, "send"),
                f"coordinatorReceives{name}": _operation(topic, "receive") | _group_binding(),
            }
        case Direction.TO_AGENT:
            return {
                f"coordinatorSends{name}": _operation(topic, "send"),
                f"agentReceives{name}": _operation(topic, "receive"),
            }
        case Direction.COORDINATOR_ONLY:
            return {f"coordinatorSends{name}": _operation(topic, "send")}


def _operation(topic: Topic, action: str) -> JsonObject:
    channel = f"#/channels/{_channel_name(topic)}"
    names = [] if topic.message is None else [_name_of(topic.message)]
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names],
    }


def _group_binding() -> JsonObject:
    group = {"type": "string", "enum": [COORDINATOR_GROUP]}
    return {"bindings": {"kafka": {"groupId": group, "bindingVersion": KAFKA_BINDING}}}


def _message_reference(message: MessageClass) -> JsonObject:
    return {"$ref": f"#/components/messages/{_name_of(message)}"}


def _message(message: MessageClass) -> JsonObject:
    """Return the message: an envelope whose payload, while it is not sealed, is base64 of the type's JSON."""
    text = inspect.cleandoc(message.__doc__ or "")
    inside = {
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": CONTENT_TYPE,
        "contentSchema": {"$ref": f"#/components/schemas/{message.__name__}"},
    }
    envelope = {"$ref": "#/components/schemas/Envelope"}
    return {
        "name": message.MESSAGE_TYPE,
        "title": message.__name__,
        "summary": text.partition("\n\n")[0].replace("\n", " "),
        "description": text,
        "contentType": CONTENT_TYPE,
        "headers": _headers(message),
        "payload": {"allOf": [envelope, {"type": "object", "properties": {"payload": inside}}]},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The agent's id; it decides partition and order."},
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _headers(message: MessageClass) -> JsonObject:
    """Return the schema of the CloudEvents headers, names as in the Kafka protocol binding's binary mode."""
    constants = {
        "content-type": CONTENT_TYPE,
        "ce_specversion": SPEC_VERSION,
        "ce_type": message.MESSAGE_TYPE,
        "ce_schemaversion": str(message.SCHEMA_VERSION),
    }
    texts = {
        "ce_id": "The same message always has the same id: type, agent and order.",
        "ce_source": "Who wrote it.",
        "ce_time": "When, by the writer's clock.",
        "ce_agentid": "The agent that speaks or is spoken to.",
        "ce_order": "Two numbers with a dot between: a later pair replaces an earlier one.",
    }
    properties: JsonObject = {name: {"type": "string", "const": text} for name, text in constants.items()}
    properties |= {name: {"type": "string", "description": text} for name, text in texts.items()}
    return {"type": "object", "properties": properties, "required": sorted(properties)}

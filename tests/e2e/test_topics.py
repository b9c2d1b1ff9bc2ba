"""What another program sees on the topics: kcat, an unrelated Kafka client, against the published JSON Schemas."""

import base64
import json
import subprocess
from typing import Any

import httpx
import jsonschema
import pytest

from tests.e2e.product import Product


def read_topic(product: Product, topic: str) -> list[dict[str, Any]]:
    """Return every record kcat finds on the topic: key, headers by name, value decoded from JSON."""
    command = ["kcat", "-b", product.kafka_address(), "-C", "-t", topic, "-e", "-q", "-J"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    records = [json.loads(line) for line in answer.stdout.splitlines() if line]
    for record in records:
        names, values = record["headers"][::2], record["headers"][1::2]
        record["headers"] = dict(zip(names, values, strict=True))
        record["value"] = json.loads(record["payload"])
    return records


def schema(product: Product, name: str) -> dict[str, Any]:
    """Return a published message schema."""
    answer = httpx.get(f"{product.url}/schemas/messages/{name}.json", trust_env=False)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("dsfleet.200.greeting", "greeting"),
        ("dsfleet.201.admission", "admission"),
        ("dsfleet.210.configuration", "configuration"),
        ("dsfleet.220.status", "status"),
    ],
)
def test_records_match_the_published_schemas(product: Product, topic: str, name: str) -> None:
    """Envelope and payload of every record validate, and the CloudEvents headers say the same as the payload."""
    records = read_topic(product, topic)
    assert records
    envelope_schema, payload_schema = schema(product, "envelope"), schema(product, name)
    for record in records:
        jsonschema.validate(record["value"], envelope_schema)
        assert record["value"]["sealed"] is False
        payload = json.loads(base64.b64decode(record["value"]["payload"]))
        jsonschema.validate(payload, payload_schema)
        assert record["key"] == payload["agent_id"] == record["headers"]["ce_agentid"]
        assert record["headers"]["ce_specversion"] == "1.0"


def test_asyncapi_document_names_every_topic(product: Product) -> None:
    """The served AsyncAPI 3 document has each topic as a channel."""
    document = httpx.get(f"{product.url}/asyncapi.json", trust_env=False).json()
    assert document["asyncapi"].startswith("3.")
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert {
        "dsfleet.200.greeting",
        "dsfleet.201.admission",
        "dsfleet.210.configuration",
        "dsfleet.220.status",
    } <= addresses

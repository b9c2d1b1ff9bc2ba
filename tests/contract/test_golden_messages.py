"""Records as they were once written to Kafka are read for ever.

A golden file holds key, headers and value of one record: `golden/<type>/v<schema version>/<name>.json`.
"""

import json
from pathlib import Path

import pytest

from dsfleet.contracts.envelope import decode, encode
from dsfleet.contracts.topics import ALL_TOPICS, topic_of
from tests.contract.messages import CASES

GOLDEN = Path(__file__).parent / "golden"


def test_every_case_has_its_file_and_every_file_its_case() -> None:
    """No golden file is ever dropped, and none is left unread."""
    files = {str(file.relative_to(GOLDEN).with_suffix("")) for file in GOLDEN.rglob("*.json")}
    assert files == set(CASES)


def test_every_message_has_a_golden_file_of_its_present_version() -> None:
    """A new message or schema version is not published without a golden file."""
    published = {case.rpartition("/")[0] for case in CASES}
    present = {
        f"{topic.message.MESSAGE_TYPE.rpartition('.')[2]}/v{topic.message.SCHEMA_VERSION}"
        for topic in ALL_TOPICS
        if topic.message is not None
    }
    assert present <= published


@pytest.mark.parametrize("case", CASES)
def test_a_published_record_decodes_to_the_same_message(case: str) -> None:
    """The record decodes, and to exactly the value that was written."""
    golden = json.loads((GOLDEN / f"{case}.json").read_text())
    expected = CASES[case]
    assert decode(topic_of(expected), golden["key"], golden["headers"], golden["value"].encode()) == expected


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_today_is_read_today(case: str) -> None:
    """Encoding and decoding a message gives the same message."""
    message = CASES[case]
    record = encode(message)
    assert decode(topic_of(message), record.key, record.headers, record.value) == message

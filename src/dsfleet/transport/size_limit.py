"""The size limit of a record, said before anything is sent, so both transports refuse alike."""

from collections.abc import Sequence

from dsfleet.contracts.problems import InputError, Problem
from dsfleet.contracts.topics import MAX_VALUE_BYTES
from dsfleet.transport.model import OutgoingRecord


def check_sizes(records: Sequence[OutgoingRecord]) -> None:
    """Raise InputError `record-refused` for the first value beyond the topics' limit."""
    for record in records:
        if len(record.value) > MAX_VALUE_BYTES:
            raise InputError(
                Problem(
                    code="record-refused",
                    message=f"A record for topic {record.topic.number} has {len(record.value)} bytes; "
                    f"{MAX_VALUE_BYTES} are allowed.",
                    facts={"bytes": len(record.value), "limit": MAX_VALUE_BYTES},
                )
            )

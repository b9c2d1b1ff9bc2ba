"""Partitions by key: our own murmur2 against Kafka's Java client."""

import pytest

from dsfleet.transport.partitioning import murmur2, partition_of

# Made with org.apache.kafka.common.utils.Utils (kafka-clients 4.1.1): murmur2 as a signed int, and its positive form
# modulo 8, which is the partition the Java producer chooses.
VECTORS = [
    ("", 275646681, 1),
    ("a", -1563381124, 4),
    ("ab", 316155434, 2),
    ("abc", 479470107, 3),
    ("21", -973932308, 4),
    ("foobar", -790332482, 6),
    ("a-little-bit-long-string", -985981536, 0),
    ("a-little-bit-longer-string", -1486304829, 3),
    ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971, 5),
    ("7f3c2f0e-5a0f-4a86-9df5-0d6a3f8c1b11", 1215200084, 4),
    ("Straße", 403542409, 1),
]


@pytest.mark.parametrize(("key", "signed", "partition"), VECTORS)
def test_agrees_with_the_java_client(key: str, signed: int, partition: int) -> None:
    """Hash and partition of a key are those of Kafka's Java client, whatever the key's length modulo four."""
    assert murmur2(key.encode()) == signed % 2**32
    assert partition_of(key, 8) == partition

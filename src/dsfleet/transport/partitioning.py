"""Which partition a key belongs to, exactly as Kafka's own Java client and librdkafka's `murmur2_random` compute it.

An agent finds its own partition with this, so it must agree with every producer for ever.
"""

SEED = 0x9747B28C
MULTIPLIER = 0x5BD1E995
SHIFT = 24
MASK = 0xFFFFFFFF


def partition_of(key: str, partitions: int) -> int:
    """Return the partition, 0 to `partitions` - 1, of records that bear the key."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def murmur2(content: bytes) -> int:
    """Return the 32-bit murmur2 hash, unsigned.

    Source: org.apache.kafka.common.utils.Utils.murmur2, Apache Kafka 4.1 (32-bit arithmetic, little-endian words).
    """
    whole = len(content) - len(content) % 4
    result = SEED ^ len(content)
    for start in range(0, whole, 4):
        word = (int.from_bytes(content[start : start + 4], "little") * MULTIPLIER) & MASK
        word = ((word ^ (word >> SHIFT)) * MULTIPLIER) & MASK
        result = ((result * MULTIPLIER) & MASK) ^ word
    if whole < len(content):
        result = ((result ^ int.from_bytes(content[whole:], "little")) * MULTIPLIER) & MASK
    result = ((result ^ (result >> 13)) * MULTIPLIER) & MASK
    return result ^ (result >> 15)

"""One spelling per value: canonical JSON, and the digests taken over it."""

import hashlib

import msgspec

DIGEST_PREFIX = "sha256:"
"""Every digest names its function, so another one can be introduced beside it."""


def canonical_json(value: object) -> bytes:
    """Return JSON with sorted keys and no spaces: equal values give equal bytes on every machine.

    `value` is anything msgspec can encode: structs, dataclasses, mappings, sequences, strings, numbers, None.
    """
    return msgspec.json.encode(value, order="sorted")


def digest_of_bytes(content: bytes) -> str:
    """Return `sha256:` and 64 hexadecimal digits over the bytes."""
    return DIGEST_PREFIX + hashlib.sha256(content).hexdigest()


def digest_of(value: object) -> str:
    """Return the digest of the value's canonical JSON."""
    return digest_of_bytes(canonical_json(value))

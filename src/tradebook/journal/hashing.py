"""The hashes of the journal, written so that an auditor can compute them again with any SHA-256.

**Leaf** of an event::

    SHA-256( "tradebook journal leaf 1\\n"
             ‖ field(stream) ‖ field(version) ‖ field(type) ‖ field(schema) ‖ field(metadata) ‖ field(data) )

where ``field(x)`` is the length of ``x`` in bytes as four bytes, big-endian, and then ``x`` itself: texts in
UTF-8 exactly as stored, ``version`` and ``schema`` as decimal digits. The lengths keep bytes from moving
between fields; the first line keeps a leaf from being taken for any other hash.

**Link** of the chain, the ``hash`` of an event::

    SHA-256( hash of the event before ‖ position ‖ recorded_at ‖ leaf )

where ``position`` and ``recorded_at`` (microseconds since 1970-01-01 UTC) are eight bytes each, big-endian,
two's complement. Before the first event stand 32 zero bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

LEAF_DOMAIN = b"tradebook journal leaf 1\n"
GENESIS = bytes(32)
"""What stands before the first event."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def field(raw: bytes) -> bytes:
    """A length-prefixed field of a leaf."""
    return len(raw).to_bytes(4, "big") + raw


def leaf_hash(*, stream: str, version: int, type_: str, schema: int, metadata: str, data: str) -> bytes:
    """The leaf of an event, from its stored columns."""
    return sha256(
        LEAF_DOMAIN
        + field(stream.encode())
        + field(b"%d" % version)
        + field(type_.encode())
        + field(b"%d" % schema)
        + field(metadata.encode())
        + field(data.encode())
    ).digest()


def link(previous: bytes, position: int, recorded_at_us: int, leaf: bytes) -> bytes:
    """The chain hash of an event."""
    return sha256(
        previous + position.to_bytes(8, "big") + recorded_at_us.to_bytes(8, "big", signed=True) + leaf
    ).digest()


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exactly."""
    return (moment - _EPOCH) // _MICROSECOND

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
from functools import lru_cache
from hashlib import sha256
from struct import Struct

LEAF_DOMAIN = b"tradebook journal leaf 1\n"
GENESIS = bytes(32)
"""What stands before the first event."""

_length = Struct(">I").pack
_place = Struct(">qq").pack
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def field(raw: bytes) -> bytes:
    """A length-prefixed field of a leaf."""
    return _length(len(raw)) + raw


@lru_cache(maxsize=4096)
def kind_fields(type_: str, schema: int) -> bytes:
    """The fields of type and schema, which repeat from event to event."""
    return field(type_.encode()) + field(b"%d" % schema)


def leaf_hash(  # noqa: PLR0917 - called for every event ever recorded; naming arguments takes a tenth of it
    stream: str, version: int, type_: str, schema: int, metadata: str, data: str
) -> bytes:
    """The leaf of an event, from its stored columns."""
    a, b, c, d = stream.encode(), b"%d" % version, metadata.encode(), data.encode()
    kind = kind_fields(type_, schema)
    fields = (_length(len(a)), a, _length(len(b)), b, kind, _length(len(c)), c, _length(len(d)), d)
    return sha256(b"".join((LEAF_DOMAIN, *fields))).digest()


def link(previous: bytes, position: int, recorded_at_us: int, leaf: bytes) -> bytes:
    """The chain hash of an event."""
    return sha256(previous + _place(position, recorded_at_us) + leaf).digest()


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exactly."""
    return (moment - _EPOCH) // _MICROSECOND

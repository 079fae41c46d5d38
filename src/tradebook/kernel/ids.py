"""Ids: functions of facts where the facts are known, UUIDv7 where something new begins."""

from __future__ import annotations

from hashlib import sha256
from struct import Struct
from typing import NewType

import uuid_utils

AccountId = NewType("AccountId", str)
PartyId = NewType("PartyId", str)
UserId = NewType("UserId", str)
OrderId = NewType("OrderId", str)
ClientOrderId = NewType("ClientOrderId", str)
InstrumentId = NewType("InstrumentId", str)
"""Safe in URLs and names its venue: ``BTC-USDT.SIM``."""
Asset = NewType("Asset", str)
CommandId = NewType("CommandId", str)

_length = Struct(">I").pack
_VARIANT_OF = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The two bits that mark an RFC 9562 id, put over a hexadecimal digit."""


def new_id() -> str:
    """A fresh, time-ordered UUIDv7 in its 36-character form."""
    return str(uuid_utils.uuid7())


def derive_id(*facts: str) -> str:
    """The same facts always give the same id, so that saying a thing twice is saying it once.

    A UUIDv8 (RFC 9562) over SHA-256 of the facts, each prefixed by its length so that
    ``("ab", "c")`` and ``("a", "bc")`` differ.
    """
    parts: list[bytes] = []
    for fact in facts:
        raw = fact.encode()
        parts += (_length(len(raw)), raw)
    h = sha256(b"".join(parts)).hexdigest()
    variant = _VARIANT_OF[h[16]]
    return f"{h[:8]}-{h[8:12]}-8{h[13:16]}-{variant}{h[17:20]}-{h[20:32]}"

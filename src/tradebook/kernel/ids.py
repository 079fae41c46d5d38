"""Ids: functions of facts where the facts are known, UUIDv7 where something new begins."""

from __future__ import annotations

import hashlib
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


def new_id() -> str:
    """A fresh, time-ordered UUIDv7 in its 36-character form."""
    return str(uuid_utils.uuid7())


def derive_id(*facts: str) -> str:
    """The same facts always give the same id, so that saying a thing twice is saying it once.

    A UUIDv8 (RFC 9562) over SHA-256 of the facts, each prefixed by its length so that
    ``("ab", "c")`` and ``("a", "bc")`` differ.
    """
    digest = hashlib.sha256()
    for fact in facts:
        raw = fact.encode()
        digest.update(len(raw).to_bytes(4, "big"))
        digest.update(raw)
    h = digest.hexdigest()
    variant = "89ab"[int(h[16], 16) & 3]
    return f"{h[:8]}-{h[8:12]}-8{h[13:16]}-{variant}{h[17:20]}-{h[20:32]}"

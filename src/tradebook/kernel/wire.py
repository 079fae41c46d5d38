"""Canonical JSON: what the journal stores and hashes.

Keys sorted, no white space, numbers that matter as strings: for our values (ASCII keys, no floats)
this equals RFC 8785, which a property test checks.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_encoder = msgspec.json.Encoder(order="sorted", decimal_format="string")


def encode(value: Any) -> bytes:
    """The canonical bytes of a value."""
    return _encoder.encode(value)


def decode(data: bytes | str, kind: type[T]) -> T:
    """Read a value back, strictly typed. Raises msgspec.ValidationError."""
    return msgspec.json.decode(data, type=kind)

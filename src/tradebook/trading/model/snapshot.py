"""A folded account as bytes: a shortcut for loading, never evidence."""

from __future__ import annotations

import msgspec

from tradebook.trading.model.state import Account

SNAPSHOT_SCHEMA = 8
"""Raise it when the state's shape or meaning changes: older snapshots are then ignored."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Account)


def dump(account: Account) -> bytes:
    """The state as bytes."""
    return _encoder.encode(account)


def load(data: bytes) -> Account:
    """The state from bytes. Raises msgspec.ValidationError."""
    return _decoder.decode(data)

"""What every decoder here does: read strictly, name what could not be read, tell the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from tradebook.trading.orders import Side
from tradebook.venues.errors import NotListed, UndecodableFrame

VENUE = "hyperliquid"
"""What the venue is called here."""
SIDES = {"A": Side.SELL, "B": Side.BUY}
"""Ask and bid; on the tape the side of the aggressor."""

T = TypeVar("T")


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Raises UndecodableFrame for whatever in the block shows that ``what`` cannot be read: NotListed where
    a word of ours for something is missing.

    msgspec's messages name the path of the field and the types, not the value.
    """
    try:
        yield
    except msgspec.MsgspecError as error:
        raise UndecodableFrame(VENUE, what, str(error)) from None
    except KeyError as error:
        raise NotListed(VENUE, what, f"{error.args[0]!r} is not listed") from None


def decode(data: bytes, kind: type[T], what: str) -> T:
    """An answer of the venue, typed. Raises UndecodableFrame."""
    with reading(what):
        return msgspec.json.decode(data, type=kind)


def convert(value: Any, kind: type[T], what: str) -> T:
    """A part of an answer that had to be looked at first. Raises UndecodableFrame."""
    with reading(what):
        return msgspec.convert(value, kind)


@lru_cache(maxsize=1024)
def time_of(milliseconds: int) -> datetime:
    """The venue counts milliseconds since 1970. What a block changed comes in many frames of one time."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise UndecodableFrame(VENUE, "time", f"{milliseconds} is no time") from None

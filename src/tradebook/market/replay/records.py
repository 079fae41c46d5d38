"""What recorded files say, whatever their shape; what it becomes on the tape is decided in ``conversion``."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from tradebook.market.values import Aggressor, Level


class Print(NamedTuple):
    """A recorded trade."""

    at: datetime
    id: str
    price: Decimal
    quantity: Decimal
    aggressor: Aggressor


class Best(NamedTuple):
    """A recorded best bid and ask; sizes are zero where the record has none."""

    at: datetime
    bid: Decimal
    bid_size: Decimal
    ask: Decimal
    ask_size: Decimal


class OneSide(NamedTuple):
    """The best price of one side; the other stays as it was."""

    at: datetime
    is_bid: bool
    price: Decimal
    size: Decimal


class Updates(NamedTuple):
    """The numbers that a venue gave the first and the last change in a depth record, and the one before."""

    first: int
    last: int
    previous: int | None


class Depth(NamedTuple):
    """Changed levels of the book, or all of it."""

    at: datetime
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    is_snapshot: bool
    updates: Updates | None = None


class PricesOf(Enum):
    """What the prices of a bar were."""

    TRADES = "trades"
    BIDS = "bids"
    ASKS = "asks"


class Bar(NamedTuple):
    """A recorded candle that begins at ``at``."""

    at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    prices_of: PricesOf = PricesOf.TRADES


class Rules(NamedTuple):
    """The steps and fees of an instrument, where they are recorded beside its prices."""

    tick: Decimal
    lot: Decimal
    maker_fee_rate: Decimal
    taker_fee_rate: Decimal


Record = Print | Best | OneSide | Depth | Bar
Line = tuple[str | None, Record]
"""A record and the symbol that stands in its line; without one the file's name says what it is about."""


def time_of(text: str) -> datetime:
    """ISO 8601, ``YYYYMMDD HHMMSSmmm``, or a Unix time in seconds, milli-, micro- or nanoseconds.

    Without a zone it is UTC. Raises ValueError.
    """
    if text.isdigit():
        number = int(text)
        for digits, per_second in ((18, 10**9), (15, 10**6), (12, 10**3)):
            if len(text) >= digits:
                seconds, rest = divmod(number, per_second)
                whole = datetime.fromtimestamp(seconds, UTC)
                return whole.replace(microsecond=rest * 10**6 // per_second)
        return datetime.fromtimestamp(number, UTC)
    if len(text) == _COMPACT_LENGTH and text[8] == " " and text[9:].isdigit():
        return datetime.strptime(f"{text}000", "%Y%m%d %H%M%S%f").replace(tzinfo=UTC)
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


_COMPACT_LENGTH = len("20200101 170000065")


def price_of(text: str) -> Decimal:
    """A price above zero. Raises ValueError or ArithmeticError."""
    price = Decimal(text.strip())
    if not price.is_finite() or price <= 0:
        raise ValueError(f"{text} is no price")
    return price


def size_of(text: str) -> Decimal:
    """A size of zero or more; zero where the record has none. Raises ValueError or ArithmeticError."""
    size = Decimal(text.strip() or 0)
    if not size.is_finite() or size < 0:
        raise ValueError(f"{text} is no size")
    return size


def aggressor_of(text: str) -> Aggressor:
    """Which side took, where the record says so."""
    return {"buy": Aggressor.BUY, "sell": Aggressor.SELL}.get(text.strip().lower(), Aggressor.UNKNOWN)

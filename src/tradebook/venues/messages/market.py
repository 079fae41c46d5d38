"""What a venue says of its markets, beside quotes, trades, books and candles (see ``market.values``)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.messages import Value
from tradebook.market.values import BookUpdate, Candle, Quote, Trade
from tradebook.trading.orders import Side


class MarkPrice(Value, frozen=True, kw_only=True, gc=False):
    """What positions are valued at, and the funding that is coming."""

    instrument_id: InstrumentId
    mark: Decimal
    index: Decimal | None = None
    funding_rate: Decimal | None = None
    """Of the running interval: longs pay it to shorts where it is positive."""
    next_funding_at: datetime | None = None
    at: datetime | None
    """None where the venue does not say."""


class FundingRate(Value, frozen=True, kw_only=True, gc=False):
    """A rate at which funding was paid."""

    instrument_id: InstrumentId
    rate: Decimal
    mark: Decimal | None = None
    at: datetime


class LastPrice(Value, frozen=True, kw_only=True, gc=False):
    """A price without a trade: a ticker's last, a mid of all mids, an average of some minutes."""

    instrument_id: InstrumentId
    price: Decimal
    at: datetime | None
    """None where the venue does not say."""


class CollateralRate(Value, frozen=True, kw_only=True, gc=False):
    """What the venue counts an asset for where it is margin for positions settled in another."""

    asset: Asset
    quote_asset: Asset
    index: Decimal
    bid: Decimal
    """What it is counted for while it is there."""
    ask: Decimal
    """What it is counted for while it is owed."""
    at: datetime


class DayStatistics(Value, frozen=True, kw_only=True, gc=False):
    """The last 24 hours of an instrument."""

    instrument_id: InstrumentId
    open: Decimal
    high: Decimal | None
    """None, as with each of these, where the venue does not tell it."""
    low: Decimal | None
    last: Decimal | None
    volume: Decimal
    """In the base asset, or in contracts."""
    turnover: Decimal
    """In the quote asset."""
    at: datetime | None


class OpenInterest(Value, frozen=True, kw_only=True, gc=False):
    """Contracts that are held."""

    instrument_id: InstrumentId
    quantity: Decimal
    at: datetime | None
    """None where the venue does not say."""


class Liquidation(Value, frozen=True, kw_only=True, gc=False):
    """Somebody's position was closed by the venue, as the public tape tells it."""

    instrument_id: InstrumentId
    side: Side
    price: Decimal
    quantity: Decimal
    at: datetime


class CandleUpdate(Value, frozen=True, kw_only=True, gc=False):
    """A candle as it stands; it may still change unless closed."""

    candle: Candle
    is_closed: bool


class BookChange(Value, frozen=True, kw_only=True, gc=False):
    """A change of a book with the venue's own numbering, from which a gap is seen.

    One whose update is a snapshot begins the numbering anew.
    """

    update: BookUpdate
    first: int
    """The first of the venue's updates that are in it."""
    last: int | None = None
    """The last of them; None where that is the update's sequence."""
    previous: int | None = None
    """The last update of the change before, where the venue tells it."""
    checksum: int | None = None
    levels: int | None = None
    """How deep the book is that changes, where the venue keeps several of one instrument."""

    @property
    def number(self) -> int:
        """Of the book, once it has taken in the change."""
        return self.update.sequence if self.last is None else self.last


class Refusal(Value, frozen=True, kw_only=True):
    """The venue does not give us streams that we asked for."""

    streams: tuple[str, ...] = ()
    """None where the venue does not tell them."""
    request_id: str = ""
    """The number that our request had; empty where the venue does not tell it."""
    reason: str
    """In the venue's words."""


MarketMessage = (
    Quote
    | Trade
    | BookUpdate
    | BookChange
    | CandleUpdate
    | MarkPrice
    | FundingRate
    | LastPrice
    | CollateralRate
    | DayStatistics
    | OpenInterest
    | Liquidation
)

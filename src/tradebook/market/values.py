"""What a market is made of: instruments, quotes, trades, book updates, candles."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.messages import Value
from tradebook.kernel.money import ONE, ZERO, divide


class Contract(Value, frozen=True, kw_only=True, gc=False):
    """How a perpetual or a future is settled. A position in it is nobody's property: only what it gains or
    loses moves, in one asset."""

    settle_asset: Asset
    settle_step: Decimal = Decimal("0.00000001")
    """Smallest unit of that asset: gains, fees and margin are rounded to it."""
    inverse_size: Decimal | None = None
    """None where quantities are in the base asset and gains in the quote asset (linear). Else quantities are
    contracts of this much of the quote asset, and gains are in the base asset (inverse)."""
    max_leverage: Decimal = ONE
    maintenance_rate: Decimal = ZERO
    """Which part of a position's value its margin must not fall below, for the smallest positions."""

    def value(self, quantity: Decimal, price: Decimal) -> Decimal:
        """What ``quantity`` stands for at ``price``, in the settle asset."""
        if self.inverse_size is None:
            return quantity * price
        return divide(quantity * self.inverse_size, price)

    def price_of(self, quantity: Decimal, value: Decimal) -> Decimal:
        """The price at which ``quantity`` stands for ``value``, to 28 digits.

        Zero where it stands for nothing: there is no price at which an inverse contract does.
        """
        if self.inverse_size is None:
            return divide(value, quantity)
        return divide(quantity * self.inverse_size, value) if value else ZERO

    def notional(self, quantity: Decimal, price: Decimal) -> Decimal:
        """What it stands for in the quote asset."""
        return quantity * (price if self.inverse_size is None else self.inverse_size)


class Instrument(Value, frozen=True, kw_only=True):
    """A tradable pair and the rules of its venue."""

    instrument_id: InstrumentId
    """``BASE-QUOTE.VENUE``, safe in URLs."""
    symbol: str
    """For display: ``BTC/USDT``."""
    venue: str
    base_asset: Asset
    quote_asset: Asset
    tick_size: Decimal
    """Prices are multiples of it."""
    lot_size: Decimal
    """Quantities are multiples of it."""
    min_notional: Decimal = ZERO
    """Smallest quantity × price, in the quote asset."""
    quote_step: Decimal = Decimal("0.00000001")
    """Smallest unit of the quote asset: fees and holds are rounded to it."""
    maker_fee_rate: Decimal = ZERO
    taker_fee_rate: Decimal = ZERO
    base_fee_step: Decimal | None = None
    """Who buys pays the fee out of what he gets, cut to this: so do most spot markets. None where every fee
    is in the quote asset."""
    is_derivative: bool = False
    """A perpetual, a future or an option: its prices are shown, and nothing owns or orders it yet."""
    contract: Contract | None = None
    """Given where it is settled and not exchanged."""

    def notional(self, quantity: Decimal, price: Decimal) -> Decimal:
        """What ``quantity`` is worth at ``price``, in the quote asset."""
        return quantity * price if self.contract is None else self.contract.notional(quantity, price)

    @property
    def buy_fee_asset(self) -> Asset:
        """What a buyer's fee is taken of."""
        return self.quote_asset if self.base_fee_step is None else self.base_asset

    @property
    def fee_rate_on_cost(self) -> Decimal:
        """What a buyer pays at most on top of the price, in the quote asset, as a part of it."""
        return self.taker_fee_rate if self.base_fee_step is None else ZERO


class Quote(Value, frozen=True, kw_only=True, gc=False):
    """Best bid and ask with their sizes."""

    instrument_id: InstrumentId
    bid: Decimal
    bid_size: Decimal
    ask: Decimal
    ask_size: Decimal
    at: datetime
    sequence: int
    """Position in the feed of this instrument, unique within a run."""


class Aggressor(StrEnum):
    """Which side took liquidity."""

    BUY = "buy"
    SELL = "sell"
    UNKNOWN = "unknown"


class Trade(Value, frozen=True, kw_only=True, gc=False):
    """A print on the tape."""

    instrument_id: InstrumentId
    trade_id: str
    price: Decimal
    quantity: Decimal
    aggressor: Aggressor
    at: datetime
    sequence: int


class Level(Value, frozen=True, kw_only=True, gc=False):
    """One price level; a size of zero removes it."""

    price: Decimal
    size: Decimal


class BookUpdate(Value, frozen=True, kw_only=True, gc=False):
    """Changed levels of the order book, or all of it when ``is_snapshot``."""

    instrument_id: InstrumentId
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    is_snapshot: bool
    at: datetime
    sequence: int


MarketEvent = Quote | Trade | BookUpdate


class MarketStream(StrEnum):
    """What a feed of an instrument consists of; each may fall silent by itself."""

    QUOTES = "quotes"
    TRADES = "trades"
    BOOK = "book"


class Interval(StrEnum):
    """Candle lengths. One-minute candles are built from trades, the others from one-minute candles."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    H1 = "1h"
    H4 = "4h"
    D1 = "1d"


class CandleSource(StrEnum):
    """Who made a candle."""

    RECORDED = "recorded"
    """We, of the trades that we saw."""
    VENUE = "venue"
    """The venue, which tells it of its past."""


class Candle(Value, frozen=True, kw_only=True, gc=False):
    """Open, high, low, close and volume from ``start`` (inclusive) for one interval."""

    instrument_id: InstrumentId
    interval: Interval
    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    trade_count: int
    source: CandleSource = CandleSource.RECORDED
    differs: bool = False
    """Of a venue's: whether we have recorded another one for the same time."""

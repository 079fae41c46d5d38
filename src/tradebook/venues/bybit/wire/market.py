"""Public frames and answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from tradebook.venues.bybit.wire.base import Figures, Wire

Levels = tuple[tuple[Decimal, Decimal], ...]
"""Price and size; in a snapshot the best comes first."""


class BookData(Wire, frozen=True):
    """Levels of a book. ``u`` counts the updates of one book at one depth without a hole; ``seq`` is the
    matching engine's number, by which books of different depths, and prints, can be told old from new.
    """

    b: Levels
    a: Levels
    u: int
    seq: int | None = None
    s: str = ""
    ts: int | None = None
    cts: int | None = None


class BookFrame(Wire, frozen=True):
    """``orderbook.{depth}.{symbol}``; ``cts`` is when the matching engine made it, ``ts`` when the venue told
    it: again and again where the best prices stay.
    """

    topic: str
    type: Literal["snapshot", "delta"]
    ts: int
    data: BookData
    cts: int | None = None


class TradeData(Figures, frozen=True):
    """A print; the names are the venue's."""

    at: int = msgspec.field(name="T")
    symbol: str = msgspec.field(name="s")
    side: str = msgspec.field(name="S")
    quantity: Decimal = msgspec.field(name="v")
    price: Decimal = msgspec.field(name="p")
    id: str = msgspec.field(name="i")
    is_block: bool = msgspec.field(name="BT", default=False)
    seq: int | None = None


class TradeFrame(Wire, frozen=True):
    """``publicTrade.{symbol}``."""

    ts: int
    data: tuple[TradeData, ...]


class CandleData(Figures, frozen=True):
    """A candle as it stands."""

    start: int
    interval: str
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    confirm: bool


class CandleFrame(Wire, frozen=True):
    """``kline.{interval}.{symbol}``: the data do not name the symbol, the topic does."""

    topic: str
    data: tuple[CandleData, ...]


class TickerData(Wire, frozen=True):
    """A ticker. A delta has only what changed, and what does not apply is an empty text."""

    symbol: str
    last_price: str | None = None
    prev_price24h: str | None = msgspec.field(name="prevPrice24h", default=None)
    high_price24h: str | None = msgspec.field(name="highPrice24h", default=None)
    low_price24h: str | None = msgspec.field(name="lowPrice24h", default=None)
    volume24h: str | None = None
    turnover24h: str | None = None
    mark_price: str | None = None
    index_price: str | None = None
    funding_rate: str | None = None
    next_funding_time: str | None = None
    open_interest: str | None = None


class TickerFrame(Wire, frozen=True):
    """``tickers.{symbol}``."""

    ts: int
    data: TickerData


class LiquidationData(Figures, frozen=True):
    """A liquidation; the side is that of the position, the price the bankruptcy price."""

    at: int = msgspec.field(name="T")
    symbol: str = msgspec.field(name="s")
    side: str = msgspec.field(name="S")
    quantity: Decimal = msgspec.field(name="v")
    price: Decimal = msgspec.field(name="p")


class LiquidationFrame(Wire, frozen=True):
    """``allLiquidation.{symbol}``."""

    data: tuple[LiquidationData, ...]


class RecentTrade(Figures, frozen=True):
    """A print in the answer of ``/v5/market/recent-trade``."""

    exec_id: str
    symbol: str
    price: Decimal
    size: Decimal
    side: str
    time: str
    is_block_trade: bool
    seq: str | None = None


class PastFunding(Figures, frozen=True):
    """A rate in the answer of ``/v5/market/funding/history``."""

    symbol: str
    funding_rate: Decimal
    funding_rate_timestamp: str


class Candles(Wire, frozen=True):
    """The answer of ``/v5/market/kline``: start, open, high, low, close, volume, turnover; newest first."""

    symbol: str
    list: tuple[tuple[str, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal], ...]


class ServerTime(Wire, frozen=True):
    """The answer of ``/v5/market/time``."""

    time_nano: str


class Envelope(Wire, frozen=True):
    """What tells frames apart, public and private ones: news have a topic, control has an operation."""

    topic: str = ""
    op: str = ""
    success: bool | None = None
    req_id: str = msgspec.field(name="req_id", default="")
    ret_code: int | None = None
    ret_msg: str = ""
    ret_msg_public: str = msgspec.field(name="ret_msg", default="")
    """The public streams write their fields differently."""

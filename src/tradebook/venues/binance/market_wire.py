"""Public frames and answers as they are on the wire.

Spot: https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md, ``rest-api.md``.
Futures: https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
"""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from tradebook.venues.binance.wire import Answer, Figures, Frame

T = TypeVar("T")

Levels = list[tuple[Decimal, Decimal]]

Number = str
"""A number of the hottest frames, as text: most have been seen before and are made a Decimal only once."""


class Combined(Frame, Generic[T], frozen=True, kw_only=True, gc=False):
    """A frame of a connection with several streams."""

    data: T


class Envelope(Frame, frozen=True, kw_only=True, gc=False):
    """As much of any frame as tells what it is."""

    stream: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    e: str | None = None
    id: int | str | None = None
    error: msgspec.Raw = msgspec.Raw()
    code: int | None = None
    """Of a refusal, which comes in two shapes."""
    msg: str = ""
    u: int | None = None
    lastUpdateId: int | None = None  # noqa: N815 - its name on the wire


class Problem(Frame, frozen=True, kw_only=True, gc=False):
    """Why a request was refused."""

    code: int = 0
    msg: str = ""


class BookTicker(
    Frame,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "symbol": "s",
        "update_id": "u",
        "bid": "b",
        "bid_size": "B",
        "ask": "a",
        "ask_size": "A",
        "time": "T",
    },
):
    """Best bid and ask; spot does not tell when."""

    symbol: str
    update_id: int
    bid: Number
    bid_size: Number
    ask: Number
    ask_size: Number
    time: int | None = None


class TradeFrame(
    Frame,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={"symbol": "s", "trade_id": "t", "price": "p", "quantity": "q", "time": "T", "buyer_made": "m"},
):
    """One trade."""

    symbol: str
    trade_id: int
    price: Number
    quantity: Number
    time: int
    buyer_made: bool


class AggregateTrade(
    Frame,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={"symbol": "s", "trade_id": "a", "price": "p", "quantity": "q", "time": "T", "buyer_made": "m"},
):
    """What one order took from one price."""

    symbol: str = ""
    trade_id: int
    price: Number
    quantity: Number
    time: int
    buyer_made: bool


class DepthUpdate(
    Frame,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "event_time": "E",
        "time": "T",
        "symbol": "s",
        "first": "U",
        "last": "u",
        "previous": "pu",
        "bids": "b",
        "asks": "a",
    },
):
    """Changed levels; futures also tell what came before, and when it happened."""

    event_time: int
    time: int | None = None
    symbol: str
    first: int
    last: int
    previous: int | None = None
    bids: list[tuple[Number, Number]]
    asks: list[tuple[Number, Number]]


class KlineBody(
    Figures,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "start": "t",
        "interval": "i",
        "open": "o",
        "close": "c",
        "high": "h",
        "low": "l",
        "volume": "v",
        "count": "n",
        "is_closed": "x",
    },
):
    """A candle."""

    start: int
    interval: str
    open: Decimal
    close: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal
    count: int
    is_closed: bool


class Kline(Frame, frozen=True, kw_only=True, gc=False, rename={"symbol": "s", "body": "k"}):
    """A candle as it stands."""

    symbol: str
    body: KlineBody


class MarkPriceUpdate(
    Figures,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={"event_time": "E", "symbol": "s", "mark": "p", "index": "i", "rate": "r", "next_funding": "T"},
):
    """Mark and index price, and the funding that is coming; dated contracts have none."""

    event_time: int
    symbol: str
    mark: Decimal
    index: Decimal | None = None
    rate: str | None = None
    next_funding: int | None = None


class ForcedOrder(
    Figures,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "symbol": "s",
        "side": "S",
        "price": "p",
        "quantity": "q",
        "average": "ap",
        "filled": "z",
        "time": "T",
    },
):
    """An order that closed somebody."""

    symbol: str
    side: str
    price: Decimal
    quantity: Decimal
    average: Decimal
    filled: Decimal
    time: int


class ForceOrder(Frame, frozen=True, kw_only=True, gc=False, rename={"order": "o"}):
    """The latest liquidation within a second."""

    order: ForcedOrder


class DayTicker(
    Figures,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={
        "event_time": "E",
        "symbol": "s",
        "last": "c",
        "open": "o",
        "high": "h",
        "low": "l",
        "volume": "v",
        "turnover": "q",
    },
):
    """The last 24 hours, in full or in short."""

    event_time: int
    symbol: str
    last: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal
    turnover: Decimal


class DepthAnswer(Answer, frozen=True, kw_only=True):
    """The book, or its best levels."""

    last_update_id: int
    time: int | None = msgspec.field(name="T", default=None)
    bids: Levels
    asks: Levels


class TradeAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """One of the latest trades."""

    id: int
    price: Decimal
    qty: Decimal
    time: int
    is_buyer_maker: bool


class BookTickerAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """Best bid and ask; without a number in the feed on spot."""

    symbol: str
    bid_price: Decimal
    bid_qty: Decimal
    ask_price: Decimal
    ask_qty: Decimal
    time: int | None = None
    last_update_id: int | None = None


class DayTickerAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """The last 24 hours."""

    symbol: str
    last_price: Decimal
    open_price: Decimal
    high_price: Decimal
    low_price: Decimal
    volume: Decimal
    quote_volume: Decimal
    close_time: int


class PriceAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """The last price."""

    symbol: str
    price: Decimal
    time: int | None = None


class AveragePriceAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """The average price of the last minutes."""

    price: Decimal
    close_time: int | None = None


class PremiumIndexAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """Mark and index price, and the funding that is coming."""

    symbol: str
    mark_price: Decimal
    index_price: Decimal
    last_funding_rate: str
    next_funding_time: int
    time: int


class FundingRateAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """A rate at which funding was paid."""

    symbol: str
    funding_rate: Decimal
    funding_time: int
    mark_price: str | None = None


class OpenInterestAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """Contracts that are held now."""

    symbol: str
    open_interest: Decimal
    time: int


class OpenInterestHistoryAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """Contracts that were held; its times are strings in the documentation and numbers in fact."""

    symbol: str
    sum_open_interest: Decimal
    timestamp: int | str


class AssetIndexAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """What an asset counts as margin in multi-assets mode."""

    symbol: str
    time: int
    index: Decimal
    bid_rate: Decimal
    ask_rate: Decimal


class ServerTimeAnswer(Answer, frozen=True, kw_only=True, gc=False):
    """Binance's clock."""

    server_time: int

"""What Hyperliquid says of its markets.

The venue numbers neither books nor quotes: each says how things stood at the end of a block, so the time of
the block, in milliseconds, is the sequence. A book is always whole, twenty levels a side at most.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Aggressor, BookUpdate, Candle, Interval, Level, Quote, Trade
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.contexts import (
    AllContextsFrame,
    ContextFrame,
    SpotContextFrame,
    messages_of,
    messages_of_all,
)
from tradebook.venues.hyperliquid.quiet import ErrorFrame, QuietFrame
from tradebook.venues.hyperliquid.reading import VENUE, decode, reading, time_of
from tradebook.venues.hyperliquid.streams import refused
from tradebook.venues.hyperliquid.symbols import Universe
from tradebook.venues.messages.market import CandleUpdate, FundingRate, LastPrice, MarketMessage, Refusal
from tradebook.venues.symbols import Symbols

_AGGRESSORS = {"B": Aggressor.BUY, "A": Aggressor.SELL}


class PriceLevel(msgspec.Struct, gc=False):
    px: Decimal
    sz: Decimal


class Book(msgspec.Struct, gc=False):
    coin: str
    levels: tuple[list[PriceLevel], list[PriceLevel]]
    time: int


class Bbo(msgspec.Struct, gc=False):
    """Best bid and offer; a side is null while nobody stands there."""

    coin: str
    time: int
    bbo: tuple[PriceLevel | None, PriceLevel | None]


class Print(msgspec.Struct, gc=False):
    coin: str
    side: str
    px: Decimal
    sz: Decimal
    time: int
    hash: str
    tid: int | None = None

    def __post_init__(self) -> None:
        require_finite(self)


class CandleLine(msgspec.Struct, gc=False):
    """``t`` and ``T`` are its first and last millisecond."""

    s: str
    i: str
    t: int
    T: int
    o: Decimal
    h: Decimal
    l: Decimal  # noqa: E741 - the venue's name for the low
    c: Decimal
    v: Decimal
    n: int

    def __post_init__(self) -> None:
        require_finite(self)


class Mids(msgspec.Struct):
    mids: dict[str, Decimal]


class FundingLine(msgspec.Struct, rename="camel", gc=False):
    coin: str
    funding_rate: Decimal
    time: int

    def __post_init__(self) -> None:
        require_finite(self)


class BookFrame(msgspec.Struct, tag_field="channel", tag="l2Book", gc=False):
    data: Book


class BboFrame(msgspec.Struct, tag_field="channel", tag="bbo", gc=False):
    data: Bbo


class TradesFrame(msgspec.Struct, tag_field="channel", tag="trades", gc=False):
    data: list[Print]


class CandleFrame(msgspec.Struct, tag_field="channel", tag="candle", gc=False):
    data: CandleLine


class MidsFrame(msgspec.Struct, tag_field="channel", tag="allMids"):
    data: Mids


_frames: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    BboFrame
    | BookFrame
    | TradesFrame
    | CandleFrame
    | MidsFrame
    | ContextFrame
    | SpotContextFrame
    | AllContextsFrame
    | ErrorFrame
    | QuietFrame
)


def decode_market(data: bytes, universe: Universe) -> Sequence[MarketMessage | Refusal]:
    """A frame of the public WebSocket, in our words.

    A quote with an empty side is no quote and gives nothing. Of broadcasts, what is not listed here yet is
    left out; a frame of one coin that is not listed raises UndecodableFrame, as does one that cannot be read.
    """
    try:
        frame = _frames.decode(data)
        # The most frequent ones first.
        if type(frame) is BboFrame:
            return _quote(frame.data, universe)
        if type(frame) is BookFrame:
            return (_book(frame.data, universe),)
        if type(frame) is TradesFrame:
            return [_trade(each, universe) for each in frame.data]
    except msgspec.MsgspecError as error:
        raise UndecodableFrame(VENUE, "a market frame", str(error)) from None
    except KeyError as error:
        raise UndecodableFrame(VENUE, "a market frame", f"{error.args[0]!r} is not listed") from None
    with reading("a market frame"):
        match frame:
            case CandleFrame(data=line):
                return (CandleUpdate(candle=_candle(line, universe), is_closed=False),)
            case MidsFrame(data=mids):
                return _last_prices(mids.mids, universe)
            case ContextFrame() | SpotContextFrame():
                return messages_of(universe.instrument_of(frame.data.coin), frame.data.ctx)
            case AllContextsFrame(data=contexts):
                return messages_of_all(contexts, universe)
            case ErrorFrame(data=complaint):
                return refused(complaint)
    return ()


def decode_book(data: bytes, symbols: Symbols) -> BookUpdate:
    """The answer to ``l2Book``. Raises UndecodableFrame."""
    book = decode(data, Book, "l2Book")
    with reading("l2Book"):
        return _book(book, symbols)


def decode_recent_trades(data: bytes, symbols: Symbols) -> Sequence[Trade]:
    """The answer to ``recentTrades``, newest first as the venue has it. Raises UndecodableFrame."""
    prints = decode(data, list[Print], "recentTrades")
    with reading("recentTrades"):
        return [_trade(each, symbols) for each in prints]


def decode_candles(data: bytes, symbols: Symbols, *, asked_at: datetime) -> Sequence[CandleUpdate]:
    """The answer to ``candleSnapshot``: what has ended by ``asked_at`` is closed. Raises UndecodableFrame."""
    lines = decode(data, list[CandleLine], "candleSnapshot")
    with reading("candleSnapshot"):
        return [
            CandleUpdate(candle=_candle(line, symbols), is_closed=time_of(line.T) < asked_at)
            for line in lines
        ]


def decode_mids(data: bytes, universe: Universe) -> Sequence[LastPrice]:
    """The answer to ``allMids``; what is not listed is left out. Raises UndecodableFrame."""
    return _last_prices(decode(data, dict[str, Decimal], "allMids"), universe)


def decode_funding_history(data: bytes, symbols: Symbols) -> Sequence[FundingRate]:
    """The answer to ``fundingHistory``: rates per interval, one hour today. Raises UndecodableFrame."""
    lines = decode(data, list[FundingLine], "fundingHistory")
    with reading("fundingHistory"):
        return [
            FundingRate(
                instrument_id=symbols.instrument_of(line.coin), rate=line.funding_rate, at=time_of(line.time)
            )
            for line in lines
        ]


def _quote(best: Bbo, symbols: Symbols) -> Sequence[Quote]:
    told_bid, told_ask = best.bbo
    if told_bid is None or told_ask is None:
        return ()
    bid, ask = _levels([told_bid, told_ask])
    return (
        Quote(
            instrument_id=symbols.instrument_of(best.coin),
            bid=bid.price,
            bid_size=bid.size,
            ask=ask.price,
            ask_size=ask.size,
            at=time_of(best.time),
            sequence=best.time,
        ),
    )


def _book(book: Book, symbols: Symbols) -> BookUpdate:
    bids, asks = book.levels
    return BookUpdate(
        instrument_id=symbols.instrument_of(book.coin),
        bids=_levels(bids),
        asks=_levels(asks),
        is_snapshot=True,
        at=time_of(book.time),
        sequence=book.time,
    )


def _levels(told: list[PriceLevel]) -> tuple[Level, ...]:
    for level in told:
        if not (level.px.is_finite() and level.sz.is_finite()):
            raise UndecodableFrame(VENUE, "book", "a level is not a finite number")
    return tuple([Level(price=level.px, size=level.sz) for level in told])


def _trade(each: Print, symbols: Symbols) -> Trade:
    return Trade(
        instrument_id=symbols.instrument_of(each.coin),
        # Recordings of 2023 have no trade id: there the transaction stands for it.
        trade_id=each.hash if each.tid is None else str(each.tid),
        price=each.px,
        quantity=each.sz,
        aggressor=_AGGRESSORS[each.side],
        at=time_of(each.time),
        sequence=each.time,
    )


def _candle(line: CandleLine, symbols: Symbols) -> Candle:
    try:
        interval = Interval(line.i)
    except ValueError:
        raise UndecodableFrame(VENUE, "candle", f"its interval {line.i[:8]!r} is not one of ours") from None
    return Candle(
        instrument_id=symbols.instrument_of(line.s),
        interval=interval,
        start=time_of(line.t),
        open=line.o,
        high=line.h,
        low=line.l,
        close=line.c,
        volume=line.v,
        trade_count=line.n,
    )


def _last_prices(mids: dict[str, Decimal], universe: Universe) -> Sequence[LastPrice]:
    if not all(mid.is_finite() for mid in mids.values()):
        raise UndecodableFrame(VENUE, "allMids", "a price is not a finite number")
    listed: list[tuple[InstrumentId, Decimal]] = [
        (universe.instrument_of(coin), mid) for coin, mid in mids.items() if universe.lists(coin)
    ]
    return [LastPrice(instrument_id=instrument, price=mid, at=None) for instrument, mid in listed]

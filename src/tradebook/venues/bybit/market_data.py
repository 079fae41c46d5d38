"""The public streams. Each category has a connection of its own, where a symbol means one instrument."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import (
    Aggressor,
    BookUpdate,
    Candle,
    Interval,
    Level,
    Quote,
    Trade,
)
from tradebook.trading.orders import Side
from tradebook.venues.bybit.symbols import unlisted
from tradebook.venues.bybit.tickers import ticker_messages
from tradebook.venues.bybit.wire.base import VENUE, moment, word_of
from tradebook.venues.bybit.wire.market import (
    BookData,
    BookFrame,
    CandleFrame,
    Envelope,
    Levels,
    LiquidationFrame,
    TickerFrame,
    TradeFrame,
)
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import VenueProblem
from tradebook.venues.messages.market import (
    BookChange,
    CandleUpdate,
    Liquidation,
    MarketMessage,
    Refusal,
)
from tradebook.venues.symbols import Symbols

PublicMessage = MarketMessage | VenueProblem | Refusal

AGGRESSORS = {"Buy": Aggressor.BUY, "Sell": Aggressor.SELL}
CLOSING_SIDES = {"Buy": Side.SELL, "Sell": Side.BUY}
"""Bybit tells the side of the position that was liquidated; the order that closed it is the other."""
INTERVALS = {
    "1": Interval.M1,
    "5": Interval.M5,
    "15": Interval.M15,
    "60": Interval.H1,
    "240": Interval.H4,
    "D": Interval.D1,
}
"""https://bybit-exchange.github.io/docs/v5/enum#interval, as far as we have candles of that length."""

INERT = frozenset({"ping", "pong", "subscribe", "unsubscribe", "auth"})
"""Operations whose success tells nothing; that one failed is a VenueProblem."""

_BEST = b"orderbook.1"
_BEST_BEGINS = b'{"topic":"orderbook.1.'
"""Nearly all frames of a desk are best prices: these are known by how they begin."""

_books = msgspec.json.Decoder(BookFrame)
_trades = msgspec.json.Decoder(TradeFrame)
_candles = msgspec.json.Decoder(CandleFrame)
_tickers = msgspec.json.Decoder(TickerFrame)
_liquidations = msgspec.json.Decoder(LiquidationFrame)
_envelope = msgspec.json.Decoder(Envelope)


def decode_public(symbols: Symbols, frame: bytes) -> Sequence[PublicMessage]:
    """What a frame of a public stream says; nothing for control that succeeded.

    A book of depth 1 comes as quotes, which Bybit repeats whole; a deeper one, or one of depth 1 that has
    an empty side, as a snapshot and changes. Where ``u`` of a change is not one more than that of the update
    before, something is missing: subscribe again. A snapshot may come at any time and replaces the book.
    A subscription that failed is a Refusal. Raises UndecodableFrame.
    """
    kind = _BEST if frame.startswith(_BEST_BEGINS) else _kind_of(frame)
    decode = _DECODERS.get(kind)
    try:
        if decode is not None:
            return decode(symbols, frame)
        return _control(_envelope.decode(frame))
    except msgspec.DecodeError as problem:
        raise UndecodableFrame(VENUE, kind.decode(errors="replace") or "frame", str(problem)) from None
    except KeyError as symbol:
        raise unlisted(str(symbol.args[0]), kind.decode()) from None


def decode_control(envelope: Envelope) -> Sequence[VenueProblem]:
    """What remains of a frame that is no news. Raises UndecodableFrame for one that it does not know."""
    if envelope.topic or envelope.op not in INERT:
        kind = (envelope.topic or envelope.op or "frame")[:40]
        raise UndecodableFrame(VENUE, kind, "we know no such frame")
    if envelope.success is False or envelope.ret_code:
        code = envelope.op if envelope.ret_code is None else str(envelope.ret_code)
        return [VenueProblem(code=code, message=envelope.ret_msg or envelope.ret_msg_public)]
    return ()


def _control(envelope: Envelope) -> Sequence[PublicMessage]:
    problems = decode_control(envelope)
    if envelope.op != "subscribe":
        return problems
    return [Refusal(request_id=envelope.req_id, reason=each.message) for each in problems]


def levels_of(levels: Levels) -> tuple[Level, ...]:
    """Price levels in our words. Raises UndecodableFrame where a number is none."""
    for price, size in levels:
        if not (price.is_finite() and size.is_finite()):
            raise UndecodableFrame(VENUE, "orderbook", "a level is not a finite number")
    return tuple([Level(price=price, size=size) for price, size in levels])


def book_of(instrument_id: InstrumentId, data: BookData, at_ms: int, *, is_snapshot: bool) -> BookUpdate:
    """Levels of a book in our words."""
    return BookUpdate(
        instrument_id=instrument_id,
        bids=levels_of(data.b),
        asks=levels_of(data.a),
        is_snapshot=is_snapshot,
        at=moment(at_ms),
        sequence=data.u if data.seq is None else data.seq,
    )


def _kind_of(frame: bytes) -> bytes:
    # Nearly all frames begin with their topic: looking at it saves decoding them twice.
    if frame.startswith(b'{"topic":"') and (end := frame.find(b".", 10, 40)) > 0:
        return frame[10:end]
    try:
        topic = _envelope.decode(frame).topic
    except msgspec.DecodeError as problem:
        raise UndecodableFrame(VENUE, "frame", str(problem)) from None
    return _BEST if topic.startswith("orderbook.1.") else topic.partition(".")[0][:40].encode()


def _best(symbols: Symbols, raw: bytes) -> Sequence[PublicMessage]:
    frame = _books.decode(raw)
    data = frame.data
    if frame.type != "snapshot" or not data.b or not data.a:
        return _levels(symbols, frame)
    bid, ask = levels_of((data.b[0], data.a[0]))
    return (
        Quote(
            instrument_id=symbols.instrument_of(data.s),
            bid=bid.price,
            bid_size=bid.size,
            ask=ask.price,
            ask_size=ask.size,
            # What is told again is as fresh as when it was told.
            at=moment(frame.ts),
            sequence=data.u if data.seq is None else data.seq,
        ),
    )


def _book(symbols: Symbols, raw: bytes) -> Sequence[PublicMessage]:
    return _levels(symbols, _books.decode(raw))


def _levels(symbols: Symbols, frame: BookFrame) -> Sequence[PublicMessage]:
    data = frame.data
    # After a restart of its service Bybit begins to count at 1 again, with the whole book.
    is_snapshot = frame.type == "snapshot" or data.u == 1
    instrument_id = symbols.instrument_of(data.s)
    update = book_of(instrument_id, data, frame.cts or frame.ts, is_snapshot=is_snapshot)
    levels = frame.topic.split(".", 2)[1]
    if not (levels.isascii() and levels.isdigit()):
        raise UndecodableFrame(VENUE, "orderbook.topic", "names no depth")
    return (BookChange(update=update, first=data.u, last=data.u, levels=int(levels)),)


def _trade(symbols: Symbols, raw: bytes) -> Sequence[PublicMessage]:
    return [
        Trade(
            instrument_id=symbols.instrument_of(trade.symbol),
            trade_id=trade.id,
            price=trade.price,
            quantity=trade.quantity,
            aggressor=word_of(AGGRESSORS, trade.side, "publicTrade.S"),
            at=moment(trade.at),
            # Prints are numbered since 2025; before that their time orders them.
            sequence=trade.at if trade.seq is None else trade.seq,
        )
        for trade in _trades.decode(raw).data
        # A block trade is agreed off the book at any price: it is no print that could trigger a stop.
        if not trade.is_block
    ]


def _candle(symbols: Symbols, raw: bytes) -> Sequence[PublicMessage]:
    frame = _candles.decode(raw)
    instrument_id = symbols.instrument_of(frame.topic.rpartition(".")[2])
    return [
        CandleUpdate(
            candle=Candle(
                instrument_id=instrument_id,
                interval=word_of(INTERVALS, candle.interval, "kline.interval"),
                start=moment(candle.start),
                open=candle.open,
                high=candle.high,
                low=candle.low,
                close=candle.close,
                volume=candle.volume,
                # Bybit does not count them, and a candle of ours has to have a number.
                trade_count=0,
            ),
            is_closed=candle.confirm,
        )
        for candle in frame.data
    ]


def _ticker(symbols: Symbols, raw: bytes) -> Sequence[PublicMessage]:
    frame = _tickers.decode(raw)
    return ticker_messages(symbols.instrument_of(frame.data.symbol), frame.data, frame.ts)


def _liquidation(symbols: Symbols, raw: bytes) -> Sequence[PublicMessage]:
    return [
        Liquidation(
            instrument_id=symbols.instrument_of(each.symbol),
            side=word_of(CLOSING_SIDES, each.side, "allLiquidation.S"),
            price=each.price,
            quantity=each.quantity,
            at=moment(each.at),
        )
        for each in _liquidations.decode(raw).data
    ]


_DECODERS: dict[bytes, Callable[[Symbols, bytes], Sequence[PublicMessage]]] = {
    _BEST: _best,
    b"orderbook": _book,
    b"publicTrade": _trade,
    # The topic's name in frames that others have recorded.
    b"trade": _trade,
    b"kline": _candle,
    b"tickers": _ticker,
    b"allLiquidation": _liquidation,
}

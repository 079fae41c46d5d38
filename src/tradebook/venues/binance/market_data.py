"""Public frames → our words. The hottest path of the adapter: one pass over the bytes for most frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import msgspec

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import ZERO, parse_decimal
from tradebook.market.values import Aggressor, BookUpdate, Candle, Level, Quote, Trade
from tradebook.venues.binance import market_wire as wire
from tradebook.venues.binance import words
from tradebook.venues.binance.wire import (
    VENUE,
    instrument,
    moment,
    moment_or_none,
    rate_or_none,
    reader,
    told,
    word,
)
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.market import (
    BookChange,
    CandleUpdate,
    DayStatistics,
    Liquidation,
    MarketMessage,
    MarkPrice,
)
from tradebook.venues.symbols import Symbols

T = TypeVar("T")

IGNORED = {
    "contractInfo": "the list of instruments is asked for again instead",
    "serverShutdown": "the connection ends soon: it is made again as after any other end",
    "compositeIndex": "what an index is made of: no price of an instrument",
}
"""Events that say nothing for us, and why. Answers to subscriptions are not listed: they have no event."""

_HEAD = 160
"""Within so many bytes a frame says what it is, also where the name of its stream stands before."""
_EVENT = b'"e":"'
_LIST = ord("[")
_COMBINED = b'{"stream":"'
_NAME_AT = len(_COMBINED)
_QUOTES = (b'{"u":', b'{"e":"bookTicker"')
"""How quotes of spot and of futures begin."""
_QUOTE_STREAM = b"@bookTicker"
_STREAMS_MAX = 32_768
"""So many names are remembered: more than are ever subscribed to."""

_read_envelope = reader(wire.Envelope, "frame")
_read_list = reader(list[msgspec.Raw], "frame")
_read_depth = reader(wire.DepthAnswer, "partial book")


class _Prices(dict[str, Decimal]):
    """Prices by their text: most of them were told before, as sizes were not."""

    SIZE_MAX = 4_096
    """As many as the processor keeps near: beyond, looking one up costs as much as making it."""

    def __missing__(self, text: str) -> Decimal:
        if len(self) >= self.SIZE_MAX:
            self.clear()
        value = self[text] = parse_decimal(text, field="price")
        return value


class _Kind(Generic[T]):
    """One kind of event: how it is read, alone and in a combined frame, and what it says."""

    __slots__ = ("build", "direct", "wrapped")

    def __init__(self, kind: type[T], build: Callable[[T, datetime], Sequence[MarketMessage]]) -> None:
        self.direct = msgspec.json.Decoder(kind).decode
        self.wrapped = msgspec.json.Decoder(wire.Combined[kind]).decode  # type: ignore[valid-type]  # a type made here
        self.build = build


class PublicFrames:
    """Reads the public frames of one market, spot or futures, whose instruments ``symbols`` knows."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._known: dict[str, InstrumentId] = {}
        self._quoted: dict[str, tuple[wire.BookTicker, Quote]] = {}
        """The last of each symbol, as it came and as it was understood."""
        self._last_time = -1
        self._last_moment = moment(0)
        self._prices = _Prices()
        self._carried: dict[bytes, _Kind[Any]] = {}
        """What a stream carries, by its name."""
        quote = _Kind(wire.BookTicker, self._quotes)
        self._read_quote = quote.direct
        self._kinds: dict[bytes, _Kind[Any]] = {
            b"bookTicker": quote,
            b"trade": _Kind(wire.TradeFrame, self._trades),
            b"aggTrade": _Kind(wire.AggregateTrade, self._trades),
            b"depthUpdate": _Kind(wire.DepthUpdate, self._book_changes),
            b"kline": _Kind(wire.Kline, self._candles),
            b"markPriceUpdate": _Kind(wire.MarkPriceUpdate, self._mark_prices),
            b"forceOrder": _Kind(wire.ForceOrder, self._liquidations),
            b"24hrTicker": _Kind(wire.DayTicker, self._day_statistics),
            b"24hrMiniTicker": _Kind(wire.DayTicker, self._day_statistics),
        }

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[MarketMessage]:
        """What a frame says; ``received_at`` stands where Binance does not tell when (quotes on spot).

        Nothing for answers to subscriptions and for what IGNORED lists. Raises UndecodableFrame.
        """
        # Everything of a combined connection begins with the name of its stream, and a stream carries one
        # kind of event: so what a name stands for is found out once.
        try:
            kind = self._carried.get(frame[_NAME_AT : frame.find(b'"', _NAME_AT)])
            if kind is not None:
                return kind.build(kind.wrapped(frame).data, received_at)
            return self._decode_new(frame, received_at)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UndecodableFrame(VENUE, "public frame", str(error)) from None
        except InvalidInput as error:
            raise UndecodableFrame(VENUE, "public frame", error.detail) from None

    def _decode_new(self, frame: bytes, received_at: datetime) -> Sequence[MarketMessage]:
        # Binance writes its frames without blanks and the event first; whatever is written otherwise is read
        # as well, the long way round.
        if frame.startswith(_QUOTES):
            return self._quotes(self._read_quote(frame), received_at)
        combined = frame.startswith(_COMBINED)
        name = frame[_NAME_AT : frame.find(b'"', _NAME_AT)] if combined else b""
        at = frame.find(_EVENT, 0, _HEAD)
        if name.endswith(_QUOTE_STREAM):
            event = b"bookTicker"
        elif at == 1 or (combined and at > 1 and frame[at - 2] != _LIST):
            event = frame[at + 5 : frame.find(b'"', at + 5)]
        else:
            event = b""
        kind = self._kinds.get(event)
        if kind is None:
            return self._decode_any(frame, received_at)
        if not combined:
            return kind.build(kind.direct(frame), received_at)
        messages = kind.build(kind.wrapped(frame).data, received_at)
        self._remember(name, kind)
        return messages

    def _remember(self, stream: bytes, kind: _Kind[Any]) -> None:
        if len(self._carried) >= _STREAMS_MAX:
            self._carried.clear()
        self._carried[stream] = kind

    def _decode_any(self, frame: bytes, received_at: datetime) -> Sequence[MarketMessage]:
        if frame.lstrip()[:1] == b"[":
            return [m for each in _read_list(frame) for m in self._decode_any(bytes(each), received_at)]
        envelope = _read_envelope(frame)
        if bytes(envelope.error) or envelope.code is not None:
            raise UndecodableFrame(VENUE, "subscription", "it was refused")
        data = bytes(envelope.data)
        if data:
            if envelope.stream is not None and "@depth" in envelope.stream and b'"lastUpdateId"' in data:
                return self._partial_book(envelope.stream, data, received_at)
            return self._decode_any(data, received_at)
        event = envelope.e or ("bookTicker" if envelope.u is not None else "")
        kind = self._kinds.get(event.encode())
        if kind is not None:
            return kind.build(kind.direct(frame), received_at)
        if event in IGNORED or (not event and envelope.id is not None):
            return ()
        raise UndecodableFrame(VENUE, "public frame", f"event {event[:40]!r} is not known")

    def _quotes(self, read: wire.BookTicker, received_at: datetime) -> Sequence[MarketMessage]:
        # Mostly one number of the four is new: comparing texts costs a tenth of making a Decimal.
        old, last = self._quoted.get(read.symbol) or self._never_quoted(read.symbol)
        quote = Quote(
            instrument_id=last.instrument_id,
            bid=last.bid if read.bid == old.bid else parse_decimal(read.bid, field="price"),
            bid_size=last.bid_size
            if read.bid_size == old.bid_size
            else parse_decimal(read.bid_size, field="size"),
            ask=last.ask if read.ask == old.ask else parse_decimal(read.ask, field="price"),
            ask_size=last.ask_size
            if read.ask_size == old.ask_size
            else parse_decimal(read.ask_size, field="size"),
            at=received_at if read.time is None else self._moment(read.time),
            sequence=read.update_id,
        )
        self._quoted[read.symbol] = read, quote
        return (quote,)

    def _never_quoted(self, symbol: str) -> tuple[wire.BookTicker, Quote]:
        nothing = wire.BookTicker(symbol=symbol, update_id=0, bid="", bid_size="", ask="", ask_size="")
        quote = Quote(
            instrument_id=self._instrument(symbol),
            bid=ZERO,
            bid_size=ZERO,
            ask=ZERO,
            ask_size=ZERO,
            at=self._last_moment,
            sequence=0,
        )
        return nothing, quote

    def _trades(self, read: wire.TradeFrame | wire.AggregateTrade, _: datetime) -> Sequence[MarketMessage]:
        price = self._prices[read.price]
        if not price:
            return ()  # futures tell so of positions that an insurance fund took over: nobody traded
        return (
            Trade(
                instrument_id=self._known.get(read.symbol) or self._instrument(read.symbol),
                trade_id=str(read.trade_id),
                price=price,
                quantity=parse_decimal(read.quantity, field="size"),
                aggressor=Aggressor.SELL if read.buyer_made else Aggressor.BUY,
                at=self._moment(read.time),
                sequence=read.trade_id,
            ),
        )

    def _book_changes(self, read: wire.DepthUpdate, _: datetime) -> Sequence[MarketMessage]:
        return (
            BookChange(
                update=BookUpdate(
                    instrument_id=self._known.get(read.symbol) or self._instrument(read.symbol),
                    bids=self._levels(read.bids),
                    asks=self._levels(read.asks),
                    is_snapshot=False,
                    at=self._moment(read.event_time if read.time is None else read.time),
                    sequence=read.last,
                ),
                first=read.first,
                previous=read.previous,
            ),
        )

    def _partial_book(self, stream: str, data: bytes, received_at: datetime) -> Sequence[MarketMessage]:
        read = _read_depth(data)
        symbol = stream.partition("@")[0].upper()
        return (
            BookUpdate(
                instrument_id=self._known.get(symbol) or self._instrument(symbol),
                bids=levels(read.bids),
                asks=levels(read.asks),
                is_snapshot=True,
                at=moment_or_none(read.time) or received_at,
                sequence=read.last_update_id,
            ),
        )

    def _candles(self, read: wire.Kline, _: datetime) -> Sequence[MarketMessage]:
        body = read.body
        return (
            CandleUpdate(
                candle=Candle(
                    instrument_id=self._instrument(read.symbol),
                    interval=word(words.INTERVAL, body.interval, what="kline", field="interval"),
                    start=moment(body.start),
                    open=body.open,
                    high=body.high,
                    low=body.low,
                    close=body.close,
                    volume=body.volume,
                    trade_count=body.count,
                ),
                is_closed=body.is_closed,
            ),
        )

    def _mark_prices(self, read: wire.MarkPriceUpdate, _: datetime) -> Sequence[MarketMessage]:
        return (
            MarkPrice(
                instrument_id=self._instrument(read.symbol),
                mark=read.mark,
                index=None if read.index is None else told(read.index),
                funding_rate=rate_or_none(read.rate, what="markPriceUpdate"),
                next_funding_at=moment_or_none(read.next_funding),
                at=self._moment(read.event_time),
            ),
        )

    def _liquidations(self, read: wire.ForceOrder, _: datetime) -> Sequence[MarketMessage]:
        order = read.order
        return (
            Liquidation(
                instrument_id=self._instrument(order.symbol),
                side=word(words.SIDE, order.side, what="forceOrder", field="side"),
                price=order.average or order.price,
                quantity=order.filled or order.quantity,
                at=moment(order.time),
            ),
        )

    def _day_statistics(self, read: wire.DayTicker, _: datetime) -> Sequence[MarketMessage]:
        return (
            DayStatistics(
                instrument_id=self._instrument(read.symbol),
                open=read.open,
                high=read.high,
                low=read.low,
                last=read.last,
                volume=read.volume,
                turnover=read.turnover,
                at=moment(read.event_time),
            ),
        )

    def _levels(self, read: list[tuple[wire.Number, wire.Number]]) -> tuple[Level, ...]:
        prices = self._prices
        return tuple(
            [Level(price=prices[price], size=parse_decimal(size, field="size")) for price, size in read]
        )

    def _instrument(self, symbol: str) -> InstrumentId:
        known = self._known[symbol] = instrument(self._symbols, symbol, what="public frame")
        return known

    def _moment(self, milliseconds: int) -> datetime:
        # A busy feed tells many things of the same millisecond.
        if milliseconds != self._last_time:
            self._last_moment = moment(milliseconds)
            self._last_time = milliseconds
        return self._last_moment


def levels(read: list[tuple[Decimal, Decimal]]) -> tuple[Level, ...]:
    """Price levels. Raises UndecodableFrame."""
    if not all(price.is_finite() and size.is_finite() for price, size in read):
        raise UndecodableFrame(VENUE, "book", "a level is not a finite number")
    return tuple([Level(price=price, size=size) for price, size in read])

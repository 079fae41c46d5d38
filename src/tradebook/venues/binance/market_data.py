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
from tradebook.market.values import Aggressor, BookUpdate, Candle, Level, Trade
from tradebook.venues.binance import market_wire as wire
from tradebook.venues.binance import words
from tradebook.venues.binance.quotes import SymbolQuotes
from tradebook.venues.binance.wire import (
    VENUE,
    Moments,
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
    Refusal,
)
from tradebook.venues.symbols import Symbols

T = TypeVar("T")
PublicMessage = MarketMessage | Refusal

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
_AFTER_NAME = b'",'
_QUOTES = (b'{"u":', b'{"e":"bookTicker"')
"""How quotes of spot and of futures begin."""
_QUOTE_STREAM = b"@bookTicker"
_NOTHING = frozenset({"0", *(f"0.{'0' * places}" for places in range(1, 9))})
"""The size of a level that goes, which nearly every second one does: so written it is not read each time."""
_STREAMS_MAX = 32_768
"""So many names are remembered: more than are ever subscribed to."""

_read_envelope = reader(wire.Envelope, "frame")
_read_list = reader(list[msgspec.Raw], "frame")
_read_problem = reader(wire.Problem, "problem")
_read_depth = reader(wire.DepthAnswer, "partial book")


_Read = Callable[[bytes], wire.Combined[Any]]
_Build = Callable[[Any, datetime], Sequence[MarketMessage]]


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
        combined: Any = wire.Combined[kind]  # type: ignore[valid-type]  # a type made here
        self.wrapped: Callable[[bytes], wire.Combined[T]] = msgspec.json.Decoder(combined).decode
        self.build = build


class PublicFrames:
    """Reads the public frames of one market, spot or futures, whose instruments ``symbols`` knows."""

    def __init__(
        self, symbols: Symbols, complete: Callable[[Refusal], Refusal] = lambda refusal: refusal
    ) -> None:
        """``complete`` knows which streams a refusal is about."""
        self._symbols = symbols
        self._complete = complete
        self._known: dict[str, InstrumentId] = {}
        self._quoted: dict[str, SymbolQuotes] = {}
        self._moment = Moments().of
        self._prices = _Prices()
        self._streams: dict[bytes, tuple[_Read, _Build]] = {}
        """How a stream's frames are read and what they say, by how they begin: until its name ends."""
        self._quote = _Kind(wire.BookTicker, self._quotes)
        self._kinds: dict[bytes, _Kind[Any]] = {
            b"bookTicker": self._quote,
            b"trade": _Kind(wire.TradeFrame, self._trades),
            b"aggTrade": _Kind(wire.AggregateTrade, self._trades),
            b"depthUpdate": _Kind(wire.DepthUpdate, self._book_changes),
            b"kline": _Kind(wire.Kline, self._candles),
            b"markPriceUpdate": _Kind(wire.MarkPriceUpdate, self._mark_prices),
            b"forceOrder": _Kind(wire.ForceOrder, self._liquidations),
            b"24hrTicker": _Kind(wire.DayTicker, self._day_statistics),
            b"24hrMiniTicker": _Kind(wire.DayTicker, self._day_statistics),
        }

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[PublicMessage]:
        """What a frame says; ``received_at`` stands where Binance does not tell when (quotes on spot).

        Nothing for answers to subscriptions and for what IGNORED lists. Raises UndecodableFrame.
        """
        # Everything of a combined connection begins with the name of its stream, and a stream carries one
        # kind of event: so how it is read is found out once.
        try:
            known = self._streams.get(frame.partition(_AFTER_NAME)[0])
            if known is None:
                return self._decode_new(frame, received_at)
            read, build = known
            return build(read(frame).data, received_at)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UndecodableFrame(VENUE, "public frame", str(error)) from None
        except InvalidInput as error:
            raise UndecodableFrame(VENUE, "public frame", error.detail) from None

    def _decode_new(self, frame: bytes, received_at: datetime) -> Sequence[PublicMessage]:
        # Binance writes its frames without blanks and the event first; whatever is written otherwise is read
        # as well, the long way round.
        if frame.startswith(_QUOTES):
            return self._quotes(self._quote.direct(frame), received_at)
        combined = frame.startswith(_COMBINED)
        name = frame.partition(_AFTER_NAME)[0] if combined else b""
        if name.endswith(_QUOTE_STREAM):
            read = self._quote.wrapped(frame).data
            quotes = self._quotes_of(read.symbol)
            self._remember(name, self._quote.wrapped, quotes.take)
            return quotes.take(read, received_at)
        at = frame.find(_EVENT, 0, _HEAD)
        is_plain = at == 1 or (combined and at > 1 and frame[at - 2] != _LIST)
        kind = self._kinds.get(frame[at + 5 : frame.find(b'"', at + 5)]) if is_plain else None
        if kind is None:
            return self._decode_any(frame, received_at)
        if not combined:
            return kind.build(kind.direct(frame), received_at)
        self._remember(name, kind.wrapped, kind.build)
        return kind.build(kind.wrapped(frame).data, received_at)

    def _remember(self, stream: bytes, read: _Read, build: _Build) -> None:
        if len(self._streams) >= _STREAMS_MAX:
            self._streams.clear()
        self._streams[stream] = read, build

    def _decode_any(self, frame: bytes, received_at: datetime) -> Sequence[PublicMessage]:
        if frame.lstrip()[:1] == b"[":
            return [m for each in _read_list(frame) for m in self._decode_any(bytes(each), received_at)]
        envelope = _read_envelope(frame)
        if bytes(envelope.error) or envelope.code is not None:
            return (self._complete(_refusal(envelope)),)
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
        return self._quotes_of(read.symbol).take(read, received_at)

    def _quotes_of(self, symbol: str) -> SymbolQuotes:
        quotes = self._quoted.get(symbol)
        if quotes is None:
            quotes = self._quoted[symbol] = SymbolQuotes(self._instrument(symbol), self._moment)
        return quotes

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
            [
                Level(
                    price=prices[price],
                    size=ZERO if size in _NOTHING else parse_decimal(size, field="size"),
                )
                for price, size in read
            ]
        )

    def _instrument(self, symbol: str) -> InstrumentId:
        known = self._known[symbol] = instrument(self._symbols, symbol, what="public frame")
        return known


def _refusal(envelope: wire.Envelope) -> Refusal:
    request_id = "" if envelope.id is None else str(envelope.id)
    problem = bytes(envelope.error)
    try:
        said = _read_problem(problem) if problem else wire.Problem(code=envelope.code or 0, msg=envelope.msg)
    except UndecodableFrame:
        said = wire.Problem()
    return Refusal(request_id=request_id, reason=f"{said.code} {said.msg}".strip())


def levels(read: list[tuple[Decimal, Decimal]]) -> tuple[Level, ...]:
    """Price levels. Raises UndecodableFrame."""
    if not all(price.is_finite() and size.is_finite() for price, size in read):
        raise UndecodableFrame(VENUE, "book", "a level is not a finite number")
    return tuple([Level(price=price, size=size) for price, size in read])

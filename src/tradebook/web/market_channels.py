"""The market's channels on ``/v1/stream``: what is watched is encoded once, the rest not at all.

A market says more than a client can show: of each thing its watchers are told at once after a pause, and at
most every ``conflation.EVERY_S`` while it goes on changing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

import msgspec
import structlog

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import plain
from tradebook.market.ports import MarketData
from tradebook.market.values import BookUpdate, Candle, Interval, Level, MarketEvent, Quote, Trade
from tradebook.web import problems
from tradebook.web.channels import Channel, Snapshot, SnapshotSource
from tradebook.web.conflation import Conflation
from tradebook.web.hub import Hub

DEPTH_LEVELS = 25
PRINTS_MAX = 100
"""The newest of an instrument that are told together."""
DERIVED_EVERY_S = 1.0
"""Longer candles are read again this long after the minute in them grew."""
CANDLES = 500
"""Candles in a snapshot."""

CandleHistory = Callable[[InstrumentId, Interval, int], Awaitable[Sequence[Candle]]]
"""The newest so many candles, oldest first."""

log = structlog.get_logger("tradebook.web")

_encode = msgspec.json.Encoder().encode


class QuoteDocument(msgspec.Struct):
    """``quotes:<instrument>``"""

    instrument: str
    bid: str
    bid_size: str
    ask: str
    ask_size: str
    at: datetime
    sequence: str


class TradeDocument(msgspec.Struct):
    """``trades:<instrument>``: a list of those since the last message, oldest first; see PRINTS_MAX."""

    instrument: str
    trade_id: str
    price: str
    quantity: str
    aggressor: str
    at: datetime
    sequence: str


class DepthDocument(msgspec.Struct):
    """``depth:<instrument>``: the best levels as [price, size], best first."""

    instrument: str
    bids: list[tuple[str, str]]
    asks: list[tuple[str, str]]
    at: datetime


class CandleDocument(msgspec.Struct):
    """``candles:<instrument>:<interval>``; the last one still grows."""

    instrument: str
    interval: str
    start: datetime
    open: str
    high: str
    low: str
    close: str
    volume: str
    trade_count: int
    source: str
    differs: bool


class MarketChannels:
    """Follows the market for those who watch it: a sink of the feed."""

    def __init__(
        self,
        *,
        market: MarketData,
        candles: CandleHistory,
        on_watch: Callable[[InstrumentId], None] = lambda _: None,
    ) -> None:
        """``market`` has taken in whatever ``take`` is told; ``on_watch`` is told of every instrument that
        somebody begins to watch.
        """
        self._market = market
        self._on_watch = on_watch
        self._candles = candles
        self._hub: Hub | None = None
        self._sequence = 0
        conflation = self._conflation = Conflation()
        self._quotes = conflation.lane(self._tell_quote)
        self._tapes = conflation.lane(self._tell_prints)
        self._depths = conflation.lane(self._tell_depth)
        self._minutes = conflation.lane(self._tell_minute)
        self._prints: dict[InstrumentId, deque[Trade]] = {}
        """Not told yet."""
        self._grown: dict[InstrumentId, Candle] = {}
        """The newest minutes."""
        self._candles_due: dict[tuple[InstrumentId, Interval], asyncio.Task[None]] = {}

    def snapshots(self) -> dict[str, SnapshotSource]:
        """What the hub sends first, by kind of channel."""
        return {
            "quotes": self._quote_snapshot,
            "trades": self._trade_snapshot,
            "depth": self._depth_snapshot,
            "candles": self._candles_snapshot,
        }

    def start(self, hub: Hub) -> None:
        """Publish to the hub from now on."""
        self._hub = hub

    def stop(self) -> None:
        """Publish no more."""
        self._conflation.stop()
        for task in self._candles_due.values():
            task.cancel()
        self._hub = None

    def publish_candle(self, candle: Candle) -> None:
        """A one-minute candle grew; those that are derived from it follow a little later."""
        self._grown[candle.instrument_id] = candle
        self._minutes.change(candle.instrument_id)

    def take(self, events: Sequence[MarketEvent]) -> None:
        """Note what is new, and tell of what has rested."""
        if self._hub is None:
            return
        for trade in [each for each in events if type(each) is Trade]:
            self._prints.setdefault(trade.instrument_id, deque(maxlen=PRINTS_MAX)).append(trade)
            self._tapes.change(trade.instrument_id)
        for kind, lane in ((Quote, self._quotes), (BookUpdate, self._depths)):
            for instrument_id in dict.fromkeys([each.instrument_id for each in events if type(each) is kind]):
                lane.change(instrument_id)

    # --- what is told, now or at the next tick

    def _tell_quote(self, instrument_id: InstrumentId) -> None:
        quote = self._market.quote(instrument_id)
        if quote is not None:
            self._publish(f"quotes:{instrument_id}", partial(_quote_document, quote))

    def _tell_prints(self, instrument_id: InstrumentId) -> None:
        prints = self._prints.pop(instrument_id)
        self._publish(f"trades:{instrument_id}", partial(_trade_documents, prints))

    def _tell_depth(self, instrument_id: InstrumentId) -> None:
        self._publish(f"depth:{instrument_id}", partial(self._depth_document, instrument_id))

    def _tell_minute(self, instrument_id: InstrumentId) -> None:
        candle = self._grown.pop(instrument_id)
        self._publish(
            _candle_channel(candle.instrument_id, candle.interval), partial(_candle_document, candle)
        )
        for interval in Interval:
            key = instrument_id, interval
            if interval is not candle.interval and key not in self._candles_due and self._is_watched(*key):
                self._candles_due[key] = asyncio.create_task(self._publish_derived(*key))

    def _publish(self, channel: str, document: Callable[[], object]) -> None:
        """Each message has a sequence of this process; snapshots carry the one they were taken at."""
        if self._hub is not None and self._hub.is_watched(channel):
            self._sequence += 1
            self._hub.publish_latest(channel, self._sequence, _encode(document()))

    def _is_watched(self, instrument_id: InstrumentId, interval: Interval) -> bool:
        return self._hub is not None and self._hub.is_watched(_candle_channel(instrument_id, interval))

    async def _publish_derived(self, instrument_id: InstrumentId, interval: Interval) -> None:
        try:
            await asyncio.sleep(DERIVED_EVERY_S)
            for candle in await self._candles(instrument_id, interval, 1):
                self._publish(_candle_channel(instrument_id, interval), partial(_candle_document, candle))
        except problems.AWAY:
            log.warning("a candle could not be read", instrument=instrument_id, interval=interval)
        finally:
            del self._candles_due[instrument_id, interval]

    # --- snapshots

    async def _quote_snapshot(self, _: Principal, channel: Channel) -> Snapshot:
        quote = self._market.quote(self._instrument(channel))
        return self._snapshot(quote and _quote_document(quote))

    async def _trade_snapshot(self, _: Principal, channel: Channel) -> Snapshot:
        trade = self._market.last_trade(self._instrument(channel))
        return self._snapshot(_trade_documents(() if trade is None else (trade,)))

    async def _depth_snapshot(self, _: Principal, channel: Channel) -> Snapshot:
        return self._snapshot(self._depth_document(self._instrument(channel)))

    async def _candles_snapshot(self, _: Principal, channel: Channel) -> Snapshot:
        instrument_id = self._instrument(channel)
        sequence = self._sequence
        interval = Interval(channel.argument.partition(":")[2])
        candles = await self._candles(instrument_id, interval, CANDLES)
        documents = {"items": [_candle_document(candle) for candle in candles]}
        return Snapshot(position=sequence, data=msgspec.Raw(_encode(documents)))

    def _snapshot(self, document: object) -> Snapshot:
        return Snapshot(position=self._sequence, data=msgspec.Raw(_encode(document)))

    def _instrument(self, channel: Channel) -> InstrumentId:
        instrument_id = InstrumentId(channel.argument.partition(":")[0])
        if self._market.instrument(instrument_id) is None:
            raise NotFound("instrument", instrument_id)
        self._on_watch(instrument_id)
        return instrument_id

    def _depth_document(self, instrument_id: InstrumentId) -> DepthDocument:
        bids, asks = self._market.depth(instrument_id, DEPTH_LEVELS)
        return DepthDocument(
            instrument=instrument_id, bids=_levels(bids), asks=_levels(asks), at=self._market.now()
        )


_KINDS = frozenset({"quotes", "trades", "depth", "candles"})


def instruments_of(channels: Iterable[str]) -> Iterable[InstrumentId]:
    """What those of the channels are about that are of the market."""
    parts = (each.split(":") for each in channels)
    return (InstrumentId(kind_and_id[1]) for kind_and_id in parts if kind_and_id[0] in _KINDS)


def _candle_channel(instrument_id: InstrumentId, interval: Interval) -> str:
    return f"candles:{instrument_id}:{interval}"


def _levels(levels: Sequence[Level]) -> list[tuple[str, str]]:
    return [(plain(level.price), plain(level.size)) for level in levels]


def _quote_document(quote: Quote) -> QuoteDocument:
    return QuoteDocument(
        instrument=quote.instrument_id,
        bid=plain(quote.bid),
        bid_size=plain(quote.bid_size),
        ask=plain(quote.ask),
        ask_size=plain(quote.ask_size),
        at=quote.at,
        sequence=str(quote.sequence),
    )


def _trade_documents(trades: Iterable[Trade]) -> list[TradeDocument]:
    return [_trade_document(each) for each in trades]


def _trade_document(trade: Trade) -> TradeDocument:
    return TradeDocument(
        instrument=trade.instrument_id,
        trade_id=trade.trade_id,
        price=plain(trade.price),
        quantity=plain(trade.quantity),
        aggressor=trade.aggressor,
        at=trade.at,
        sequence=str(trade.sequence),
    )


def _candle_document(candle: Candle) -> CandleDocument:
    return CandleDocument(
        instrument=candle.instrument_id,
        interval=candle.interval,
        start=candle.start,
        open=plain(candle.open),
        high=plain(candle.high),
        low=plain(candle.low),
        close=plain(candle.close),
        volume=plain(candle.volume),
        trade_count=candle.trade_count,
        source=candle.source,
        differs=candle.differs,
    )

"""The market's channels on ``/v1/stream``: what is watched is encoded once, the rest not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

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
from tradebook.web.hub import Hub

DEPTH_LEVELS = 25
DEPTH_EVERY_S = 0.1
"""A book changes more often than an eye can follow."""
DERIVED_EVERY_S = 1.0
"""Longer candles are read again this long after the minute in them grew."""
CANDLES = 500
"""Candles in a snapshot."""

CandleHistory = Callable[[InstrumentId, Interval, int], Awaitable[Sequence[Candle]]]
"""The newest so many candles, oldest first."""

T = TypeVar("T")

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
    """``trades:<instrument>``"""

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


class MarketChannels:
    """Follows the market for those who watch it."""

    def __init__(self, *, market: MarketData, candles: CandleHistory) -> None:
        self._market = market
        self._candles = candles
        self._hub: Hub | None = None
        self._stop: Callable[[], None] | None = None
        self._sequence = 0
        self._depth_due: set[InstrumentId] = set()
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
        self._stop = self._market.subscribe(self._on_event)

    def stop(self) -> None:
        """Publish no more."""
        if self._stop is not None:
            self._stop()
        for task in self._candles_due.values():
            task.cancel()
        self._hub = None

    def publish_candle(self, candle: Candle) -> None:
        """A one-minute candle grew; those that are derived from it follow a little later."""
        self._publish(_candle_channel(candle.instrument_id, candle.interval), _candle_document, candle)
        for interval in Interval:
            key = candle.instrument_id, interval
            if interval is not candle.interval and key not in self._candles_due and self._is_watched(*key):
                self._candles_due[key] = asyncio.create_task(self._publish_derived(*key))

    def _on_event(self, event: MarketEvent) -> None:
        match event:
            case Quote():
                self._publish(f"quotes:{event.instrument_id}", _quote_document, event)
            case Trade():
                self._publish(f"trades:{event.instrument_id}", _trade_document, event)
            case BookUpdate():
                self._depth_changed(event.instrument_id)

    def _publish(self, channel: str, document_of: Callable[[T], object], subject: T) -> None:
        """Each message has a sequence of this process; snapshots carry the one they were taken at."""
        self._sequence += 1
        if self._hub is not None and self._hub.is_watched(channel):
            self._hub.publish_latest(channel, self._sequence, _encode(document_of(subject)))

    def _depth_changed(self, instrument_id: InstrumentId) -> None:
        if self._hub is None or instrument_id in self._depth_due:
            return
        if self._hub.is_watched(f"depth:{instrument_id}"):
            self._depth_due.add(instrument_id)
            asyncio.get_running_loop().call_later(DEPTH_EVERY_S, self._publish_depth, instrument_id)

    def _publish_depth(self, instrument_id: InstrumentId) -> None:
        self._depth_due.discard(instrument_id)
        self._publish(f"depth:{instrument_id}", self._depth_document, instrument_id)

    def _is_watched(self, instrument_id: InstrumentId, interval: Interval) -> bool:
        return self._hub is not None and self._hub.is_watched(_candle_channel(instrument_id, interval))

    async def _publish_derived(self, instrument_id: InstrumentId, interval: Interval) -> None:
        try:
            await asyncio.sleep(DERIVED_EVERY_S)
            for candle in await self._candles(instrument_id, interval, 1):
                self._publish(_candle_channel(instrument_id, interval), _candle_document, candle)
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
        return self._snapshot(trade and _trade_document(trade))

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
        return instrument_id

    def _depth_document(self, instrument_id: InstrumentId) -> DepthDocument:
        bids, asks = self._market.depth(instrument_id, DEPTH_LEVELS)
        return DepthDocument(
            instrument=instrument_id, bids=_levels(bids), asks=_levels(asks), at=self._market.now()
        )


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
    )

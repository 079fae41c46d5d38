"""Candles: one-minute ones from trades, longer ones from those. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Candle, Interval, Trade

SECONDS = {
    Interval.M1: 60,
    Interval.M5: 300,
    Interval.M15: 900,
    Interval.H1: 3_600,
    Interval.H4: 14_400,
    Interval.D1: 86_400,
}
LATE_TRADES_KEPT = timedelta(minutes=5)
"""A trade that comes later than this after its minute no longer changes it."""


def start_of(interval: Interval, at: datetime) -> datetime:
    """When the candle that covers ``at`` begins; days begin at 00:00 UTC."""
    seconds = SECONDS[interval]
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)


class CandleBuilder:
    """One-minute candles of every instrument. Minutes without a trade have none."""

    def __init__(self) -> None:
        self._open: dict[tuple[InstrumentId, datetime], Candle] = {}
        self._newest: dict[InstrumentId, datetime] = {}

    def add(self, trade: Trade) -> Candle | None:
        """The candle as it is with the trade in it; None when the trade came too late."""
        start = start_of(Interval.M1, trade.at)
        newest = self._newest.get(trade.instrument_id)
        if newest is None or start > newest:
            self._newest[trade.instrument_id] = newest = start
            self._forget(trade.instrument_id, newest)
        if start < newest - LATE_TRADES_KEPT:
            return None
        key = (trade.instrument_id, start)
        candle = self._open.get(key)
        self._open[key] = candle = _begin(trade, start) if candle is None else _extend(candle, trade)
        return candle

    def current(self, instrument_id: InstrumentId) -> Candle | None:
        """The newest candle, still growing."""
        newest = self._newest.get(instrument_id)
        return None if newest is None else self._open.get((instrument_id, newest))

    def _forget(self, instrument_id: InstrumentId, newest: datetime) -> None:
        too_old = [
            key for key in self._open if key[0] == instrument_id and key[1] < newest - LATE_TRADES_KEPT
        ]
        for key in too_old:
            del self._open[key]


def _begin(trade: Trade, start: datetime) -> Candle:
    return Candle(
        instrument_id=trade.instrument_id,
        interval=Interval.M1,
        start=start,
        open=trade.price,
        high=trade.price,
        low=trade.price,
        close=trade.price,
        volume=trade.quantity,
        trade_count=1,
    )


def _extend(candle: Candle, trade: Trade) -> Candle:
    return msgspec.structs.replace(
        candle,
        high=max(candle.high, trade.price),
        low=min(candle.low, trade.price),
        close=trade.price,
        volume=candle.volume + trade.quantity,
        trade_count=candle.trade_count + 1,
    )


def derive(minutes: Iterable[Candle], interval: Interval) -> Iterator[Candle]:
    """Longer candles from one-minute candles in time order."""
    current: Candle | None = None
    for minute in minutes:
        start = start_of(interval, minute.start)
        if current is not None and current.start == start:
            current = msgspec.structs.replace(
                current,
                high=max(current.high, minute.high),
                low=min(current.low, minute.low),
                close=minute.close,
                volume=current.volume + minute.volume,
                trade_count=current.trade_count + minute.trade_count,
            )
            continue
        if current is not None:
            yield current
        current = msgspec.structs.replace(minute, interval=interval, start=start)
    if current is not None:
        yield current

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
_MINUTE = timedelta(minutes=1)
LATE_TRADES_KEPT = timedelta(minutes=5)
"""A trade that comes later than this after its minute no longer changes it."""


def start_of(interval: Interval, at: datetime) -> datetime:
    """When the candle that covers ``at`` begins; days begin at 00:00 UTC."""
    seconds = SECONDS[interval]
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)


class CandleBuilder:
    """One-minute candles of every instrument. Minutes without a trade have none."""

    def __init__(self) -> None:
        self._newest: dict[InstrumentId, Candle] = {}
        self._earlier: dict[tuple[InstrumentId, datetime], Candle] = {}
        """Those that a late trade may still change."""

    def add(self, trade: Trade) -> Candle | None:
        """The candle as it is with the trade in it; None when the trade came too late."""
        newest = self._newest.get(trade.instrument_id)
        if newest is not None and newest.start <= trade.at < newest.start + _MINUTE:
            candle = self._newest[trade.instrument_id] = _extend(newest, trade)
            return candle
        start = start_of(Interval.M1, trade.at)
        if newest is None or start > newest.start:
            return self._begin(trade, start, newest)
        return None if start < newest.start - LATE_TRADES_KEPT else self._add_late(trade, start)

    def current(self, instrument_id: InstrumentId) -> Candle | None:
        """The newest candle, still growing."""
        return self._newest.get(instrument_id)

    def _begin(self, trade: Trade, start: datetime, newest: Candle | None) -> Candle:
        if newest is not None:
            self._earlier[trade.instrument_id, newest.start] = newest
            self._forget(trade.instrument_id, before=start - LATE_TRADES_KEPT)
        candle = self._newest[trade.instrument_id] = _first(trade, start)
        return candle

    def _add_late(self, trade: Trade, start: datetime) -> Candle:
        key = (trade.instrument_id, start)
        known = self._earlier.get(key)
        candle = self._earlier[key] = _first(trade, start) if known is None else _extend(known, trade)
        return candle

    def _forget(self, instrument_id: InstrumentId, *, before: datetime) -> None:
        too_old = [key for key in self._earlier if key[0] == instrument_id and key[1] < before]
        for key in too_old:
            del self._earlier[key]


def _first(trade: Trade, start: datetime) -> Candle:
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
    price = trade.price
    return msgspec.structs.replace(
        candle,
        high=max(candle.high, price),
        low=min(candle.low, price),
        close=price,
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

"""Reads the market's history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

import asyncpg

from tradebook.kernel.ids import InstrumentId
from tradebook.market.candles import SECONDS, derive, start_of
from tradebook.market.history import MarketHistory
from tradebook.market.past import PastCandleStore, side_by_side
from tradebook.market.values import Aggressor, Candle, Interval, Trade

MINUTES_MAX = 50_000
"""One-minute candles that one answer may be derived from."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)

SELECT_CANDLES = """
select start, open, high, low, close, volume, trade_count from market.candles_1m
where instrument_id = $1 and start >= $2 and start < $3 order by start limit $4
"""
SELECT_NEWEST_START = """
select start from market.candles_1m where instrument_id = $1 order by start desc offset $2 limit 1
"""
SELECT_TRADES = """
select at, sequence, trade_id, price, quantity, aggressor from market.trades
where instrument_id = $1 and (at, sequence) < ($2, $3) order by at desc, sequence desc limit $4
"""

Place = tuple[datetime, int]
"""Of a trade in the tape: its time and sequence."""
NEWEST: Place = (_FOREVER, 0)

SELECT_LAST_PRICES = """
select wanted.id, newest.close
from unnest($1::text[]) wanted(id) cross join lateral (
    select close from market.candles_1m where instrument_id = wanted.id order by start desc limit 1
) newest
"""


async def last_prices(pool: asyncpg.Pool, instruments: Sequence[InstrumentId]) -> dict[InstrumentId, Decimal]:
    """What each of these was last traded at, as far as it ever was."""
    rows = await pool.fetch(SELECT_LAST_PRICES, instruments)
    return {InstrumentId(row["id"]): row["close"] for row in rows}


class CandlePage(NamedTuple):
    """A page of candles, and where the next one begins; None on the last."""

    items: list[Candle]
    next_start: datetime | None


class MarketQueries:
    """Candles and trades from the database, with the minute that still grows from memory."""

    def __init__(self, pool: asyncpg.Pool, history: MarketHistory) -> None:
        self._pool = pool
        self._history = history
        self._past = PastCandleStore(pool)

    async def candles(
        self,
        instrument_id: InstrumentId,
        interval: Interval,
        start: datetime | None,
        end: datetime | None,
        limit: int,
    ) -> CandlePage:
        """Candles that begin in [start, end), oldest first, at most ``limit``: ours and the venue's."""
        ours = await self._recorded(instrument_id, interval, start, end, limit)
        until = ours.next_start or end or _FOREVER
        since = start_of(interval, start or _NEVER)
        venues = await self._past.between(instrument_id, interval, since, until, limit + 1)
        if len(venues) > limit:  # of what comes later the venue's are not known yet
            until = venues[-1].start
        both = side_by_side([each for each in ours.items if each.start <= until], venues)
        if len(both) > limit:
            return CandlePage(both[:limit], both[limit].start)
        return CandlePage(both, ours.next_start)

    async def _recorded(
        self,
        instrument_id: InstrumentId,
        interval: Interval,
        start: datetime | None,
        end: datetime | None,
        limit: int,
    ) -> CandlePage:
        since = start_of(interval, start or _NEVER)
        wanted = min((limit + 1) * SECONDS[interval] // SECONDS[Interval.M1], MINUTES_MAX)
        rows = await self._pool.fetch(SELECT_CANDLES, instrument_id, since, end or _FOREVER, wanted)
        minutes = [Candle(instrument_id=instrument_id, interval=Interval.M1, **dict(row)) for row in rows]
        if len(rows) < wanted:
            minutes = self._with_growing(instrument_id, minutes, since, end)
        derived = minutes if interval is Interval.M1 else list(derive(minutes, interval))
        if len(rows) == wanted:  # the last candle may lack minutes: it is the next page's
            shown = derived[: min(limit, len(derived) - 1)]
            return CandlePage(shown, derived[len(shown)].start)
        return CandlePage(derived[:limit], derived[limit].start if len(derived) > limit else None)

    def _with_growing(
        self, instrument_id: InstrumentId, minutes: list[Candle], since: datetime, end: datetime | None
    ) -> list[Candle]:
        """The minutes with the one that still grows."""
        growing = self._history.current_candle(instrument_id)
        if growing is None or not since <= growing.start < (end or _FOREVER):
            return minutes
        return [minute for minute in minutes if minute.start < growing.start] + [growing]

    async def newest_candles(
        self, instrument_id: InstrumentId, interval: Interval, count: int
    ) -> Sequence[Candle]:
        """The newest ``count``, oldest first."""
        minutes = min(count * SECONDS[interval] // SECONDS[Interval.M1], MINUTES_MAX - 1)
        since = await self._pool.fetchval(SELECT_NEWEST_START, instrument_id, minutes - 1)
        ours = await self._recorded(instrument_id, interval, since, None, MINUTES_MAX)
        venues = await self._past.newest(instrument_id, interval, count)
        return side_by_side(ours.items[-count:], venues)[-count:]

    async def trades(self, instrument_id: InstrumentId, limit: int, *, before: Place = NEWEST) -> list[Trade]:
        """Prints before that place, the newest first."""
        rows = await self._pool.fetch(SELECT_TRADES, instrument_id, *before, limit)
        return [
            Trade(
                instrument_id=instrument_id,
                trade_id=row["trade_id"],
                price=row["price"],
                quantity=row["quantity"],
                aggressor=Aggressor(row["aggressor"]),
                at=row["at"],
                sequence=row["sequence"],
            )
            for row in rows
        ]

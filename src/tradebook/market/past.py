"""What is kept of the candles that venues tell of their past, and how it lies beside our own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import asyncpg
import msgspec

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Candle, CandleSource, Interval

UPSERT = """
insert into market.past_candles
    (instrument_id, interval, start, open, high, low, close, volume, trade_count)
select $1, $2, told.* from unnest(
    $3::timestamptz[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[], $8::numeric[],
    $9::bigint[]) told
on conflict (instrument_id, interval, start) do update
    set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        volume = excluded.volume, trade_count = excluded.trade_count
"""
SELECT = """
select start, open, high, low, close, volume, trade_count from market.past_candles
where instrument_id = $1 and interval = $2 and start >= $3 and start < $4 order by start limit $5
"""
SELECT_NEWEST = """
select start, open, high, low, close, volume, trade_count from market.past_candles
where instrument_id = $1 and interval = $2 order by start desc limit $3
"""
SELECT_RANGE = """
select since, until, wanted_from, is_whole from market.past_candle_ranges
where instrument_id = $1 and interval = $2
"""
WANT = """
insert into market.past_candle_ranges as known (instrument_id, interval, since, until, wanted_from)
values ($1, $2, $3::timestamptz, $3::timestamptz, least($4::timestamptz, $3::timestamptz))
on conflict (instrument_id, interval) do update
    set wanted_from = least(known.wanted_from, excluded.wanted_from)
returning since, until, wanted_from, is_whole
"""
GROW = """
update market.past_candle_ranges set since = $3, until = $4, is_whole = $5
where instrument_id = $1 and interval = $2
"""
SELECT_UNFINISHED = """
select instrument_id, interval from market.past_candle_ranges
where since > wanted_from and not is_whole order by instrument_id, interval limit $1
"""


class PastRange(NamedTuple):
    """How far the past of one instrument, in candles of one length, is known here."""

    since: datetime
    until: datetime
    """What the venue has between the two is here."""
    wanted_from: datetime
    is_whole: bool
    """The venue has nothing before ``since``."""

    @property
    def is_filled(self) -> bool:
        """Whether nothing that is wanted is missing."""
        return self.is_whole or self.since <= self.wanted_from


class PastCandleStore:
    """The two tables."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def want(
        self, instrument_id: InstrumentId, interval: Interval, start: datetime, *, now: datetime
    ) -> PastRange:
        """Note that somebody looks back to ``start``; what is known begins at ``now`` where nothing was."""
        row = await self._pool.fetchrow(WANT, instrument_id, interval, now, start)
        assert row is not None  # it returns what it wrote
        return PastRange(*row)

    async def range(self, instrument_id: InstrumentId, interval: Interval) -> PastRange | None:
        """None where nobody has asked yet."""
        row = await self._pool.fetchrow(SELECT_RANGE, instrument_id, interval)
        return None if row is None else PastRange(*row)

    async def unfinished(self, limit: int) -> Sequence[tuple[InstrumentId, Interval]]:
        """What was wanted and had not come when this process began."""
        rows = await self._pool.fetch(SELECT_UNFINISHED, limit)
        return [(InstrumentId(row["instrument_id"]), Interval(row["interval"])) for row in rows]

    async def keep(
        self,
        instrument_id: InstrumentId,
        interval: Interval,
        candles: Sequence[Candle],
        grown: PastRange | None,
    ) -> None:
        """Candles, and how far they reach, together or not at all; None while they join nothing yet."""
        rows = [(c.start, c.open, c.high, c.low, c.close, c.volume, c.trade_count) for c in candles]
        async with self._pool.acquire() as connection, connection.transaction():
            if rows:
                await connection.execute(UPSERT, instrument_id, interval, *map(list, zip(*rows, strict=True)))
            if grown is not None:
                await connection.execute(
                    GROW, instrument_id, interval, grown.since, grown.until, grown.is_whole
                )

    async def between(
        self,
        instrument_id: InstrumentId,
        interval: Interval,
        start: datetime,
        end: datetime,
        limit: int,
    ) -> list[Candle]:
        """The first ``limit`` that begin in [start, end), oldest first."""
        rows = await self._pool.fetch(SELECT, instrument_id, interval, start, end, limit)
        return [_candle(instrument_id, interval, row) for row in rows]

    async def newest(self, instrument_id: InstrumentId, interval: Interval, count: int) -> list[Candle]:
        """Oldest first."""
        rows = await self._pool.fetch(SELECT_NEWEST, instrument_id, interval, count)
        return [_candle(instrument_id, interval, row) for row in reversed(rows)]


def side_by_side(ours: Sequence[Candle], venues: Sequence[Candle]) -> list[Candle]:
    """One candle for each beginning, in order: the venue's where there is one, for it saw every trade.

    It says so, and whether ours of the same time is another.
    """
    own = {each.start: each for each in ours}
    told = {
        each.start: msgspec.structs.replace(each, differs=_differs(own.get(each.start), each))
        for each in venues
    }
    return [found for _, found in sorted({**own, **told}.items())]


def _differs(ours: Candle | None, venues: Candle) -> bool:
    if ours is None:
        return False
    return any(getattr(ours, name) != getattr(venues, name) for name in _FIGURES)


_FIGURES = ("open", "high", "low", "close", "volume")


def _candle(instrument_id: InstrumentId, interval: Interval, row: asyncpg.Record) -> Candle:
    return Candle(instrument_id=instrument_id, interval=interval, source=CandleSource.VENUE, **dict(row))

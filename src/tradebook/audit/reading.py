"""Looking through the journal: by stream, type, actor, order or time, a bounded stretch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import asyncpg
import msgspec

from tradebook.kernel import wire

EVENT = """
select position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash
from journal.events where position = $1
"""

# By versions, which the index of streams is in order of: with bounds of positions a plan that is kept for
# every stream would rather look through the whole journal.
OF_STREAM = """
select position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash
from journal.events
where stream = $1 and version > $2 and version <= $3
    and ($4::text[] is null or type = any($4))
    and ($5::text is null or strpos(metadata, $5) > 0)
    and ($6::text is null or strpos(metadata, $6) > 0)
    and ($7::text is null or strpos(data, $7) > 0)
order by version {direction} limit $8
"""

# A stream's versions have no gaps and its positions grow with them: the last one up to a position is found
# by halving.
VERSION_AT = """
with recursive search (low, high) as (
    select 0::bigint, version from journal.streams where stream = $1
    union all
    select case when position <= $2 then version else low end,
           case when position <= $2 then high else version - 1 end
    from search join journal.events on stream = $1 and version = (low + high + 1) / 2
    where low < high
)
select low from search where low = high
"""

OF_STRETCH = """
select position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash
from journal.events
where position > $1 and position <= $2
    and ($3::text[] is null or type = any($3))
    and ($4::text is null or strpos(metadata, $4) > 0)
    and ($5::text is null or strpos(metadata, $5) > 0)
    and ($6::text is null or strpos(data, $6) > 0)
order by position {direction} limit $7
"""

# Times never run backwards along the journal, so a time is a place in it.
RANGE = """
select case when $1::timestamptz is null then 0
            else journal.position_at($1 - interval '1 microsecond') end as low,
       case when $2::timestamptz is null then (select position from journal.head)
            else journal.position_at($2 - interval '1 microsecond') end as high
"""

STRETCH_EVENTS = 3_000
"""Events that one request looks through at most, so that its cost is bounded however rare the match."""


class Direction(StrEnum):
    """By position: the oldest event first, or the newest."""

    ASC = "asc"
    DESC = "desc"


class JournalFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None is anything."""

    stream: str | None = None
    types: Sequence[str] | None = None
    actor: str | None = None
    correlation: str | None = None
    order_id: str | None = None
    """Named by the event as its order, or as the entry of its bracket leg."""
    since: datetime | None = None
    """Recorded then or later."""
    until: datetime | None = None
    """Recorded before then."""

    @property
    def is_selective(self) -> bool:
        """Whether events between two positions may be left out."""
        return any(each is not None for each in (self.types, self.actor, self.correlation, self.order_id))


class JournalPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of rows. ``next_from`` says where to look on; it may be set although nothing was found yet."""

    rows: Sequence[asyncpg.Record]
    next_from: int | None


async def read_event(pool: asyncpg.Pool, position: int) -> asyncpg.Record | None:
    """The row at a position."""
    return await pool.fetchrow(EVENT, position)


async def read_page(
    pool: asyncpg.Pool,
    wanted: JournalFilter,
    *,
    after: int = 0,
    before: int | None = None,
    order: Direction = Direction.ASC,
    limit: int,
) -> JournalPage:
    """Up to ``limit`` matching events behind ``after`` and ahead of ``before``, in that order.

    ``next_from`` is the ``after`` of the next page, or its ``before`` where the newest comes first.
    """
    low, high = await _range(pool, wanted)
    low, high = max(low, after), high if before is None else min(high, before - 1)
    if low >= high:
        return JournalPage(rows=[], next_from=None)
    first, last = low, high
    if wanted.stream is None:
        stretch = STRETCH_EVENTS if wanted.is_selective else limit
        first, last = (
            (max(low, high - stretch), high) if order is Direction.DESC else (low, min(high, low + stretch))
        )
    rows = await _rows(pool, wanted, first, last, order, limit)
    # Full pages end at their last row, others where the stretch did.
    end = rows[-1]["position"] if len(rows) == limit else None
    if order is Direction.DESC:
        first = first if end is None else end - 1
        return JournalPage(rows=rows, next_from=first + 1 if first > low else None)
    last = last if end is None else end
    return JournalPage(rows=rows, next_from=last if last < high else None)


async def _range(pool: asyncpg.Pool, wanted: JournalFilter) -> tuple[int, int]:
    """The positions of the times that are wanted: behind the first, up to the second."""
    (row,) = await pool.fetch(RANGE, wanted.since, wanted.until)
    return row["low"], row["high"]


async def _rows(  # noqa: PLR0917 - a statement and its bounds
    pool: asyncpg.Pool, wanted: JournalFilter, first: int, last: int, order: Direction, limit: int
) -> Sequence[asyncpg.Record]:
    """Matching rows behind ``first``, up to ``last``."""
    metadata = (_pair('"actor"', wanted.actor), _pair('"correlation_id"', wanted.correlation))
    # Without the quote in front it is found as "parent_order_id" too.
    bounds = (first, last, wanted.types, *metadata, _pair('order_id"', wanted.order_id), limit)
    if wanted.stream is None:
        return await pool.fetch(OF_STRETCH.format(direction=order), *bounds)
    versions = [await pool.fetchval(VERSION_AT, wanted.stream, position) or 0 for position in (first, last)]
    return await pool.fetch(OF_STREAM.format(direction=order), wanted.stream, *versions, *bounds[2:])


def _pair(key: str, value: str | None) -> str | None:
    """How the pair stands in canonical JSON."""
    return None if value is None else f"{key}:{wire.encode(value).decode()}"

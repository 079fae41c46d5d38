"""Looking through the journal: by stream, type, actor or correlation, a bounded stretch at a time."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import msgspec

from tradebook.kernel import wire

EVENT = """
select position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash
from journal.events where position = $1
"""

OF_STREAM = """
select position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash
from journal.events
where stream = $1 and position > $2
    and ($3::text is null or type = $3)
    and ($4::text is null or strpos(metadata, $4) > 0)
    and ($5::text is null or strpos(metadata, $5) > 0)
order by version limit $6
"""

OF_STRETCH = """
select position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash,
       (select position from journal.head) as head
from journal.events
where position > $1 and position <= $2
    and ($3::text is null or type = $3)
    and ($4::text is null or strpos(metadata, $4) > 0)
    and ($5::text is null or strpos(metadata, $5) > 0)
order by position limit $6
"""

HEAD = "select position from journal.head"

STRETCH_EVENTS = 3_000
"""Events that one request looks through at most, so that its cost is bounded however rare the match."""


class JournalFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None is anything."""

    stream: str | None = None
    type: str | None = None
    actor: str | None = None
    correlation: str | None = None


ANYTHING = JournalFilter()


class JournalPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of rows. ``next_after`` says where to look on; it may be set although nothing was found yet."""

    rows: Sequence[asyncpg.Record]
    next_after: int | None


async def read_event(pool: asyncpg.Pool, position: int) -> asyncpg.Record | None:
    """The row at a position."""
    return await pool.fetchrow(EVENT, position)


async def read_page(pool: asyncpg.Pool, wanted: JournalFilter, *, after: int, limit: int) -> JournalPage:
    """Up to ``limit`` matching events behind ``after``."""
    actor = _in_metadata("actor", wanted.actor)
    correlation = _in_metadata("correlation_id", wanted.correlation)
    matches = (wanted.type, actor, correlation, limit)
    if wanted.stream is not None:
        rows = await pool.fetch(OF_STREAM, wanted.stream, after, *matches)
        return JournalPage(rows=rows, next_after=rows[-1]["position"] if len(rows) == limit else None)
    end = after + (limit if wanted == ANYTHING else STRETCH_EVENTS)
    rows = await pool.fetch(OF_STRETCH, after, end, *matches)
    reached = rows[-1]["position"] if len(rows) == limit else end
    head = rows[-1]["head"] if rows else await pool.fetchval(HEAD)
    return JournalPage(rows=rows, next_after=reached if reached < head else None)


def _in_metadata(key: str, value: str | None) -> str | None:
    """How the pair stands in the canonical JSON of the metadata."""
    return None if value is None else f'"{key}":{wire.encode(value).decode()}'

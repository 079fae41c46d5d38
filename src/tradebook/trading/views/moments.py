"""Moments of the past: a journal position, or a time with what was known by then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tradebook.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from asyncpg import Pool

Moment = int | datetime
"""A journal position, or a time by the journal's clock."""

SELECT_POSITION_AT = "select journal.position_at($1)"
SELECT_HEAD = "select position from journal.head"
SELECT_RECORDED_AT = "select recorded_at from journal.events where position = $1"
# Nearly every event is one of the room's; among so many that are not, none is looked for.
SELECT_NEWEST_FACT = """
select recorded_at, (data::jsonb ->> 'at')::timestamptz as at from journal.events
where position <= $1 and position > $1 - 10000 and type like 'trading.%' order by position desc limit 1
"""
CLOCKS_AGREE_WITHIN = timedelta(minutes=1)


class Instant(NamedTuple):
    """A moment, as the journal and as the market count it."""

    position: int
    """The newest event that is part of it."""
    at: datetime
    """The market's time then: the journal's own, or while a tape ran the tape's."""


def parse_moment(text: str, *, field: str = "as_of") -> Moment:
    """Read ``?as_of=``, or another field that names a moment. Raises InvalidInput."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput(
        field, f"{text[:64]!r} is no moment", "give a journal position or a time like 2026-01-31T12:00:00Z"
    )


class Moments:
    """Finds moments in the journal."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def position(self, moment: Moment, *, field: str = "as_of") -> int:
        """The newest position that is part of it.

        Raises InvalidInput that names ``field`` for a position that the journal has not come to.
        """
        if isinstance(moment, datetime):
            position: int = await self._pool.fetchval(SELECT_POSITION_AT, moment)
            return position
        head: int = await self._pool.fetchval(SELECT_HEAD)
        if moment > head:
            raise InvalidInput(
                field,
                f"the journal ends at position {head}",
                "take one that an answer or an event has named",
            )
        return moment

    async def instant(self, moment: Moment) -> Instant:
        """The position and the market's time. Raises as ``position`` does.

        The newest fact of the room says which clock the market went by: where its business time is that of
        its recording, the market's time is the moment's own, else a tape ran and stood where the fact says.
        """
        position = await self.position(moment)
        own_time: datetime | None = (
            moment
            if isinstance(moment, datetime)
            else await self._pool.fetchval(SELECT_RECORDED_AT, max(position, 1))
        )
        fact = await self._pool.fetchrow(SELECT_NEWEST_FACT, position)
        if fact is not None and abs(fact["recorded_at"] - fact["at"]) > CLOCKS_AGREE_WITHIN:
            return Instant(position, fact["at"])
        return Instant(position, own_time or datetime.min.replace(tzinfo=UTC))

"""Which time the market had at a moment of the journal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tradebook.trading.views.moments import Instant, Moments

RECORDED = datetime(2026, 1, 5, 12, tzinfo=UTC)
TAPE = datetime(2021, 1, 8, tzinfo=UTC)
INSERT = """
insert into journal.events (position, recorded_at, stream, version, type, schema, data, metadata, leaf, hash)
values ($1, $2, 's', $1, $3, 1, $4, '{}', '', '')
"""


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A sign-in, a fact at the journal's own time, one of a tape, and a sign-in; a minute between them."""
    async with asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool:
        kinds = ("identity.SignedIn", "trading.OrderPlaced", "trading.OrderPlaced", "identity.SignedIn")
        times = (RECORDED, RECORDED + timedelta(minutes=1), TAPE, TAPE)
        for position, (kind, at) in enumerate(zip(kinds, times, strict=True), 1):
            recorded_at = RECORDED + timedelta(minutes=position - 1)
            await pool.execute(INSERT, position, recorded_at, kind, f'{{"at":"{at.isoformat()}"}}')
        await pool.execute("update journal.head set position = 4")
        yield pool


async def test_where_the_clocks_agree_it_is_the_moments_own_time(pool: asyncpg.Pool) -> None:
    moments = Moments(pool)
    assert await moments.instant(1) == Instant(1, RECORDED)
    assert await moments.instant(2) == Instant(2, RECORDED + timedelta(minutes=1))
    between = RECORDED + timedelta(seconds=90)
    assert await moments.instant(between) == Instant(2, between)


async def test_where_a_tape_ran_it_is_where_the_tape_stood(pool: asyncpg.Pool) -> None:
    moments = Moments(pool)
    for moment, position in ((3, 3), (4, 4), (RECORDED + timedelta(days=1), 4)):
        assert await moments.instant(moment) == Instant(position, TAPE)


async def test_before_everything_nothing_is_part_of_a_moment(pool: asyncpg.Pool) -> None:
    moments = Moments(pool)
    assert await moments.instant(0) == Instant(0, RECORDED)
    early = RECORDED - timedelta(days=1)
    assert await moments.instant(early) == Instant(0, early)

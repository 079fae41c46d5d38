"""Until when everything of an account is recorded, out of a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from tradebook.kernel.errors import Unavailable
from tradebook.kernel.ids import AccountId, Asset
from tradebook.venues.accounts.cursors import Cursor
from tradebook.venues.accounts.stored_cursors import StoredCursors

NOW = datetime(2026, 1, 5, 12, 0, 0, 123456, tzinfo=UTC)
MINE, ANOTHER = AccountId("mine"), AccountId("another")
CURSOR = Cursor(first_at=NOW - timedelta(days=3), settled_at=NOW, totals={Asset("USDT"): Decimal("0.10")})


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    made = await asyncpg.create_pool(database_url, min_size=1, max_size=2)
    yield made
    await made.close()


async def test_an_account_that_was_never_compared_has_none(pool: asyncpg.Pool) -> None:
    assert await StoredCursors(pool).load(MINE) is None


async def test_the_last_that_was_kept_is_found_by_the_next_process(pool: asyncpg.Pool) -> None:
    later = Cursor(first_at=CURSOR.first_at, settled_at=NOW + timedelta(minutes=1), totals={})
    for each in (CURSOR, later):
        await StoredCursors(pool).keep(MINE, each)
        assert await StoredCursors(pool).load(MINE) == each
    assert await StoredCursors(pool).load(ANOTHER) is None


async def test_without_the_database_nothing_is_taken_for_recorded(database_url: str) -> None:
    pool = await asyncpg.create_pool(database_url, min_size=0, max_size=1)
    await pool.close()
    with pytest.raises(Unavailable, match="until when all is recorded"):
        await StoredCursors(pool).load(MINE)
    with pytest.raises(Unavailable, match="until when all is recorded"):
        await StoredCursors(pool).keep(MINE, CURSOR)

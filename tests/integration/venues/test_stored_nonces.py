"""Numbers that are used once, out of a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random

import asyncpg
import pytest

from tradebook.kernel.errors import Unavailable
from tradebook.venues.hyperliquid.nonces import AHEAD_MAX_MS, milliseconds
from tradebook.venues.hyperliquid.stored_nonces import StoredNonces

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SIGNER, OTHER = "0x" + "a" * 40, "0x" + "b" * 40


@pytest.fixture
async def pools(database_url: str) -> AsyncIterator[list[asyncpg.Pool]]:
    """Of two processes."""
    made = [await asyncpg.create_pool(database_url, min_size=1, max_size=4) for _ in range(2)]
    yield made
    for each in made:
        await each.close()


async def test_nonces_are_the_time_while_the_clock_goes_on(pools: list[asyncpg.Pool]) -> None:
    nonces = StoredNonces(pools[0])
    assert [await nonces.take(SIGNER, NOW), await nonces.take(SIGNER, NOW)] == [
        milliseconds(NOW),
        milliseconds(NOW) + 1,
    ]
    later = NOW + timedelta(seconds=1)
    assert await nonces.take(SIGNER, later) == milliseconds(later)
    assert await nonces.take(OTHER, NOW) == milliseconds(NOW)


async def test_a_nonce_never_comes_twice_however_clocks_move_and_whoever_asks(
    pools: list[asyncpg.Pool],
) -> None:
    chance = Random(7)

    async def asks(pool: asyncpg.Pool) -> list[int]:
        taken: list[int] = []
        for _ in range(100):
            at = NOW + timedelta(milliseconds=chance.randint(-3_600_000, 3_600_000))
            taken.append(await StoredNonces(pool).take(SIGNER, at))  # as after a restart
        return taken

    of_each = await asyncio.gather(*(asks(pool) for pool in pools for _ in range(2)))
    for taken in of_each:
        assert taken == sorted(taken)
    everybodys = [nonce for taken in of_each for nonce in taken]
    assert len(set(everybodys)) == len(everybodys) == 400


async def test_a_nonce_that_the_venue_would_refuse_is_not_handed_out(pools: list[asyncpg.Pool]) -> None:
    nonces = StoredNonces(pools[0])
    await nonces.take(SIGNER, NOW + timedelta(milliseconds=AHEAD_MAX_MS))
    with pytest.raises(Unavailable, match="a day ahead"):
        await nonces.take(SIGNER, NOW)
    assert await nonces.take(SIGNER, NOW + timedelta(hours=1))


async def test_without_the_database_nothing_is_signed(database_url: str) -> None:
    pool = await asyncpg.create_pool(database_url, min_size=0, max_size=1)
    await pool.close()
    with pytest.raises(Unavailable, match="gave no nonce"):
        await StoredNonces(pool).take(SIGNER, NOW)

"""One process serves a database; who that is, the database decides."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from tradebook.bootstrap import lease as module
from tradebook.bootstrap.lease import Lease, lease
from tradebook.kernel.errors import Conflict, Unavailable

BREAK = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tradebook lease'"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(module, "RETAKE_WITHIN_S", 0.1)


async def break_all(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(BREAK)
    await connection.close()


async def test_the_next_one_serves_when_the_first_is_gone(empty_database_url: str) -> None:
    second = Lease(empty_database_url)
    async with lease(empty_database_url):
        waiting = asyncio.create_task(second.take())
        await asyncio.sleep(0.1)
        assert not waiting.done()
    await asyncio.wait_for(waiting, 5)
    await second.close()


async def test_a_lease_that_nobody_else_wanted_is_taken_again(empty_database_url: str) -> None:
    async with lease(empty_database_url) as held:
        keeping = asyncio.create_task(held.keep())
        for _ in range(2):
            await asyncio.sleep(0.1)
            await break_all(empty_database_url)
        await asyncio.sleep(0.2)
        assert not keeping.done()
        keeping.cancel()


async def test_who_was_replaced_is_told(empty_database_url: str) -> None:
    async with lease(empty_database_url) as held:
        await break_all(empty_database_url)
        async with lease(empty_database_url):
            with pytest.raises(Conflict, match="Another process"):
                await asyncio.wait_for(held.keep(), 5)


async def test_a_database_that_is_away_is_named() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        await Lease("postgresql://nobody@127.0.0.1:1/nothing").take()

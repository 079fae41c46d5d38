"""One process serves a database; who that is, the database decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.support.journal_events import CATALOGUE, append_of

from tradebook.bootstrap import lease as module
from tradebook.bootstrap.lease import Lease, lease
from tradebook.journal.errors import JournalUnavailable
from tradebook.journal.fence import Fence
from tradebook.journal.postgres import PostgresJournal
from tradebook.kernel.errors import Conflict, Unavailable

BREAK = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tradebook lease'"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.02)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield pool


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


async def test_a_lease_that_nobody_else_wanted_is_taken_again(database_url: str) -> None:
    async with lease(database_url) as held:
        keeping = asyncio.create_task(held.keep(await held.begin()))
        for _ in range(2):
            await asyncio.sleep(0.1)
            await break_all(database_url)
        await asyncio.sleep(0.2)
        assert not keeping.done()
        second = Lease(database_url)
        waiting = asyncio.create_task(second.take())
        await asyncio.sleep(0.1)
        assert not waiting.done(), "it is held again"
        for task in (keeping, waiting):
            task.cancel()
        await second.close()


async def test_who_was_replaced_is_told(database_url: str) -> None:
    async with lease(database_url) as held:
        fence = await held.begin()
        keeping = asyncio.create_task(held.keep(fence))
        await asyncio.sleep(0.1)
        await held.close()
        async with lease(database_url) as other:
            await asyncio.sleep(0.1)
            assert not keeping.done(), "nobody else serves yet"
            await other.begin()
            with pytest.raises(Conflict, match="Another process"):
                await asyncio.wait_for(keeping, 5)
            assert fence.is_broken


async def test_who_was_replaced_appends_nothing_from_that_moment_on(
    database_url: str, pool: asyncpg.Pool
) -> None:
    async with lease(database_url) as held:
        fence = await held.begin()
        async with PostgresJournal(database_url, pool, CATALOGUE, fence=fence) as journal:
            await journal.append(append_of("a", 1))
            await break_all(database_url)
            await journal.append(append_of("a", 2, after=1))  # nobody else serves yet
            async with lease(database_url) as other:
                await other.begin()
            for stream in ("a", "b"):  # a stream that nobody has touched has no version to conflict
                with pytest.raises(JournalUnavailable, match="Another process"):
                    await journal.append(append_of(stream, 3, after=0 if stream == "b" else 2))
            assert fence.is_broken
            assert (await journal.head()).position == 2
        with pytest.raises(Conflict):
            await asyncio.wait_for(held.keep(fence), 5)


async def test_a_commit_that_is_under_way_comes_before_the_epoch_that_ends_it(
    database_url: str, pool: asyncpg.Pool
) -> None:
    async with lease(database_url) as held:
        fence = await held.begin()
        async with (
            PostgresJournal(database_url, pool, CATALOGUE, fence=fence) as journal,
            pool.acquire() as other,
        ):
            await journal.append(append_of("a", 1))
            async with other.transaction():
                await other.execute(module.BEGIN_EPOCH)
                appending = asyncio.create_task(journal.append(append_of("a", 2, after=1)))
                await asyncio.sleep(0.1)
                assert not appending.done(), "it waits for the head"
            with pytest.raises(JournalUnavailable, match="Another process"):
                await appending


async def test_behind_a_broken_fence_the_database_is_not_asked(database_url: str, pool: asyncpg.Pool) -> None:
    fence = Fence(0)
    async with PostgresJournal(database_url, pool, CATALOGUE, fence=fence) as journal:
        await journal.append(append_of("a", 1))
        fence.break_down()
        with pytest.raises(JournalUnavailable, match="Another process"):
            await journal.append(append_of("a", 2, after=1))


async def test_a_lease_that_is_lost_while_starting_is_no_epoch(database_url: str) -> None:
    async with lease(database_url) as held:
        await break_all(database_url)
        with pytest.raises(Unavailable, match="lost while starting"):
            await held.begin()


async def test_a_database_that_is_away_is_named() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        await Lease("postgresql://nobody@127.0.0.1:1/nothing").take()

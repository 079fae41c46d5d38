"""What only the store on PostgreSQL has: partitions, other processes, older schemas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import asyncpg
import pytest
from tests.support.journal_events import CATALOGUE, OLDER_CATALOGUE, CoinsRemoved, CoinsRemovedOnce, append_of
from tests.support.journal_suite import take

from tradebook.journal.catalogue import UnknownEventType
from tradebook.journal.errors import VersionConflict
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.records import Append, Appended, Metadata
from tradebook.kernel.ids import new_id


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def journal(database_url: str, pool: asyncpg.Pool) -> AsyncIterator[PostgresJournal]:
    async with PostgresJournal(database_url, pool, CATALOGUE) as journal:
        yield journal


@pytest.fixture
async def other(database_url: str, pool: asyncpg.Pool) -> AsyncIterator[PostgresJournal]:
    """Another process, as far as the journal can tell."""
    async with PostgresJournal(database_url, pool, CATALOGUE) as journal:
        yield journal


async def partitions(pool: asyncpg.Pool) -> int:
    rows = await pool.fetch("select from pg_inherits where inhparent = 'journal.events'::regclass")
    return len(rows)


async def test_an_append_never_lacks_a_partition(journal: PostgresJournal, pool: asyncpg.Pool) -> None:
    await pool.execute(
        "create or replace function journal.partition_size() returns bigint language sql immutable return 100"
    )
    await pool.execute("drop table journal.events_1; update journal.head set partitioned_until = 0")
    for n in range(5):
        await journal.append(append_of("a", *range(90), after=90 * n))
    assert await partitions(pool) == 5
    assert [r.position for r in await journal.read(limit=1000)] == list(range(1, 451))
    loaded = [event async for page in journal.load_events("a") for event in page]
    assert len(loaded) == 450


async def test_partitions_are_created_ahead(journal: PostgresJournal, pool: asyncpg.Pool) -> None:
    await pool.execute("update journal.head set position = 2_600_000")
    await journal.create_partitions_ahead()
    await journal.create_partitions_ahead()
    assert await partitions(pool) == 2


async def test_processes_share_one_order(journal: PostgresJournal, other: PostgresJournal) -> None:
    async def write(store: PostgresJournal, name: str) -> None:
        for n in range(100):
            await store.append(append_of(name, n, after=n))

    await asyncio.gather(write(journal, "a"), write(journal, "b"), write(other, "c"), write(other, "d"))
    events = await journal.read(limit=1000)
    assert [event.position for event in events] == list(range(1, 401))


async def test_of_processes_that_append_to_one_version_one_wins(
    journal: PostgresJournal, other: PostgresJournal
) -> None:
    outcomes = await asyncio.gather(
        journal.append(append_of("a", 1)), other.append(append_of("a", 2)), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} == {Appended, VersionConflict}


async def test_a_tail_hears_of_what_other_processes_commit(
    journal: PostgresJournal, other: PostgresJournal
) -> None:
    tail = journal.tail(after=0)
    for n in range(20):
        await (journal if n % 3 else other).append(append_of("a", n, after=n))
        [recorded] = await take(tail, 1)
        assert recorded.position == n + 1


async def test_a_watch_that_lost_its_connection_finds_a_new_one(
    journal: PostgresJournal, other: PostgresJournal, pool: asyncpg.Pool
) -> None:
    tail = journal.tail(after=0)
    await pool.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where application_name = 'tradebook journal watch' and datname = current_database()"
    )
    await other.append(append_of("a", 1))
    assert [r.position for r in await take(tail, 1)] == [1]


async def test_an_event_of_an_older_schema_is_read_as_todays(database_url: str, pool: asyncpg.Pool) -> None:
    old = CoinsRemovedOnce(purse="a", value=Decimal(5))
    async with PostgresJournal(database_url, pool, OLDER_CATALOGUE) as older:
        metadata = Metadata(actor="user:1", command_id=new_id())
        await older.append(Append(stream="a", expected_version=0, events=[old], metadata=metadata))
    new = CoinsRemoved(purse="a", amount=Decimal(5))
    async with PostgresJournal(database_url, pool, CATALOGUE) as journal:
        [recorded] = await journal.read()
        assert recorded.event == new
        assert [[new]] == [list(page) async for page in journal.load_events("a")]
        metadata = Metadata(actor="user:1", command_id=new_id())
        await journal.append(Append(stream="a", expected_version=1, events=[new], metadata=metadata))
    async with PostgresJournal(database_url, pool, OLDER_CATALOGUE) as older:
        with pytest.raises(UnknownEventType):
            await older.read()


FORGETFUL = """
do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$;
create function how_durable() returns trigger language plpgsql as $$
begin
    insert into durability values (current_setting('synchronous_commit'));
    return null;
end $$;
create table durability (commits text);
create trigger how_durable after update on journal.head execute function how_durable();
"""


async def test_a_commit_is_durable_whatever_the_database_is_set_to(
    database_url: str, pool: asyncpg.Pool
) -> None:
    await pool.execute(FORGETFUL)
    async with PostgresJournal(database_url, pool, CATALOGUE) as journal:
        await journal.append(append_of("a", 1))
    assert [row["commits"] for row in await pool.fetch("select commits from durability")] == ["on"]

"""What an append answers when the connection breaks during its commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.support.cutting_proxy import Cut, CuttingProxy
from tests.support.journal_events import CATALOGUE, append_of

from tradebook.journal import batch_writer
from tradebook.journal.errors import JournalOutcomeUnknown, JournalUnavailable, VersionConflict
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.records import Appended


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def proxy(database_url: str) -> AsyncIterator[CuttingProxy]:
    async with CuttingProxy(database_url) as proxy:
        yield proxy


@pytest.fixture
async def journal(proxy: CuttingProxy, pool: asyncpg.Pool) -> AsyncIterator[PostgresJournal]:
    async with PostgresJournal(proxy.url, pool, CATALOGUE) as journal:
        await journal.append(append_of("a", 1))
        yield journal


async def test_an_append_whose_answer_was_lost_is_found_again(
    journal: PostgresJournal, proxy: CuttingProxy
) -> None:
    proxy.cut = Cut.AFTER_THE_COMMIT
    assert await journal.append(append_of("a", 2, 3, after=1)) == Appended(
        first_position=2, last_position=3, version=3
    )
    assert (await journal.append(append_of("a", 4, after=3))).first_position == 4


async def test_each_append_of_a_batch_whose_answer_was_lost_gets_its_own_outcome(
    journal: PostgresJournal, proxy: CuttingProxy
) -> None:
    repeated = append_of("b", 9)
    await journal.append(repeated)
    proxy.cut = Cut.AFTER_THE_COMMIT
    outcomes = await asyncio.gather(
        journal.append(append_of("a", 2, after=1)),
        journal.append(append_of("a", 3, after=7)),
        journal.append(repeated),
        journal.append(append_of("c", 1)),
        return_exceptions=True,
    )
    assert outcomes[0] == Appended(first_position=3, last_position=3, version=2)
    assert isinstance(outcomes[1], VersionConflict)
    assert outcomes[3] == Appended(first_position=4, last_position=4, version=1)


async def test_an_append_that_never_arrived_recorded_nothing(
    journal: PostgresJournal, proxy: CuttingProxy
) -> None:
    proxy.cut = Cut.BEFORE_THE_SERVER
    lost = journal.submit(append_of("a", 2, after=1))
    await asyncio.sleep(0)
    behind = journal.submit(append_of("a", 3, after=2))
    outcomes = await asyncio.gather(lost, behind, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [JournalUnavailable, JournalUnavailable]
    assert (await journal.head()).position == 1
    assert (await journal.append(append_of("a", 2, after=1))).version == 2


async def test_an_append_that_still_runs_is_ended_before_its_outcome_is_told(
    journal: PostgresJournal, proxy: CuttingProxy, pool: asyncpg.Pool
) -> None:
    async with pool.acquire() as other:
        async with other.transaction():
            await other.execute("select from journal.head for update")
            proxy.cut = Cut.WHILE_IT_RUNS
            with pytest.raises(JournalUnavailable):
                await journal.append(append_of("a", 2, after=1))
        assert (await journal.head()).position == 1
    assert (await journal.append(append_of("a", 2, after=1))).version == 2


async def test_when_the_database_cannot_be_asked_the_outcome_is_unknown(
    journal: PostgresJournal, proxy: CuttingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_writer, "RECOVERY_TIMEOUT_S", 0.3)
    proxy.cut, proxy.refuses = Cut.AFTER_THE_COMMIT, True
    append = append_of("a", 2, after=1)
    with pytest.raises(JournalOutcomeUnknown):
        await journal.append(append)
    with pytest.raises(JournalUnavailable):
        await journal.append(append)
    proxy.refuses = False
    assert await journal.append(append) == Appended(
        first_position=2, last_position=2, version=2, repeated=True
    )


async def test_a_session_that_ended_while_idle_is_replaced_unnoticed(
    journal: PostgresJournal, pool: asyncpg.Pool
) -> None:
    await pool.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where application_name = 'tradebook journal' and datname = current_database()"
    )
    await asyncio.sleep(0.05)
    assert (await journal.append(append_of("a", 2, after=1))).version == 2


async def test_a_refusing_database_fails_the_batch_and_records_nothing(
    journal: PostgresJournal, pool: asyncpg.Pool
) -> None:
    await pool.execute("alter table journal.commands add constraint full_disk check (first_position < 2)")
    with pytest.raises(JournalUnavailable):
        await journal.append(append_of("a", 2, after=1))
    await pool.execute("alter table journal.commands drop constraint full_disk")
    assert (await journal.append(append_of("a", 2, after=1))).first_position == 2

"""Views are held against the journal while the book goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest
from tests.support.journal_events import CATALOGUE, CoinsAdded, append_of
from tests.support.postgres import PostgresServer

from tradebook.audit import views
from tradebook.audit.views import compare_view
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Recorded
from tradebook.kernel.messages import Event

TABLE = "create table coins (position bigint primary key, amount numeric not null)"
PLACE = """
insert into journal.consumers (name, version, position) values ('coins', 1, $1)
on conflict (name) do update set position = excluded.position
"""
SNAPSHOTS = """
select count(*) from pg_stat_activity
where datname = current_database() and state = 'idle in transaction' and backend_xmin is not null
"""


class Coins:
    """A view with a row for every event."""

    name = "coins"
    version = 1
    tables = ("coins",)
    handles: frozenset[type[Event]] = frozenset({CoinsAdded})

    async def project(self, connection: Any, batch: Sequence[Recorded]) -> Sequence[ViewChange]:
        rows = [(each.position, getattr(each.event, "amount", 0)) for each in batch]
        await connection.executemany("insert into coins values ($1, $2)", rows)
        return ()

    def forget(self) -> None:
        """Nothing is remembered."""


class Book:
    """A journal, its view, and an empty database to fold the view anew in."""

    def __init__(
        self, url: str, pool: asyncpg.Pool, scratch: asyncpg.Connection, journal: PostgresJournal
    ) -> None:
        self.url, self.pool, self.scratch, self.journal = url, pool, scratch, journal
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self._reached = 0

    async def grow(self, stream: str) -> None:
        """Ten more events, and the view up to them."""
        await self.journal.append(append_of(stream, *range(10)))
        await self.project()

    async def project(self) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            batch = await self.journal.read(after=self._reached)
            await Coins().project(connection, batch)
            self._reached = batch[-1].position
            await connection.execute(PLACE, self._reached)

    async def read(self, *, after: int = 0, limit: int = 1000) -> Sequence[Recorded]:
        """As the journal does it; something happens once meanwhile."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return await self.journal.read(after=after, limit=limit)

    async def compare(self) -> Sequence[str]:
        as_journal: Any = self
        as_projection: Any = Coins()
        return await compare_view(self.pool, self.scratch, as_journal, as_projection)


@pytest.fixture
async def book(postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Book]:
    monkeypatch.setattr(views, "CATCH_UP_EVENTS", 0)
    url, scratch_url = [await postgres_server.create_database() for _ in range(2)]
    scratch = await asyncpg.connect(scratch_url)
    await scratch.execute(TABLE)
    async with (
        asyncpg.create_pool(url, min_size=1, max_size=4) as pool,
        PostgresJournal(url, pool, CATALOGUE) as journal,
    ):
        await pool.execute(TABLE)
        book = Book(url, pool, scratch, journal)
        await book.grow("a")
        yield book
    await scratch.close()


async def test_a_view_that_is_what_the_journal_says_has_no_differences(book: Book) -> None:
    assert await book.compare() == []


async def test_a_row_that_was_changed_is_found(book: Book) -> None:
    await book.pool.execute("update coins set amount = 99 where position = 3")
    differences = await book.compare()
    assert [("holds a row" in each, "lacks a row" in each) for each in differences] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )


async def test_nothing_is_kept_from_being_cleaned_up_while_the_journal_is_replayed(book: Book) -> None:
    seen: list[int] = []

    async def look() -> None:
        seen.append(await book.pool.fetchval(SNAPSHOTS))

    book.meanwhile = look
    assert await book.compare() == []
    assert seen == [0]


async def test_what_is_recorded_meanwhile_is_compared_too(book: Book) -> None:
    book.meanwhile = lambda: book.grow("b")
    assert await book.compare() == []
    assert await book.scratch.fetchval("select count(*) from coins") == 20


async def test_a_view_that_is_rebuilt_meanwhile_is_folded_once_more(book: Book) -> None:
    await book.grow("b")

    async def begin_a_rebuild() -> None:
        await book.pool.execute("truncate coins")
        await book.pool.execute(PLACE, 0)

    book.meanwhile = begin_a_rebuild
    assert await book.compare() == []


async def test_a_statement_may_take_longer_than_the_pool_allows(book: Book) -> None:
    await book.pool.execute("create view slow as select pg_sleep(0.5)::text as t")
    await book.scratch.execute("create view slow as select ''::text as t")
    as_projection: Any = Coins()
    as_projection.tables = ("slow",)
    as_journal: Any = book
    async with asyncpg.create_pool(book.url, min_size=1, max_size=4, command_timeout=0.2) as hasty:
        assert await compare_view(hasty, book.scratch, as_journal, as_projection) == []

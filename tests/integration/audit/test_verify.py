"""The audit finds whatever somebody with full access to the database changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest
from tests.support.journal_events import CATALOGUE, CoinsAdded, append_of

from tradebook.audit.findings import Verification
from tradebook.audit.verify import verify
from tradebook.journal.checkpointer import Checkpointer
from tradebook.journal.checkpoints import CheckpointFile, SignedCheckpoint, sign
from tradebook.journal.hashing import GENESIS, leaf_hash, link, microseconds
from tradebook.journal.merkle import Frontier, leaf
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.signing import SigningKey
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.messages import Event
from tradebook.ledger.postings import LedgerAccount, Posting, transfer

EVENTS = 1300
RAISE_AMOUNT = """update journal.events set data = replace(data, '"amount":"', '"amount":"9')"""


class Book:
    """A journal of 1,300 events with checkpoints at 1,024 and 1,300, and 7 events behind them."""

    def __init__(self, pool: asyncpg.Pool, key: SigningKey, file: CheckpointFile) -> None:
        self.pool, self.key, self.file = pool, key, file

    async def audit(self) -> Verification:
        return await verify(self.pool, self.file.read(), self.key.public, catalogue=CATALOGUE)

    async def found(self) -> set[tuple[str, int | None]]:
        return {(finding.check, finding.position) for finding in (await self.audit()).findings}

    async def rechain(self, after: int) -> None:
        """What an intruder does who knows how the hashes are made: make everything consistent again."""
        previous = await self.pool.fetchval("select hash from journal.events where position = $1", after)
        previous = previous or GENESIS
        for row in await self.pool.fetch(f"select * from journal.events where position > {after} order by 1"):
            leaf_ = leaf_hash(
                row["stream"], row["version"], row["type"], row["schema"], row["metadata"], row["data"]
            )
            previous = link(previous, row["position"], microseconds(row["recorded_at"]), leaf_)
            await self.pool.execute(
                "update journal.events set leaf = $2, hash = $3 where position = $1",
                row["position"],
                leaf_,
                previous,
            )
        await self.pool.execute("update journal.head set hash = $1", previous)


@pytest.fixture
async def book(database_url: str, tmp_path: Path) -> AsyncIterator[Book]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        key = SigningKey.load_or_create(tmp_path / "key.pem")
        file = CheckpointFile(tmp_path / "checkpoints.jsonl")
        async with PostgresJournal(database_url, pool, CATALOGUE) as journal:
            for n in range(13):
                await journal.append(append_of(f"s{n}", *range(100)))
            await Checkpointer(pool, journal, SystemClock(), key, file).checkpoint()
            await journal.append(append_of("s0", *range(7), after=100))
        yield Book(pool, key, file)


async def test_an_untouched_journal_agrees(book: Book) -> None:
    result = await book.audit()
    assert result.findings == []
    assert (result.agrees, result.events, result.checkpoints) == (True, EVENTS + 7, 2)


@pytest.mark.parametrize("position", [1, 500, EVENTS])
@pytest.mark.parametrize(
    "change",
    [
        "recorded_at = recorded_at + interval '1 microsecond'",
        "stream = stream || 'x'",
        "version = version + 1",
        "type = 'purse.CoinsRemoved'",
        "schema = schema + 1",
        'data = replace(data, \'"amount":"\', \'"amount":"1\')',
        "data = data || ' '",
        "metadata = replace(metadata, 'user:1', 'user:2')",
        "leaf = set_byte(leaf, 0, get_byte(leaf, 0) # 1)",
        "hash = set_byte(hash, 31, get_byte(hash, 31) # 1)",
        "position = 4000000",
    ],
)
async def test_a_changed_column_of_any_row_is_found(book: Book, position: int, change: str) -> None:
    await book.pool.execute(f"update journal.events set {change} where position = {position}")
    assert not (await book.audit()).agrees


async def test_a_finding_names_what_and_where(book: Book) -> None:
    await book.pool.execute("update journal.events set data = data || ' ' where position = 77")
    assert await book.found() == {("leaf", 77)}


async def test_two_swapped_rows_are_found(book: Book) -> None:
    await book.pool.execute("update journal.events set position = 4000000 where position = 10")
    await book.pool.execute("update journal.events set position = 10 where position = 20")
    await book.pool.execute("update journal.events set position = 20 where position = 4000000")
    assert {("chain", 10), ("chain", 20)} <= await book.found()
    await book.rechain(0)
    assert {("checkpoint", 1024), ("checkpoint", EVENTS), ("version", 10)} <= await book.found()


async def test_a_removed_row_is_found(book: Book) -> None:
    await book.pool.execute("delete from journal.events where position = 30")
    assert ("numbering", 31) in await book.found()


async def test_a_removed_tail_is_found_up_to_the_newest_checkpoint(book: Book) -> None:
    await cut_off(book, 1200)
    assert await book.found() == {("checkpoint", EVENTS)}


async def test_a_removed_history_is_found(book: Book) -> None:
    await cut_off(book, 0)
    assert await book.found() == {("checkpoint", 1024), ("checkpoint", EVENTS)}


async def cut_off(book: Book, last: int) -> None:
    """Remove everything behind a position, tidily."""
    await book.pool.execute(f"""
        delete from journal.events where position > {last};
        delete from journal.commands where last_position > {last};
        delete from journal.streams where stream not in (select stream from journal.events);
        update journal.streams s set version = (
            select max(version) from journal.events e where e.stream = s.stream
        );
        update journal.head set position = {last}, hash = coalesce(
            (select hash from journal.events where position = {last}), decode(repeat('00', 32), 'hex')
        )
    """)


@pytest.mark.parametrize("position", [1, 1025, EVENTS])
async def test_a_rechained_suffix_is_found(book: Book, position: int) -> None:
    await book.pool.execute(
        'update journal.events set data = replace(data, \'"amount":"\', \'"amount":"9\') where position = $1',
        position,
    )
    await book.rechain(position - 1)
    expected = {("checkpoint", EVENTS)} | ({("checkpoint", 1024)} if position <= 1024 else set())
    assert await book.found() == expected


async def test_a_rechained_history_with_checkpoints_of_another_key_is_found(
    book: Book, tmp_path: Path
) -> None:
    await book.pool.execute('update journal.events set data = replace(data, \'"amount":"\', \'"amount":"9\')')
    await book.rechain(0)
    forger = SigningKey.load_or_create(tmp_path / "forger.pem")
    rows = await book.pool.fetch("select hash from journal.events order by position limit 1300")
    frontier = Frontier()
    frontier.extend([leaf(row["hash"]) for row in rows])
    forged = sign(
        forger, size=EVENTS, chain_hash=rows[-1]["hash"], root=frontier.root(), time=SystemClock().now()
    )
    await book.pool.execute("delete from journal.checkpoints where size = 1024")
    await book.pool.execute(
        "update journal.checkpoints set text = $1, signature = $2", forged.text, forged.signature
    )
    assert {("checkpoint", 1024), ("checkpoint", EVENTS)} <= await book.found()
    book.file.path.unlink()
    book.file.append(forged)
    assert ("checkpoint", None) in await book.found()


@pytest.mark.parametrize(
    "damage",
    [
        'update journal.checkpoints set text = replace(text, \'"size":"1024"\', \'"size":"1023"\')',
        "update journal.checkpoints set signature = 'AA' || substr(signature, 3) where size = 1024",
        "update journal.checkpoints set size = 1000 where size = 1024",
        "delete from journal.checkpoints where size = 1024",
    ],
)
async def test_an_altered_table_of_checkpoints_is_found(book: Book, damage: str) -> None:
    await book.pool.execute(damage)
    assert {check for check, _ in await book.found()} == {"checkpoint"}


async def test_a_checkpoint_in_the_file_that_nobody_signed_is_found(book: Book) -> None:
    book.file.append(SignedCheckpoint("{}", "AAAA"))
    assert await book.found() == {("checkpoint", None)}


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("update journal.head set position = position - 1", "head"),
        ("update journal.head set hash = sha256(hash)", "head"),
        ("update journal.streams set version = version - 1 where stream = 's3'", "stream"),
        ("delete from journal.streams where stream = 's3'", "stream"),
        ("insert into journal.streams values ('ghost', 1)", "stream"),
        ("delete from journal.commands where first_position = 101", "command"),
        ("delete from journal.commands where last_position = 1307", "command"),
        ("update journal.commands set version = version + 1 where first_position = 101", "command"),
        ("update journal.commands set command_id = gen_random_uuid() where first_position = 1", "command"),
    ],
)
async def test_changes_of_what_is_kept_beside_the_events_are_found(
    book: Book, damage: str, check: str
) -> None:
    await book.pool.execute(damage)
    assert {check for check, _ in await book.found()} == {check}


async def test_an_event_that_nobody_can_read_is_found(book: Book) -> None:
    await book.pool.execute("update journal.events set data = '{}' where position = 5")
    assert ("event", 5) in await book.found()


async def test_postings_that_do_not_balance_are_found(book: Book) -> None:
    account, asset = AccountId("a"), Asset("EUR")

    def postings(event: Event) -> Iterable[Posting]:
        assert isinstance(event, CoinsAdded)
        balanced = transfer(
            account, asset, event.amount, source=LedgerAccount.EXTERNAL, target=LedgerAccount.AVAILABLE
        )
        return balanced[:1] if event.amount == 42 and event.purse == "s3" else balanced

    result = await verify(
        book.pool, book.file.read(), book.key.public, catalogue=CATALOGUE, postings=postings
    )
    [finding] = result.findings
    assert (finding.check, finding.position) == ("balance", 343)
    assert str(Decimal(-42)) in finding.what


async def test_a_view_that_differs_from_its_rebuild_is_found(book: Book) -> None:
    async def balances() -> list[str]:
        return ["balances: row a/EUR says 5, rebuilt it says 4"]

    result = await verify(book.pool, book.file.read(), book.key.public, views=[balances])
    assert [finding.check for finding in result.findings] == ["view"]


async def test_a_statement_may_take_longer_than_the_pool_allows(book: Book, database_url: str) -> None:
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=4, command_timeout=0.3) as hasty,
        book.pool.acquire() as connection,
        asyncio.TaskGroup() as tasks,
    ):
        async with connection.transaction():
            await connection.execute("lock table journal.commands")
            auditing = tasks.create_task(verify(hasty, book.file.read(), book.key.public))
            await asyncio.sleep(1)
        assert (await auditing).agrees


async def test_findings_are_counted_and_bounded(book: Book) -> None:
    await book.pool.execute("update journal.events set data = data || ' '")
    result = await book.audit()
    assert result.found == EVENTS + 7
    assert len(result.findings) == 1000

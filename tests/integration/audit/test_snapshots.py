"""What loads from a snapshot decides about money: the audit folds each of them again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.simulation.clients import ACCOUNTS
from tests.support.lived_book import LivedBook, Past, book_of, live

from tradebook.audit.snapshots import compare_snapshots
from tradebook.journal.records import Snapshot
from tradebook.kernel.ids import AccountId
from tradebook.trading import model
from tradebook.trading.events import ACCOUNT_STREAMS, stream_of
from tradebook.trading.views.past import PastAccounts

SEED = 7


@pytest.fixture(scope="module")
def past() -> Past:
    with pytest.MonkeyPatch.context() as monkeypatch:
        return live(SEED, monkeypatch)


async def keep(book: LivedBook, account_id: AccountId, events: int, *, gift: Decimal = Decimal(0)) -> None:
    """Save what the account was after so many of its events, with a gift that no event gave."""
    [*recorded] = [each async for page in book.journal.read_stream(stream_of(account_id)) for each in page]
    last = recorded[events - 1]
    account = await PastAccounts(book.journal).at(account_id, last.position)
    for balance in account.balances.values():
        balance.available += gift
    await book.journal.save_snapshot(
        Snapshot(
            stream=last.stream,
            version=last.version,
            position=last.position,
            schema=model.SNAPSHOT_SCHEMA,
            data=model.dump(account),
        )
    )


def finding(account_id: AccountId, version: int) -> str:
    return f"the snapshot of {stream_of(account_id)} at version {version} is not what its events give"


async def test_a_snapshot_that_the_events_do_not_give_is_found_and_one_that_they_give_is_not(
    past: Past, database_url: str
) -> None:
    honest, changed = ACCOUNTS
    async with book_of(past, database_url) as book:
        await keep(book, honest, 40)
        await keep(book, changed, 20)
        assert await compare_snapshots(book.pool, book.journal, model, prefix=ACCOUNT_STREAMS) == []
        await keep(book, changed, 40, gift=Decimal(1_000_000))
        differences = await compare_snapshots(book.pool, book.journal, model, prefix=ACCOUNT_STREAMS)
        assert differences == [finding(changed, 40)]
        await book.pool.execute(
            "update journal.snapshots set version = 1000000 where stream = $1", stream_of(changed)
        )
        differences = await compare_snapshots(book.pool, book.journal, model, prefix=ACCOUNT_STREAMS)
        assert differences == [finding(changed, 1_000_000)]

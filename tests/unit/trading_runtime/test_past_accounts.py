"""Looking back folds from the nearest kept state, whoever kept it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

import pytest
from tests.support.core import ALICE, CATALOGUE, Core
from tests.support.market import HandMarket

from tradebook.journal import records
from tradebook.journal.errors import JournalUnavailable
from tradebook.journal.memory import MemoryJournal
from tradebook.journal.records import Recorded, Snapshot
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import Asset
from tradebook.trading.commands import DepositFunds
from tradebook.trading.model.snapshot import SNAPSHOT_SCHEMA
from tradebook.trading.views import past
from tradebook.venues.paper.venue import PaperVenue

USDT = Asset("USDT")
DEPOSITS = 70
SPAN = 20


class CountingJournal(MemoryJournal):
    """Counts the events of a stream that were read; keeping can be made to fail."""

    read_events = 0
    keeps = True

    async def read_stream(
        self, stream: str, *, after_version: int = 0, until_position: int | None = None
    ) -> AsyncIterator[Sequence[Recorded]]:
        pages = super().read_stream(stream, after_version=after_version, until_position=until_position)
        async for page in pages:
            self.read_events += len(page)
            yield page

    async def keep_snapshot(self, snapshot: Snapshot) -> None:
        if not self.keeps:
            raise JournalUnavailable("away")
        await super().keep_snapshot(snapshot)


@pytest.fixture
async def journal(monkeypatch: pytest.MonkeyPatch, market: HandMarket) -> CountingJournal:
    """An account of two events for its opening and one for each deposit; every second state was saved."""
    for module in (records, past):
        monkeypatch.setattr(module, "KEPT_SNAPSHOT_VERSIONS", SPAN)
    journal = CountingJournal(CATALOGUE, SystemClock())
    venue = PaperVenue("sim", market, run_id="run")
    core = Core(journal, venue, market, SystemClock(), account_snapshot_events=2)
    await core.open_account()
    for _ in range(DEPOSITS):
        await core.handle(DepositFunds(account_id=ALICE, at=market.now(), asset=USDT, amount=Decimal(1)))
        await core.writer.close()
    return journal


async def total_at(journal: CountingJournal, position: int) -> Decimal:
    account = await past.PastAccounts(journal).at(ALICE, position)
    return account.balance(USDT).total


async def test_the_writer_keeps_a_state_in_every_span(journal: CountingJournal) -> None:
    kept = [each.version for each in journal._kept.values()]
    assert kept == [20, 40, 60]
    assert {each.schema for each in journal._kept.values()} == {SNAPSHOT_SCHEMA}
    for position in range(3, DEPOSITS + 3):
        journal.read_events = 0
        assert await total_at(journal, position) == position - 2
        assert journal.read_events < SPAN


@pytest.mark.parametrize("keeps", [True, False])
async def test_where_no_state_was_kept_the_first_look_keeps_what_it_comes_by(
    journal: CountingJournal, keeps: bool
) -> None:
    journal._kept.clear()
    journal._snapshots.clear()
    journal.keeps = keeps
    assert await total_at(journal, 65) == 63
    assert journal.read_events == 65
    journal.read_events = 0
    assert await total_at(journal, 59) == 57
    assert journal.read_events == (19 if keeps else 59)

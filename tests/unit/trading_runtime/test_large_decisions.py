"""Decisions with very many consequences: orders can always be cancelled, and what a venue reports counts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from tests.support.core import ALICE, NO_LIMITS, Core
from tests.support.market import BTC_USDT, HandMarket

from tradebook.journal.group_commit import BATCH_EVENTS_MAX
from tradebook.journal.memory import MemoryJournal
from tradebook.journal.records import Metadata
from tradebook.kernel.clock import SystemClock
from tradebook.trading.commands import CancelAllOrders, PlaceOrder
from tradebook.trading.model import Account, placing
from tradebook.trading.orders import Side
from tradebook.trading.writer import Outcome
from tradebook.venues.paper.venue import PaperVenue

COUNT = BATCH_EVENTS_MAX + 1


@pytest.fixture
async def crowded(journal: MemoryJournal, market: HandMarket) -> Core:
    core = Core(journal, PaperVenue("sim", market, run_id="run"), market, SystemClock())
    await core.open_account(
        limits=msgspec.structs.replace(NO_LIMITS, max_open_orders=None), USDT="1000", BTC="1"
    )
    return core


async def place_all(core: Core, orders: Sequence[PlaceOrder]) -> None:
    outcomes = await core.writer.handle_many(orders, metadata=Metadata(actor="user:test", command_id=""))
    assert all(isinstance(outcome, Outcome) for outcome in outcomes)


def left(account: Account) -> tuple[int, bool]:
    """Open orders, and whether anything is held."""
    return len(account.orders), any(balance.held for balance in account.balances.values())


async def test_all_orders_are_cancelled_however_many_they_are(crowded: Core) -> None:
    await place_all(
        crowded, [crowded.place(str(n), Side.BUY, quantity="0.001", price="90") for n in range(COUNT)]
    )
    outcome = await crowded.handle(CancelAllOrders(account_id=ALICE, at=crowded.market.now()))
    assert len(outcome.events) == COUNT
    assert await crowded.writer.read(ALICE, left) == (0, False)


async def test_a_fill_is_booked_with_all_that_it_sets_off(
    crowded: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "OCO_GROUP_MAX", 10_000)  # as in a book from before there was a bound
    orders = [crowded.place(str(n), Side.BUY, quantity="1", price="90", oco_group="g") for n in range(COUNT)]
    await place_all(crowded, orders)
    outcome = await crowded.handle(crowded.fill(orders[0].order_id))
    assert len(outcome.events) == COUNT
    assert await crowded.writer.read(ALICE, left) == (0, False)
    bought = await crowded.writer.read(ALICE, lambda account: account.balance(BTC_USDT.base_asset).total)
    assert bought == 2

"""Limits that two people change at once are both changed."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from tests.support.core import ALICE, CATALOGUE, Core
from tests.support.market import HandMarket
from tests.support.web import principal

from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import PartyId
from tradebook.trading.limits import LimitChanges
from tradebook.trading.services.accounts import AccountService
from tradebook.trading.services.known_accounts import KnownAccounts
from tradebook.venues.paper.venue import PaperVenue

OWNER = principal()


@pytest.fixture
async def accounts() -> AccountService:
    market = HandMarket()
    journal = MemoryJournal(CATALOGUE, SystemClock())
    core = Core(journal, PaperVenue("sim", market, run_id="run"), market, SystemClock())
    await core.open_account()
    return AccountService(
        writer=core.writer,
        market=market,
        accounts=KnownAccounts(core.writer, core.processes.accounts),
        venues={"sim": True},
        party_of=lambda _: PartyId("person"),
    )


async def test_changes_at_the_same_time_do_not_undo_each_other(accounts: AccountService) -> None:
    async def change(**changes: Any) -> None:
        await accounts.set_limits(OWNER, ALICE, LimitChanges(**changes))

    await asyncio.gather(change(daily_loss=Decimal("0.01")), change(orders_per_minute=60))
    limits = await accounts.limits(OWNER, ALICE)
    assert (limits.daily_loss, limits.orders_per_minute) == (Decimal("0.01"), 60)


async def test_a_change_answers_with_the_limits_in_force_since(accounts: AccountService) -> None:
    for _ in range(2):  # the second changes nothing
        limits = await accounts.set_limits(OWNER, ALICE, LimitChanges(drawdown=None))
        assert limits == await accounts.limits(OWNER, ALICE)
        assert limits.drawdown is None


async def test_a_fraction_that_is_none_names_its_field(accounts: AccountService) -> None:
    with pytest.raises(InvalidInput, match=r"daily_loss.*write 5 % as 0.05"):
        await accounts.set_limits(OWNER, ALICE, LimitChanges(daily_loss=Decimal(5)))

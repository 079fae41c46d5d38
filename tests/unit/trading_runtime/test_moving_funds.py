"""Money that moves is recorded with its worth, so that loss limits take it for neither gain nor loss."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.core import ALICE, Core
from tests.support.market import BTC_USDT, HandMarket
from tests.support.web import principal

from tradebook.kernel.errors import Refused
from tradebook.kernel.ids import Asset, PartyId
from tradebook.trading.commands import MarkEquity
from tradebook.trading.events import EquityMarked, FundsDeposited, FundsWithdrawn
from tradebook.trading.services.accounts import AccountService
from tradebook.trading.services.known_accounts import KnownAccounts

OWNER = principal()
BTC = BTC_USDT.base_asset


@pytest.fixture
def accounts(core: Core, market: HandMarket) -> AccountService:
    return AccountService(
        writer=core.writer,
        market=market,
        accounts=KnownAccounts(core.writer, core.processes.accounts),
        venues={"sim": True},
        party_of=lambda _: PartyId("person"),
    )


async def measure(core: Core, equity: str) -> None:
    now = core.market.now()
    await core.handle(MarkEquity(account_id=ALICE, at=now, day=now.date(), equity=Decimal(equity)))


async def test_coins_that_come_and_go_leave_behind_what_they_lost_and_no_more(
    accounts: AccountService, core: Core, market: HandMarket
) -> None:
    await measure(core, "1000")
    await accounts.deposit(OWNER, ALICE, asset=BTC, amount=Decimal(1_000))
    market.trade_at("99.9")
    booking = await accounts.withdraw(OWNER, ALICE, asset=BTC, amount=Decimal(1_000))
    assert booking.balance.available == "0"
    came, measured, went = (await core.history())[-3:]
    assert isinstance(came, FundsDeposited)
    assert isinstance(measured, EquityMarked)
    assert isinstance(went, FundsWithdrawn)
    assert [came.rate, measured.equity, went.rate] == [100, 100_900, Decimal("99.9")]
    marks = await core.writer.read(ALICE, lambda account: account.marks)
    assert marks is not None
    assert [marks.equity, marks.peak] == [1_000, 1_100]


async def test_what_nothing_prices_comes_in_worth_nothing(accounts: AccountService, core: Core) -> None:
    await measure(core, "1000")
    await accounts.deposit(OWNER, ALICE, asset=Asset("SPAM"), amount=Decimal(7))
    marks = await core.writer.read(ALICE, lambda account: account.marks)
    assert marks is not None
    assert marks.equity == 1_000


async def test_what_will_have_a_price_waits_for_it_once_equity_is_measured(core: Core) -> None:
    silent = HandMarket()
    accounts = AccountService(
        writer=core.writer,
        market=silent,
        accounts=KnownAccounts(core.writer, core.processes.accounts),
        venues={"sim": True},
        party_of=lambda _: PartyId("person"),
    )
    await accounts.deposit(OWNER, ALICE, asset=BTC, amount=Decimal(1))
    await measure(core, "1100")
    with pytest.raises(Refused, match="no price of BTC"):
        await accounts.deposit(OWNER, ALICE, asset=BTC, amount=Decimal(1))
    silent.trade_at("100")
    await accounts.deposit(OWNER, ALICE, asset=BTC, amount=Decimal(1))

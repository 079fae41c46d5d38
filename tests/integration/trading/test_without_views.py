"""What stops trading needs no view: the projections of these tests never run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from tests.support.market import HandMarket
from tests.support.web import principal

from tradebook.bootstrap.catalogue import catalogue
from tradebook.bootstrap.trading import TradingParts, trading_parts
from tradebook.identity.principal import Role
from tradebook.journal.postgres import PostgresJournal
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import Conflict, NotFound
from tradebook.kernel.ids import AccountId, Asset, OrderId, PartyId
from tradebook.market.first_prices import AllAtHand
from tradebook.trading.limits import AccountState
from tradebook.trading.model import Account, Order
from tradebook.trading.orders import OrderStatus, OrderType, Side
from tradebook.trading.services.orders import OrderService
from tradebook.trading.services.requests import LegRequest, OrderRequest

OWNER = principal()
USDT = Asset("USDT")
Life = Callable[[], AbstractAsyncContextManager[TradingParts]]


@pytest.fixture
async def life(database_url: str) -> AsyncIterator[Life]:
    """Each is the trading room of one process, on the same database."""
    market = HandMarket()
    market.quote_at("99", "101")
    market.trade_at("100")
    settings = SimpleNamespace(market_seed=1, paper_latency_ms=0, paper_rests_conditionals=True)
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:

        @asynccontextmanager
        async def live() -> AsyncIterator[TradingParts]:
            async with PostgresJournal(database_url, pool, catalogue()) as journal:
                base: Any = SimpleNamespace(
                    pool=pool, journal=journal, clock=SystemClock(), settings=settings
                )
                stream: Any = SimpleNamespace(data=market, run_id="run", live=None, prices=AllAtHand())
                people: Any = SimpleNamespace(own_party=lambda _: PartyId("mine"))
                parts = trading_parts(base, stream, people)
                await parts.processes.start()
                try:
                    yield parts
                finally:
                    await parts.processes.stop()
                    await parts.writer.close()

        yield live


async def funded(parts: TradingParts, name: str, party: str = "mine") -> AccountId:
    opened = await parts.accounts.open(
        OWNER, name=name, venue="paper", base_asset=USDT, party_id=PartyId(party)
    )
    account_id = AccountId(opened.account.account_id)
    await parts.accounts.deposit(OWNER, account_id, asset=USDT, amount=Decimal(10_000))
    return account_id


async def resting(orders: OrderService, account_id: AccountId, name: str = "one", **terms: Any) -> OrderId:
    wish = {"side": Side.BUY, "type": OrderType.LIMIT, "quantity": "1", "price": "90", **terms}
    request = OrderRequest(account_id=account_id, client_order_id=name, instrument="BTC-USDT.SIM", **wish)
    return OrderId((await orders.place(OWNER, request)).order.order_id)


async def state_of(parts: TradingParts, account_id: AccountId) -> AccountState:
    return await parts.writer.read(account_id, lambda account: account.state)


async def test_the_red_button_reaches_every_account_before_and_after_a_restart(life: Life) -> None:
    async with life() as parts:
        accounts = [await funded(parts, str(n)) for n in range(3)]
        outcomes = await parts.accounts.set_state_of_all(OWNER, AccountState.HALTED)
        assert sorted(outcomes) == sorted(accounts)
    async with life() as parts:
        outcomes = await parts.accounts.set_state_of_all(OWNER, AccountState.REDUCING)
        assert sorted(outcomes) == sorted(accounts)
        assert [await state_of(parts, each) for each in accounts] == [AccountState.REDUCING] * 3


async def test_it_reaches_only_accounts_that_the_caller_sees(life: Life) -> None:
    async with life() as parts:
        mine, other = await funded(parts, "a"), await funded(parts, "b", party="other")
        member = principal(Role.TRADER, parties=frozenset({"mine"}))
        assert list(await parts.accounts.set_state_of_all(member, AccountState.HALTED)) == [mine]
        assert await state_of(parts, other) is AccountState.ACTIVE
        assert (await parts.orders.cancel_all(member)).accounts == 1


async def test_cancelling_everything_after_a_restart_cancels_everything(life: Life) -> None:
    async with life() as parts:
        for name in "ab":
            await resting(parts.orders, await funded(parts, name))
    async with life() as parts:
        result = await parts.orders.cancel_all(OWNER)
        assert (result.accounts, result.orders, result.failures) == (2, 2, {})


async def test_an_order_is_cancelled_and_changed_by_its_id_after_a_restart(life: Life) -> None:
    async with life() as parts:
        account_id = await funded(parts, "a")
        order_id = await resting(parts.orders, account_id)
        bracket = await resting(
            parts.orders,
            account_id,
            "entry",
            type=OrderType.MARKET,
            price=None,
            take_profit=LegRequest(stop_price="120"),
        )
        leg = await known(parts, account_id, lambda order: order.parent_order_id == bracket)
    async with life() as parts:
        cancelled = await parts.orders.cancel(OWNER, order_id)
        assert cancelled.order.status in (OrderStatus.CANCELLED, OrderStatus.PENDING_CANCEL)
        assert (await parts.orders.cancel(OWNER, leg)).order.order_id == leg
        stranger = principal(Role.TRADER, parties=frozenset({"other"}))
        with pytest.raises(NotFound):
            await parts.orders.cancel(stranger, order_id)
        with pytest.raises(NotFound):
            await parts.orders.cancel(OWNER, OrderId("never-placed"))


async def test_an_order_that_is_over_is_found_in_the_journal(life: Life) -> None:
    async with life() as parts:
        account_id = await funded(parts, "a")
        order_id = await resting(parts.orders, account_id, type=OrderType.MARKET, price=None)
        await known(parts, account_id, lambda order: order.status is OrderStatus.FILLED)
    async with life() as parts:
        with pytest.raises(Conflict, match="filled"):
            await parts.orders.cancel(OWNER, order_id)


async def known(parts: TradingParts, account_id: AccountId, wanted: Callable[[Order], bool]) -> OrderId:
    """An order of the account, as soon as there is one like that."""

    def find(account: Account) -> OrderId | None:
        orders = (*account.orders.values(), *account.recent.values())
        return next((order.order_id for order in orders if wanted(order)), None)

    async with asyncio.timeout(5):
        while (found := await parts.writer.read(account_id, find)) is None:  # noqa: ASYNC110  # no event tells
            await asyncio.sleep(0.01)
    return found

"""Execution on the real journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from tests.support.core import ALICE, CATALOGUE, Core
from tests.support.market import HandMarket

from tradebook.journal.postgres import PostgresJournal
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import OrderId
from tradebook.trading.orders import Side
from tradebook.venues.paper.venue import PaperVenue


@pytest.fixture
async def journal(database_url: str) -> AsyncIterator[PostgresJournal]:
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool,
        PostgresJournal(database_url, pool, CATALOGUE) as journal,
    ):
        yield journal


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


def has_come_to(core: Core, order_id: OrderId, fact: str) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return (await core.life(order_id))[-1] == fact

    return condition


async def test_orders_are_executed_and_rest_again_after_a_restart(journal: PostgresJournal) -> None:
    market = HandMarket()
    market.quote_at("99", "101")
    market.trade_at("100")
    clock = SystemClock()
    core = Core(journal, PaperVenue("sim", market, run_id="1"), market, clock, snapshot_every=5)
    await core.start()
    await core.open_account(USDT="100000", BTC="10")
    taken = await core.order("taken", Side.BUY, quantity="1")
    resting = await core.order("resting", Side.BUY, quantity="1", price="90")
    await until(has_come_to(core, taken, "Filled"))
    await until(has_come_to(core, resting, "Accepted"))
    await core.stop()

    again = Core(journal, PaperVenue("sim", market, run_id="2"), market, clock, snapshot_every=5)
    await again.start()

    async def rests_again() -> bool:
        return bool(await again.venue.open_orders(ALICE))

    await until(rests_again)
    market.trade_at("89", "1")
    await until(has_come_to(again, resting, "Filled"))
    await again.stop()

"""Orders go out once, and what the venue says comes into the books."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from tests.support.core import ALICE, CATALOGUE, Core
from tests.support.market import HandMarket

from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.clock import SystemClock
from tradebook.trading.events import OrderFilled
from tradebook.trading.orders import OrderType, Side
from tradebook.venues.paper.venue import PaperVenue

BUY, SELL = Side.BUY, Side.SELL


@pytest.fixture
async def market() -> HandMarket:
    market = HandMarket()
    market.quote_at("99", "101")
    market.trade_at("100")
    return market


@pytest.fixture
async def core(market: HandMarket) -> AsyncIterator[Core]:
    clock = SystemClock()
    core = Core(MemoryJournal(CATALOGUE, clock), PaperVenue("sim", market, run_id="run"), market, clock)
    await core.start()
    await core.open_account(USDT="100000", BTC="10")
    yield core
    await core.stop()


async def test_a_market_order_lives_from_placed_to_filled(core: Core) -> None:
    order_id = await core.order("buy", BUY, quantity="2")
    await core.settle()
    assert await core.life(order_id) == ["Placed", "Submitted", "Accepted", "Filled"]
    balance = await core.writer.read(ALICE, lambda account: account.balance(core.instrument.base_asset))
    assert balance.total == Decimal(12)


async def test_a_resting_order_is_cancelled(core: Core) -> None:
    order_id = await core.order("buy", BUY, quantity="2", price="90")
    await core.settle()
    await core.cancel(order_id)
    await core.settle()
    assert await core.life(order_id) == ["Placed", "Submitted", "Accepted", "CancelRequested", "Cancelled"]


async def test_an_order_cancelled_before_it_was_sent_is_never_sent(core: Core) -> None:
    order_id = await core.order("buy", BUY, quantity="2", price="90")
    await core.cancel(order_id)
    await core.settle()
    life = await core.life(order_id)
    assert life[-1] == "Cancelled"
    assert await core.venue.open_orders(ALICE) == []


async def test_a_resting_order_takes_new_terms(core: Core, market: HandMarket) -> None:
    order_id = await core.order("buy", BUY, quantity="2", price="90")
    await core.settle()
    await core.replace(order_id, quantity="3", price="95")
    await core.settle()
    market.trade_at("94", "5")
    await core.settle()
    assert (await core.life(order_id))[3:] == ["ReplaceRequested", "Replaced", "Filled"]
    fill = (await core.history(order_id))[-1]
    assert isinstance(fill, OrderFilled)
    assert (fill.quantity, fill.price) == (Decimal(3), Decimal(95))


async def test_orders_rest_again_after_a_restart(core: Core, market: HandMarket) -> None:
    resting = await core.order("rests", BUY, quantity="2", price="90")
    await core.settle()
    market.trade_at("89", "0.5")
    await core.settle()
    await core.stop()
    again = Core(core.journal, PaperVenue("sim", market, run_id="next run"), market, SystemClock())
    await again.start()
    await again.settle()
    market.trade_at("89", "5")
    await again.settle()
    assert await again.life(resting) == ["Placed", "Submitted", "Accepted", "Filled", "Filled"]
    await again.stop()


@pytest.mark.parametrize("rests_conditionals", [True, False])
async def test_a_stop_fills_alike_wherever_it_rests(market: HandMarket, rests_conditionals: bool) -> None:
    clock = SystemClock()
    venue = PaperVenue("sim", market, run_id="run", rests_conditionals=rests_conditionals)
    core = Core(MemoryJournal(CATALOGUE, clock), venue, market, clock)
    await core.start()
    await core.open_account(USDT="100000", BTC="10")
    stop = await core.order("stop", SELL, quantity="1", type=OrderType.STOP, stop_price="95")
    trail = await core.order("trail", SELL, quantity="1", type=OrderType.TRAILING_STOP, trailing_offset="3")
    await core.settle()
    for price in ("97.01", "104", "101", "95"):
        market.trade_at(price)
        await core.settle()
    fills = [
        (fill.price, fill.fill_id)
        for order_id in (stop, trail)
        for fill in await core.history(order_id)
        if isinstance(fill, OrderFilled)
    ]
    assert fills == [(Decimal(99), fills[0][1]), (Decimal(99), fills[1][1])]
    assert (await core.life(stop))[-1] == (await core.life(trail))[-1] == "Filled"
    await core.stop()

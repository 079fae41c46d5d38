"""No market or triggered order spends more than what was held for it, however thin the book is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.integration.execution.test_triggers import tell
from tests.support.core import ALICE, Core
from tests.support.market import BTC_USDT, HandMarket

from tradebook.kernel.ids import Asset, OrderId
from tradebook.kernel.money import plain
from tradebook.trading.events import OrderFilled
from tradebook.trading.orders import OrderType, Side

USDT = BTC_USDT.quote_asset
BUY, SELL = Side.BUY, Side.SELL


async def money(core: Core, asset: Asset = USDT) -> tuple[Decimal, Decimal]:
    """Available and held."""

    def read(balance: object) -> tuple[Decimal, Decimal]:
        return balance.available, balance.held  # type: ignore[attr-defined]  # a Balance

    return await core.writer.read(ALICE, lambda account: read(account.balance(asset)))


async def fills(core: Core, order_id: OrderId) -> list[tuple[str, str]]:
    facts = await core.history(order_id)
    return [(plain(f.quantity), plain(f.price)) for f in facts if isinstance(f, OrderFilled)]


def thin_asks(market: HandMarket) -> None:
    market.book_at([("99", "10")], [("101", "1"), ("1000", "500")])


def test_a_market_buy_leaves_alone_what_other_orders_hold() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        await core.order("rests", BUY, quantity="899", price="100")
        thin_asks(market)
        bought = await core.order("buy", BUY, quantity="90")
        await core.settle()
        assert await fills(core, bought) == [("1", "101")]
        assert (await core.life(bought))[-2:] == ["Filled", "Cancelled"]
        available, held = await money(core)
        assert available > 0
        assert held == Decimal("90079.80")  # what the resting order needs, and no more

    tell(story)


def test_a_triggered_buy_stops_at_what_its_stop_price_was_held_by() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        stop = await core.order("stop", BUY, quantity="5", type=OrderType.STOP, stop_price="110")
        await core.settle()
        market.book_at([("99", "10")], [("115", "1"), ("116", "9")])
        market.trade_at("114")
        await core.settle()
        assert await fills(core, stop) == [("1", "115")]  # 110 and 5 % are 115.5
        assert (await core.life(stop))[-1] == "Cancelled"
        assert (await money(core))[1] == 0

    tell(story)


def test_a_stop_that_was_moved_takes_its_protection_along() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        stop = await core.order("stop", BUY, quantity="5", type=OrderType.STOP, stop_price="110")
        await core.settle()
        await core.replace(stop, stop_price="120")
        await core.settle()
        market.quote_at("119", "125")
        market.trade_at("121")
        await core.settle()
        assert await fills(core, stop) == [("5", "125")]
        assert (await money(core))[1] == 0

    tell(story)


def test_a_triggered_sell_gets_out_at_any_price() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        stop = await core.order("stop", SELL, quantity="5", type=OrderType.STOP, stop_price="90")
        await core.settle()
        market.quote_at("50", "51")
        market.trade_at("50")
        await core.settle()
        assert await fills(core, stop) == [("5", "50")]

    tell(story)


@pytest.mark.parametrize("bid", ["95", "94"])
def test_a_sell_for_an_amount_of_money_sells_no_more_than_was_held(bid: str) -> None:
    async def story(core: Core, market: HandMarket) -> None:
        market.book_at([("99", "1"), (bid, "100")], [("101", "10")])
        sold = await core.order("sell", SELL, quote_quantity="900")
        await core.settle()
        quantity = sum(Decimal(each) for each, _ in await fills(core, sold))
        assert quantity == (1 if bid == "94" else Decimal("9.431"))  # 99 less 5 % is 94.05
        available, held = await money(core, BTC_USDT.base_asset)
        assert (available, held) == (10 - quantity, Decimal(0))

    tell(story)

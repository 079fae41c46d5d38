"""The whole core trades at the simulated Binance through ccxt, in virtual time."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from tests.support.ccxt_account import CcxtDesk, tell_by_ccxt
from tests.support.core import ALICE

from tradebook.trading.events import OrderFilled
from tradebook.trading.orders import Side

POLLED_S = 6
"""By then another round was asked."""


def test_an_order_is_placed_rests_and_is_cancelled() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("one", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Accepted"]
        await it.core.cancel(order_id)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["CancelRequested", "Cancelled"]

    tell_by_ccxt(story)


def test_a_resting_order_is_told_filled_with_its_fees() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("rest", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        it.print("98", "0.5")
        await asyncio.sleep(POLLED_S)
        it.print("98", "5")
        await asyncio.sleep(POLLED_S)
        assert (await it.core.life(order_id))[3:] == ["Filled", "Filled"]
        fills = [each for each in await it.core.history() if isinstance(each, OrderFilled)]
        assert [(each.quantity, each.price, each.fee, each.fee_asset) for each in fills] == [
            (Decimal("0.5"), Decimal(99), Decimal("0.0005"), "BTC"),
            (Decimal("1.5"), Decimal(99), Decimal("0.0015"), "BTC"),
        ]

    tell_by_ccxt(story)


def test_a_market_order_is_filled_at_once() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("now", Side.BUY, quantity="1")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Accepted", "Filled"]
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))

    tell_by_ccxt(story)


def test_an_order_for_an_amount_of_money_is_filled() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("spend", Side.BUY, quantity="0", quote_quantity="200")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Accepted", "Filled"]

    tell_by_ccxt(story)

"""Perpetuals on an account at the simulated Hyperliquid behind the whole core: orders, positions, margin,
funding, and what happens to them without an order.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from tests.support.hyperliquid_perpetuals import PERP, PerpetualsDesk, tell

from tradebook.kernel.ids import OrderId
from tradebook.trading.events import OrderFilled
from tradebook.trading.orders import Side

ID = PERP.instrument_id


async def bought(it: PerpetualsDesk, name: str = "buy", quantity: str = "2", **terms: object) -> OrderId:
    order_id = await it.core.order(name, Side.BUY, quantity=quantity, **terms)
    await asyncio.sleep(1)
    return order_id


async def sold(it: PerpetualsDesk, name: str = "sell", quantity: str = "2", **terms: object) -> OrderId:
    order_id = await it.core.order(name, Side.SELL, quantity=quantity, **terms)
    await asyncio.sleep(1)
    return order_id


async def of_kind(it: PerpetualsDesk, kind: type[Any]) -> list[Any]:
    return [each for each in await it.core.history() if isinstance(each, kind)]


def test_a_fill_opens_a_position_and_costs_its_fee_in_the_collateral() -> None:
    async def story(it: PerpetualsDesk) -> None:
        order_id = await bought(it)
        assert set(await it.core.life(order_id)) == {"Placed", "Submitted", "Accepted", "Filled"}
        (fill,) = await of_kind(it, OrderFilled)
        assert (fill.fee, fill.fee_asset) == (Decimal("0.0909"), "USDC")
        assert await it.positions() == {ID: Decimal(2)}
        assert await it.book() == {"USDC": Decimal("9999.9091")}

    tell(story, USDC="10000")

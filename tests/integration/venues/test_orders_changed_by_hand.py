"""Orders that a person changed at the venue while we did not listen: the book takes over what is in force."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest
from tests.support.binance_account import Desk as BinanceDesk
from tests.support.binance_futures_account import Desk as FuturesDesk
from tests.support.bybit_account import Desk as BybitDesk
from tests.support.core import ALICE
from tests.support.desk import SYMBOL, VenueDesk, live

from tradebook.kernel.ids import OrderId
from tradebook.trading.events import AT_VENUE, DifferenceFound, OrderReplaced
from tradebook.trading.orders import Side

Tell = Callable[[Callable[[VenueDesk], Awaitable[None]]], None]


@pytest.fixture(params=[FuturesDesk, BybitDesk], ids=lambda each: each.name)
def tell(request: pytest.FixtureRequest) -> Tell:
    return lambda story: live(request.param, story)


def change_by_hand(it: VenueDesk, *, quantity: str, price: str) -> None:
    (ours,) = it.customer.open_orders(SYMBOL)
    if it.name == BybitDesk.name:
        terms = {"category": "spot", "symbol": SYMBOL, "orderLinkId": ours.client_order_id}
        it.by_hand("POST", "/v5/order/amend", **terms, qty=quantity, price=price)
    else:
        terms = {"symbol": SYMBOL, "orderId": str(ours.order_id), "side": "BUY"}
        it.by_hand("PUT", "/fapi/v1/order", **terms, quantity=quantity, price=price)


async def resting(it: VenueDesk) -> OrderId:
    order_id = await it.core.order("ours", Side.BUY, quantity="2", price="90")
    await asyncio.sleep(1)
    return order_id


async def changed(it: VenueDesk, order_id: OrderId) -> OrderReplaced:
    """The last event of the order."""
    last = (await it.core.history(order_id))[-1]
    assert isinstance(last, OrderReplaced)
    return last


async def no_difference(it: VenueDesk) -> bool:
    return not [each for each in await it.core.history() if isinstance(each, DifferenceFound)]


def test_new_terms_are_found_after_a_restart(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id = await resting(it)
        await it.crash()
        change_by_hand(it, quantity="3", price="95")
        await it.start()
        found = await changed(it, order_id)
        assert (found.quantity, found.price, found.reason) == (Decimal(3), Decimal(95), AT_VENUE)
        order = await it.core.writer.read(ALICE, lambda account: account.orders[order_id])
        assert (order.quantity, order.price) == (Decimal(3), Decimal(95))
        it.print("94", "5")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Replaced", "Filled"]
        assert await no_difference(it)

    tell(story)


def test_and_after_a_break_and_once(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id = await resting(it)
        it.way.cut()
        await asyncio.sleep(1)
        change_by_hand(it, quantity="2", price="95")
        it.way.is_cut = False
        await asyncio.sleep(300)
        assert (await it.core.life(order_id))[3:] == ["Replaced"]

    tell(story)


def test_an_order_that_was_made_larger_and_filled_meanwhile_is_filled_wholly(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id = await resting(it)
        await it.crash()
        change_by_hand(it, quantity="3", price="95")
        it.print("94", "5")
        await it.start()
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Replaced", "Filled"]
        assert await no_difference(it)

    tell(story)


def test_a_change_of_ours_that_is_on_its_way_is_not_taken_for_refused(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id = await resting(it)
        it.way.cut()
        await it.core.replace(order_id, quantity="2", price="95")
        await asyncio.sleep(20)
        it.way.is_cut = False
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "Replaced"]
        assert not (await changed(it, order_id)).reason

    tell(story)


def test_what_a_person_made_smaller_on_spot_is_found_too() -> None:
    async def story(it: BinanceDesk) -> None:
        order_id = await resting(it)
        await it.crash()
        (ours,) = it.customer.open_orders(SYMBOL)
        which = {"symbol": SYMBOL, "orderId": str(ours.order_id)}
        it.by_hand("PUT", "/api/v3/order/amend/keepPriority", newQty="0.5", **which)
        await it.start()
        found = await changed(it, order_id)
        assert (found.quantity, found.reason) == (Decimal("0.5"), AT_VENUE)

    live(BinanceDesk, story)

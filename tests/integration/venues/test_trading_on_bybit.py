"""An account at the simulated Bybit behind the whole core: what is different there than elsewhere.

Its answers only say that a request was taken, orders change in place, fills and orders are told apart, and
a client order id is never taken twice. What befalls every venue is in ``test_lessons``.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from tests.support.bybit_account import Desk, tell
from tests.support.core import ALICE
from tests.support.desk import SYMBOL

from tradebook.kernel.ids import OrderId
from tradebook.trading.events import DifferenceFound, FundsDeposited
from tradebook.trading.orders import OrderType, Side, TimeInForce
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    RequestFate,
    RequestFault,
    ScriptedFaults,
)

AMENDING, ORDER_NEWS = "/v5/order/amend", b'"topic":"order.spot"'
LOST = FrameFate(fault=FrameFault.LOST)


async def rest(it: Desk, quantity: str = "2", price: str = "99") -> OrderId:
    order_id = await it.core.order("rests", Side.BUY, quantity=quantity, price=price)
    await asyncio.sleep(1)
    return order_id


async def differences(it: Desk) -> list[str]:
    return [each.kind for each in await it.core.history() if isinstance(each, DifferenceFound)]


async def is_over(it: Desk) -> bool:
    return not await it.core.writer.read(ALICE, lambda account: list(account.orders))


def test_what_the_account_has_when_it_is_connected_is_where_its_book_begins() -> None:
    async def story(it: Desk) -> None:
        opening = [each for each in await it.core.history() if isinstance(each, FundsDeposited)]
        assert {each.asset: each.amount for each in opening} == {"USDT": Decimal(10000), "BTC": Decimal(2)}

    tell(story, USDT="10000", BTC="2")


def test_an_order_is_placed_rests_fills_in_parts_and_is_cancelled() -> None:
    async def story(it: Desk) -> None:
        order_id = await rest(it)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Accepted"]
        it.print("98", "0.5")
        await asyncio.sleep(1)
        await it.core.cancel(order_id)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Filled", "CancelRequested", "Cancelled"]

    tell(story)


def test_an_order_for_an_amount_of_money_is_over_with_its_last_fill() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("spend", Side.BUY, quantity="0", quote_quantity="200")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Filled"]
        assert await is_over(it)

    tell(story)


def test_what_an_order_that_must_fill_at_once_does_not_get_is_cancelled() -> None:
    async def story(it: Desk) -> None:
        at_once = {"quantity": "9", "price": "101", "time_in_force": TimeInForce.IOC}
        order_id = await it.core.order("at once", Side.BUY, **at_once)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-2:] == ["Filled", "Cancelled"]

    tell(story)


def test_the_venues_no_is_told_in_its_own_words() -> None:
    async def story(it: Desk) -> None:
        it.place_by_hand("buy", "98")
        order_id = await it.core.order("too dear", Side.BUY, quantity="50", price="100")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Rejected"]
        assert "170131" in (await it.core.history(order_id))[-1].reason  # type: ignore[attr-defined]  # every rejection has one

    tell(story)


# --- in place


def test_an_order_is_made_larger_and_dearer_where_it_stands() -> None:
    async def story(it: Desk) -> None:
        order_id = await rest(it)
        await it.core.replace(order_id, quantity="3", price="99.5")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "Replaced"]
        (there,) = it.customer.open_orders(SYMBOL)
        assert (there.quantity, there.price) == (Decimal(3), Decimal("99.5"))
        assert len(it.orders_at_venue()) == 1

    tell(story)


def test_an_order_that_was_enlarged_and_filled_before_that_was_confirmed_is_not_overfilled() -> None:
    async def story(it: Desk) -> None:
        order_id = await rest(it)
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.ANSWER_LATE, delay_s=3)],
            paths=[AMENDING],
            frames=[LOST] * 3,
            words=ORDER_NEWS,
        )
        await it.core.replace(order_id, quantity="3")
        await asyncio.sleep(0.5)
        it.print("98", "2")
        await asyncio.sleep(0.5)
        assert not await is_over(it)
        it.print("98", "1")
        await asyncio.sleep(10)
        filled = (await it.core.history(order_id))[-1]
        assert filled.cumulative_quantity == 3  # type: ignore[attr-defined]  # it is the last fill
        assert await is_over(it)
        assert not await differences(it)

    tell(story)


def test_an_order_that_was_filled_before_it_could_be_enlarged_is_over() -> None:
    async def story(it: Desk) -> None:
        order_id = await rest(it)
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.LATE, delay_s=1)], paths=[AMENDING]
        )
        await it.core.replace(order_id, quantity="3")
        it.print("98", "5")
        await asyncio.sleep(5)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "Filled"]
        assert await is_over(it)
        assert not await differences(it)

    tell(story)


def test_a_change_whose_answer_and_news_are_lost_is_asked_for() -> None:
    async def story(it: Desk) -> None:
        order_id = await rest(it)
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.ANSWER_LOST)],
            paths=[AMENDING],
            frames=[LOST],
            words=ORDER_NEWS,
        )
        await it.core.replace(order_id, quantity="1")
        await asyncio.sleep(30)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "Replaced"]

    tell(story)


def test_a_change_that_the_venue_refuses_leaves_the_order_as_it_was() -> None:
    async def story(it: Desk) -> None:
        order_id = await rest(it)
        it.place_by_hand("buy", "90")
        await it.core.replace(order_id, quantity="50")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "ReplaceRejected"]
        it.print("98", "5")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[5:] == ["Filled"]

    tell(story)


def test_what_a_person_changed_is_taken_over() -> None:
    async def story(it: Desk) -> None:
        order_id = await rest(it)
        (ours,) = it.customer.open_orders(SYMBOL)
        which = {"symbol": SYMBOL, "orderId": it.order_id_of(ours)}
        it.by_hand("POST", AMENDING, qty="1", price="98.5", **which)
        await asyncio.sleep(1)
        it.print("98", "5")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Replaced", "Filled"]
        assert not await differences(it)

    tell(story)


# --- conditions


def test_a_stop_that_was_triggered_unheard_can_be_cancelled() -> None:
    async def story(it: Desk) -> None:
        terms = {"type": OrderType.STOP_LIMIT, "stop_price": "95", "price": "103"}
        order_id = await it.core.order("stop", Side.SELL, quantity="1", **terms)
        await asyncio.sleep(1)
        it.way.faults = ScriptedFaults(frames=[LOST] * 2, words=ORDER_NEWS)
        it.price("94", "94.5")
        it.print("94")
        await asyncio.sleep(1)
        await it.core.cancel(order_id)
        await asyncio.sleep(5)
        assert (await it.core.life(order_id))[3:] == ["CancelRequested", "Cancelled"]
        assert not it.customer.open_orders(SYMBOL)

    tell(story, BTC="2", USDT="100")


def test_a_stop_moves_at_the_venue_and_what_bounds_it_moves_along() -> None:
    async def story(it: Desk) -> None:
        stop = {"type": OrderType.STOP, "stop_price": "105"}
        order_id = await it.core.order("stop", Side.BUY, quantity="1", **stop)
        await asyncio.sleep(1)
        (before,) = [each.price for each in it.customer.open_orders(SYMBOL)]
        await it.core.replace(order_id, stop_price="107")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "Replaced"]
        (there,) = it.customer.open_orders(SYMBOL)
        assert there.stop_price == 107
        assert before is not None
        assert there.price is not None
        assert there.price > before

    tell(story)


def test_a_stop_that_was_moved_twice_fills_when_its_price_has_come() -> None:
    async def story(it: Desk) -> None:
        stop = {"type": OrderType.STOP, "stop_price": "105"}
        order_id = await it.core.order("stop", Side.BUY, quantity="1", **stop)
        await asyncio.sleep(1)
        for moved_to in ("107", "120"):
            await it.core.replace(order_id, stop_price=moved_to)
            await asyncio.sleep(1)
        it.price("120", "121")
        it.print("120")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-2:] == ["Triggered", "Filled"]

    tell(story)


def test_a_stop_whose_price_has_come_before_it_does_not_wait_as_a_take_profit() -> None:
    async def story(it: Desk) -> None:
        it.print("94")
        stop = {"type": OrderType.STOP, "stop_price": "95"}
        order_id = await it.core.order("stop", Side.SELL, quantity="1", **stop)
        await asyncio.sleep(5)
        assert (await it.core.life(order_id))[-1] == "Cancelled"
        assert not it.customer.open_orders(SYMBOL)

    tell(story, BTC="2", USDT="100")


REALTIME = "/v5/order/realtime"


@pytest.mark.parametrize("fault", [RequestFault.TOO_MANY, RequestFault.ANSWER_LOST, RequestFault.MAINTENANCE])
def test_a_stop_that_was_taken_stays_where_it_cannot_be_asked_how_it_stands(fault: RequestFault) -> None:
    async def story(it: Desk) -> None:
        it.way.faults = ScriptedFaults(requests=[RequestFate(fault=fault)], paths=[REALTIME])
        stop = {"type": OrderType.STOP, "stop_price": "95"}
        order_id = await it.core.order("stop", Side.SELL, quantity="1", **stop)
        await asyncio.sleep(30)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Accepted"]
        (there,) = it.customer.open_orders(SYMBOL)
        assert there.stop_price == 95

    tell(story, BTC="2", USDT="100")


def test_a_stop_whose_price_had_come_is_found_out_later_where_it_could_not_be_asked() -> None:
    async def story(it: Desk) -> None:
        it.print("94")
        it.way.faults = ScriptedFaults(requests=[RequestFate(fault=RequestFault.TOO_MANY)], paths=[REALTIME])
        stop = {"type": OrderType.STOP, "stop_price": "95"}
        order_id = await it.core.order("stop", Side.SELL, quantity="1", **stop)
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[-1] == "Cancelled"
        assert not it.customer.open_orders(SYMBOL)

    tell(story, BTC="2", USDT="100")


def test_a_stop_whose_price_had_come_is_found_out_where_the_answer_was_lost() -> None:
    async def story(it: Desk) -> None:
        it.print("94")
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.ANSWER_LOST)], paths=["/v5/order/create"]
        )
        stop = {"type": OrderType.STOP, "stop_price": "95"}
        order_id = await it.core.order("stop", Side.SELL, quantity="1", **stop)
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[-1] == "Cancelled"
        assert not it.customer.open_orders(SYMBOL)

    tell(story, BTC="2", USDT="100")


def test_a_stop_whose_price_had_come_ends_with_what_it_filled_before_it_could_be_cancelled() -> None:
    async def story(it: Desk) -> None:
        it.print("94")
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.LATE, delay_s=3)],
            paths=["/v5/order/cancel"],
            frames=[LOST] * 10,
            words=it.news_words,
        )
        stop = {"type": OrderType.STOP_LIMIT, "stop_price": "95", "price": "103"}
        order_id = await it.core.order("stop", Side.SELL, quantity="1", **stop)
        await asyncio.sleep(1)
        it.print("95")
        it.print("104", "0.4")
        assert it.customer.balances.total("BTC") == Decimal("1.6")
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[-2:] == ["Filled", "Cancelled"]
        assert not await differences(it)

    tell(story, BTC="2", USDT="100")


# --- the stream


def test_a_stream_that_only_answers_pings_is_found_out_and_replaced() -> None:
    async def story(it: Desk) -> None:
        await asyncio.sleep(70)
        it.way.faults = ScriptedFaults(frames=[LOST] * 1000, words=it.news_words)
        it.place_by_hand("buy", "1")
        sockets = len(it.way.opened)
        await asyncio.sleep(180)
        assert len(it.way.opened) > sockets

    tell(story)


def test_a_market_order_for_more_than_there_is_at_its_price_is_killed_where_it_wants_all() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("all", Side.BUY, quantity="6", time_in_force=TimeInForce.FOK)
        await asyncio.sleep(1)
        life = await it.core.life(order_id)
        assert (life[-1], "Filled" in life) == ("Cancelled", False)

    tell(story)

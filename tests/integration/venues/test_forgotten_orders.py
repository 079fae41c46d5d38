"""Orders that a venue had and knows no more: it has forgotten them, days after they were over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.binance_account import Desk as BinanceDesk
from tests.support.binance_futures_account import Desk as FuturesDesk
from tests.support.core import ALICE
from tests.support.desk import VenueDesk, live
from tests.support.hyperliquid_account import Desk as HyperliquidDesk
from tests.support.hyperliquid_perpetuals import PerpetualsDesk

from tradebook.kernel.ids import OrderId
from tradebook.trading.events import DifferenceFound, OrderCancelled
from tradebook.trading.orders import OrderType, Side
from tradebook.venues.simulators.faults import NoFaults, RequestFate
from tradebook.venues.simulators.spot.orders import SpotOrder
from tradebook.venues.simulators.venue import SimulatedRequest

Tell = Callable[[Callable[[VenueDesk], Awaitable[None]]], None]


@pytest.fixture(
    params=[BinanceDesk, FuturesDesk, HyperliquidDesk, PerpetualsDesk], ids=lambda each: each.name
)
def tell(request: pytest.FixtureRequest) -> Tell:
    return lambda story: live(request.param, story)


async def resting(it: VenueDesk) -> tuple[OrderId, SpotOrder]:
    order_id = await it.core.order("ours", Side.BUY, quantity="2", price="99")
    await asyncio.sleep(1)
    (ours,) = it.customer.open_orders(it.symbol)
    return order_id, ours


async def end_and_forget(it: VenueDesk, order: SpotOrder) -> None:
    """While we are away."""
    if order.is_open:
        it.cancel_by_hand(order)
    it.forget_by_hand(order)
    await it.start()


async def no_difference(it: VenueDesk) -> bool:
    return not [each for each in await it.core.history() if isinstance(each, DifferenceFound)]


def test_an_order_that_was_cancelled_and_forgotten_ends_once_the_venue_has_said_so_twice(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id, ours = await resting(it)
        await it.crash()
        await end_and_forget(it, ours)
        await asyncio.sleep(10)
        assert (await it.core.life(order_id))[2:] == ["Accepted"]
        await asyncio.sleep(10)
        assert (await it.core.life(order_id))[3:] == ["Cancelled"]
        last = (await it.core.history(order_id))[-1]
        assert isinstance(last, OrderCancelled)
        assert last.reason == "no_longer_known"
        held = await it.core.writer.read(ALICE, lambda account: account.balance(it.here.quote_asset).held)
        assert not held
        assert await no_difference(it)

    tell(story)


def test_what_it_traded_before_is_booked_first(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id, ours = await resting(it)
        await it.crash()
        it.print("98", "0.5")
        await end_and_forget(it, ours)
        await asyncio.sleep(30)
        assert (await it.core.life(order_id))[3:] == ["Filled", "Cancelled"]
        assert await no_difference(it)

    tell(story)


def test_one_that_was_filled_is_filled(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id, ours = await resting(it)
        await it.crash()
        it.print("98", "5")
        await end_and_forget(it, ours)
        await asyncio.sleep(30)
        assert (await it.core.life(order_id))[3:] == ["Filled"]
        assert await no_difference(it)

    tell(story)


def test_a_cancel_that_was_asked_for_ends_with_it(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id, ours = await resting(it)
        it.way.cut()
        await it.core.cancel(order_id)
        await asyncio.sleep(1)
        it.cancel_by_hand(ours)
        it.forget_by_hand(ours)
        it.way.is_cut = False
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[3:] == ["CancelRequested", "Cancelled"]
        assert await no_difference(it)

    tell(story)


def test_an_order_that_is_listed_works_whatever_the_venue_says_of_it_by_itself(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id, ours = await resting(it)
        it.way.cut()
        await asyncio.sleep(1)
        it.print("98", "0.5")
        it.forget_by_hand(ours)
        it.way.is_cut = False
        await asyncio.sleep(120)
        assert (await it.core.life(order_id))[3:] == ["Filled"]

    tell(story)


class Heard(NoFaults):
    """From when on fills were asked for."""

    def __init__(self) -> None:
        self.since: list[datetime] = []

    def of_request(self, request: SimulatedRequest) -> RequestFate:
        asked = json.loads(request.body)
        if asked.get("type") == "userFillsByTime":
            self.since.append(datetime.fromtimestamp(asked["startTime"] / 1000, UTC))
        return super().of_request(request)


def test_an_order_that_is_not_found_yet_costs_no_look_through_the_whole_past() -> None:
    async def story(it: HyperliquidDesk) -> None:
        await asyncio.sleep(300)
        order_id, ours = await resting(it)
        placed_at = it.clock.now()
        it.way.faults = heard = Heard()
        it.cancel_by_hand(ours)
        it.forget_by_hand(ours)
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[3:] == ["Cancelled"]
        assert heard.since
        assert min(heard.since) > placed_at - timedelta(minutes=2)

    live(HyperliquidDesk, story)


def test_a_stop_that_waited_for_its_price_ends_too() -> None:
    async def story(it: VenueDesk) -> None:
        stop = await it.core.order("stop", Side.BUY, quantity="1", type=OrderType.STOP, stop_price="105")
        await asyncio.sleep(1)
        await it.crash()
        (ours,) = it.customer.open_orders(it.symbol)
        it.cancel_by_hand(ours)
        it.forget_by_hand(ours)
        await it.start()
        await asyncio.sleep(30)
        assert (await it.core.life(stop))[3:] == ["Cancelled"]

    live(FuturesDesk, story)

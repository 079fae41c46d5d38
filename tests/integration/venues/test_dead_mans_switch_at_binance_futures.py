"""A dead man's switch at the simulated USD-M futures: a countdown for every symbol with orders."""

from __future__ import annotations

import asyncio

import msgspec
from tests.support.binance_futures_account import PERP, Desk, tell
from tests.support.core import ALICE
from tests.support.desk import SYMBOL
from tests.support.switches import (
    AFTER_S,
    come_back,
    die,
    last_of,
    problem_of,
    resting,
    switch_off,
    switch_on,
)

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.trading.orders import OrderType, Side
from tradebook.venues.simulators.faults import RequestFate, RequestFault, ScriptedFaults

COUNTDOWN = "/fapi/v1/countdownCancelAll"
LOST = RequestFate(fault=RequestFault.LOST)
ETH_PERP = msgspec.structs.replace(
    PERP, instrument_id=InstrumentId("ETH-USDT-PERP.SIM"), base_asset=Asset("ETH")
)


class Contracts(Desk):
    """With another contract."""

    traded = (PERP, ETH_PERP)


def two_contracts() -> Contracts:
    it = Contracts()
    it.quote(ETH_PERP, "50", "51", "5")
    return it


def runs(it: Desk) -> bool:
    return it.exchange.countdowns.runs(it.customer, SYMBOL)


def test_orders_are_cancelled_when_the_server_is_gone_and_that_is_recorded_when_it_is_back() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await die(it)
        await come_back(it, after_s=AFTER_S + 1)
        assert await last_of(it, order_id) == "Cancelled"

    tell(story)


def test_an_order_in_another_symbol_is_covered_before_it_is_sent() -> None:
    async def story(it: Desk) -> None:
        await switch_on(it)
        assert not runs(it)
        order_id = await resting(it)
        countdown, placing = it.way.asked.index(("POST", COUNTDOWN)), it.way.asked.index(it.placing)
        assert countdown < placing
        await die(it)
        await come_back(it, after_s=AFTER_S + 1)
        assert await last_of(it, order_id) == "Cancelled"

    tell(story)


def test_an_order_that_cannot_be_covered_is_not_sent() -> None:
    async def story(it: Desk) -> None:
        await switch_on(it)
        it.way.faults = ScriptedFaults(requests=[LOST] * 20, paths=[COUNTDOWN])
        order_id = await it.core.order("bare", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(60)
        assert it.placing not in it.way.asked
        assert await last_of(it, order_id) == "Rejected"

    tell(story)


def test_nothing_is_cancelled_while_we_live_though_now_and_then_we_are_not_heard() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        it.way.faults = ScriptedFaults(requests=[LOST] * 2, paths=[COUNTDOWN])
        await asyncio.sleep(10 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"
        assert not problem_of(it)

    tell(story)


def test_a_symbol_without_orders_is_counted_no_more_and_is_again_with_the_next() -> None:
    async def story(it: Desk) -> None:
        it.lever_by_hand("5")
        order_id = await resting(it)
        await switch_on(it)
        await it.core.cancel(order_id)
        await asyncio.sleep(3 * AFTER_S)
        it.price("100", "101")
        assert not runs(it)
        later = await resting(it, "later")
        await asyncio.sleep(3 * AFTER_S)
        assert await last_of(it, later) == "Accepted"
        assert runs(it)

    tell(story)


def test_a_stop_that_waits_for_its_price_stays() -> None:
    async def story(it: Desk) -> None:
        it.print("100")
        stop = await it.core.order("stop", Side.SELL, quantity="1", type=OrderType.STOP, stop_price="90")
        await asyncio.sleep(1)
        await switch_on(it)
        await die(it)
        await come_back(it, after_s=AFTER_S + 1)
        assert await last_of(it, stop) == "Accepted"

    tell(story)


def test_stopping_on_purpose_lifts_it() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await it.crash()
        assert not runs(it)
        await come_back(it, after_s=10 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"

    tell(story)


async def left_to_itself(it: Desk) -> None:
    """The symbol's countdown, once it has no order any more."""
    await asyncio.sleep(12)
    await it.venue.compare(ALICE)
    assert runs(it)


async def rests_on(it: Desk) -> None:
    """An order that is placed now outlives any countdown of before."""
    order_id = await resting(it, "later")
    await asyncio.sleep(3 * AFTER_S)
    assert await last_of(it, order_id) == "Accepted"


def test_switched_off_no_countdown_runs_on_that_was_left_to_itself() -> None:
    async def story(it: Desk) -> None:
        it.lever_by_hand("5")
        order_id = await resting(it)
        await switch_on(it)
        await it.core.cancel(order_id)
        await left_to_itself(it)
        await switch_off(it)
        assert not runs(it)
        await rests_on(it)

    tell(story)


def test_nor_one_whose_beginning_was_never_answered() -> None:
    async def story(it: Desk) -> None:
        it.lever_by_hand("5")
        await switch_on(it)
        answer_lost = RequestFate(fault=RequestFault.ANSWER_LOST)
        it.way.faults = ScriptedFaults(requests=[answer_lost], paths=[COUNTDOWN])
        await it.core.order("bare", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(11)
        assert it.placing not in it.way.asked
        await left_to_itself(it)
        await switch_off(it)
        assert not runs(it)
        await rests_on(it)

    tell(story)


def test_switched_off_after_a_crash_one_of_a_symbol_without_orders_ends_before_the_next() -> None:
    async def story(it: Desk) -> None:
        await resting(it)
        await switch_on(it)
        await die(it)
        (ours,) = it.customer.open_orders(SYMBOL)
        it.cancel_by_hand(ours)
        await come_back(it, after_s=1)
        await switch_off(it)
        await rests_on(it)
        assert not runs(it)

    tell(story)


def test_a_symbol_that_is_closed_keeps_no_other_from_being_counted_anew() -> None:
    async def story(it: Desk) -> None:
        other = {"symbol": "ETHUSDT", "type": "LIMIT", "timeInForce": "GTC", "price": "40"}
        order_id = await resting(it)
        it.by_hand(*it.placing, side="BUY", quantity="1", **other)
        await switch_on(it)
        await asyncio.sleep(AFTER_S)
        it.exchange.symbols.unlisted.add("ETHUSDT")
        await asyncio.sleep(3 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"

    tell(story, new=two_contracts)


def test_switched_off_soon_after_a_crash_nothing_of_before_fires() -> None:
    async def story(it: Desk) -> None:
        order_id = await resting(it)
        await switch_on(it)
        await die(it)
        await come_back(it, after_s=1)
        await switch_off(it)
        assert not runs(it)
        await asyncio.sleep(3 * AFTER_S)
        assert await last_of(it, order_id) == "Accepted"

    tell(story)

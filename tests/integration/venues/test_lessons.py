"""What users of other systems suffer from, each shown not to happen at the simulated Binance.

The numbers are those of the list of lessons. Lesson 13 is the journal's, 16 that of the parity report, and
those from 18 on are of other rooms.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from tests.support import virtual_time
from tests.support.binance_account import HERE, Desk, desk, tell
from tests.support.core import ALICE

from tradebook.kernel.ids import OrderId
from tradebook.kernel.wire import encode
from tradebook.ledger.postings import LedgerAccount
from tradebook.trading.commands import SetRiskLimits
from tradebook.trading.events import (
    DifferenceFound,
    OrderDenied,
    OrderFilled,
    TrailingStopMoved,
    UnmatchedFillRecorded,
)
from tradebook.trading.limits import LimitChanges
from tradebook.trading.orders import LegTerms, OrderType, RestsAt, Side, TimeInForce
from tradebook.trading.postings import postings
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    RequestFate,
    RequestFault,
    ScriptedFaults,
)

ORDER = "/api/v3/order"
PLACING = ("POST", ORDER)


def one_placing(fault: RequestFault, *, delay_s: float = 0.0, frames_lost: int = 0) -> ScriptedFaults:
    """What becomes of the next request about an order, and of the reports that follow."""
    return ScriptedFaults(
        requests=[RequestFate(fault=fault, delay_s=delay_s)],
        frames=[FrameFate(fault=FrameFault.LOST)] * frames_lost,
        paths=[ORDER],
        words=b'"event"',
    )


async def facts(it: Desk, kind: type[Any]) -> list[Any]:
    return [each for each in await it.core.history() if isinstance(each, kind)]


async def position(it: Desk) -> Decimal:
    def quantity(account: Any) -> Decimal:
        held = account.positions.get(HERE.instrument_id)
        return Decimal(0) if held is None else held.quantity

    return await it.core.writer.read(ALICE, quantity)


# --- 1


def test_lesson_01_a_timeout_is_not_a_failure_and_nothing_is_sent_again() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = one_placing(RequestFault.ANSWER_LOST, frames_lost=2)
        order_id = await it.core.order("lost", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(30)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown", "Accepted"]
        assert len(it.orders_at_venue()) == it.way.asked.count(PLACING) == 1

    tell(story)


def test_lesson_01_what_never_arrived_keeps_its_funds_until_it_no_longer_can() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = one_placing(RequestFault.LOST)
        order_id = await it.core.order("gone", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(12)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown"]
        held = await it.core.writer.read(ALICE, lambda account: account.balance(HERE.quote_asset).held)
        assert held >= 90
        await asyncio.sleep(30)
        assert (await it.core.life(order_id))[3:] == ["Rejected"]
        assert it.way.asked.count(PLACING) == 1
        assert not it.orders_at_venue()

    tell(story)


def test_lesson_01_a_request_that_something_doubled_is_one_order_where_the_venue_can_tell() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = one_placing(RequestFault.TWICE)
        order_id = await it.core.order("twice", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(30)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Accepted"]
        assert len(it.orders_at_venue()) == 1

    tell(story)


def test_lesson_01_and_a_difference_where_it_cannot() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = one_placing(RequestFault.TWICE)
        order_id = await it.core.order("twice", Side.BUY, quantity="1")
        await asyncio.sleep(30)
        assert (await it.core.life(order_id))[3:] == ["Filled", "Filled"]
        assert [each.kind for each in await facts(it, DifferenceFound)] == ["overfill"]

    tell(story)


# --- 2


def test_lesson_02_a_close_whose_fill_was_missed_is_asked_for_and_not_sent_again() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        it.way.faults = one_placing(RequestFault.ANSWER_LOST, frames_lost=4)
        close: dict[str, Any] = {"quantity": "1.998", "reduce_only": True}
        order_id = await it.core.order("out", Side.SELL, **close)
        await asyncio.sleep(4)
        again = it.core.place("out again", Side.SELL, **close)
        denied = (await it.core.handle(again)).events[-1]
        assert isinstance(denied, OrderDenied)
        await asyncio.sleep(30)
        assert await it.core.life(order_id) == [
            "Placed",
            "Submitted",
            "OutcomeUnknown",
            "Accepted",
            "Filled",
        ]
        assert len(it.orders_at_venue()) == it.way.asked.count(PLACING) == 2

    tell(story)


# --- 3


def test_lesson_03_after_a_break_it_subscribes_reconciles_and_only_then_trades() -> None:
    async def story(it: Desk) -> None:
        filled = await it.core.order("meanwhile", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        it.way.cut()
        it.print("98", "0.5")
        it.way.asked.clear()
        await asyncio.sleep(3)
        waits = await it.core.order("waits", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        it.way.is_cut = False
        await it.until(it.is_trading)
        assert (await it.core.life(filled))[3:] == ["Filled"]
        await asyncio.sleep(1)
        assert (await it.core.life(waits))[2:] == ["Accepted"]
        assert it.way.asked.index(("GET", "/api/v3/openOrders")) < it.way.asked.index(PLACING)

    tell(story)


# --- 4


def test_lesson_04_a_stream_that_is_connected_but_silent_is_found_out_and_replaced() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.HALF_OPEN)], words=b'"event"')
        order_id = await it.core.order("unheard", Side.BUY, quantity="1", price="99")
        await asyncio.sleep(1)
        it.print("98")
        await asyncio.sleep(120)
        assert (await it.core.life(order_id))[3:] == ["Filled"]
        by_hand = it.by_hand("POST", ORDER, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.5")
        await asyncio.sleep(1)
        heard = await facts(it, UnmatchedFillRecorded)
        assert [each.venue_order_id for each in heard] == [str(by_hand["orderId"])]

    tell(story)


def test_lesson_04_a_subscription_that_is_never_answered_is_asked_for_again() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.LOST)], words=b'"subscriptionId"')
        it.way.hang_up()
        await asyncio.sleep(5)
        assert not it.is_trading()
        await asyncio.sleep(10)
        assert it.is_trading()

    tell(story)


def test_lesson_04_an_order_on_a_stale_price_is_denied_with_the_reason() -> None:
    async def story(it: Desk) -> None:
        changes = LimitChanges(price_age_s_max=10)
        await it.core.handle(SetRiskLimits(account_id=ALICE, at=it.market.now(), changes=changes))
        it.market.pass_time(11)
        denied = (await it.core.handle(it.core.place("stale", Side.BUY, quantity="1"))).events[-1]
        assert isinstance(denied, OrderDenied)
        assert denied.code == "price_stale"
        await asyncio.sleep(1)
        assert PLACING not in it.way.asked

    tell(story)


# --- 5


def test_lesson_05_a_warm_restart_leaves_a_position_as_it_is_and_names_what_differs() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        await it.crash()
        it.by_hand("POST", ORDER, symbol="BTCUSDT", side="SELL", type="MARKET", quantity="1")
        it.way.asked.clear()
        await it.start()
        await asyncio.sleep(90)
        assert await position(it) == 2
        assert PLACING not in it.way.asked
        told = {
            each.figures["asset"]: each.figures["difference"] for each in await facts(it, DifferenceFound)
        }
        assert told["BTC"] == "-1"

    tell(story)


# --- 6


def test_lesson_06_working_orders_survive_a_crash_and_what_befell_them_meanwhile_is_found() -> None:
    async def story(it: Desk) -> None:
        works = await it.core.order("works", Side.BUY, quantity="1", price="90")
        fills = await it.core.order("fills", Side.BUY, quantity="1", price="99")
        await asyncio.sleep(1)
        await it.crash()
        it.print("98", "5")
        await it.start()
        assert (await it.core.life(fills))[3:] == ["Filled"]
        await it.core.cancel(works)
        await asyncio.sleep(1)
        assert (await it.core.life(works))[3:] == ["CancelRequested", "Cancelled"]
        assert len(it.orders_at_venue()) == 2

    tell(story)


# --- 7


@pytest.mark.parametrize("steps", [0, 1, 3, 10, 30, 100])
def test_lesson_07_a_crash_at_any_step_doubles_no_order(steps: int) -> None:
    async def story(it: Desk) -> None:
        it.way.faults = one_placing(RequestFault.LATE, delay_s=0.5)
        order_id = await it.core.order("once", Side.BUY, quantity="1", price="90")
        for _ in range(steps):
            await asyncio.sleep(0)
        await it.crash()
        await it.start()
        await asyncio.sleep(60)
        assert len(it.orders_at_venue()) == it.way.asked.count(PLACING) <= 1
        is_there = bool(it.orders_at_venue())
        assert (await it.core.life(order_id))[-1] == ("Accepted" if is_there else "Rejected")

    tell(story)


def test_lesson_07_ids_are_functions_of_facts_and_not_of_when_a_process_ran() -> None:
    async def life() -> tuple[list[bytes], list[str]]:
        async with desk() as it:
            await it.core.order("one", Side.BUY, quantity="1", price="99")
            await asyncio.sleep(1)
            await it.crash()
            await it.start()
            it.print("98")
            await asyncio.sleep(1)
            await it.core.order("two", Side.SELL, quantity="0.5")
            await asyncio.sleep(60)
            return [encode(each) for each in await it.core.history()], it.orders_at_venue()

    assert virtual_time.run(life()) == virtual_time.run(life())


# --- 8


def test_lesson_08_a_stop_rests_at_the_venue_and_protects_while_we_are_down() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        stop = await it.core.order("stop", Side.SELL, quantity="1", stop_price="95", type=OrderType.STOP)
        await asyncio.sleep(1)
        assert len(list(it.customer.open_orders("BTCUSDT"))) == 1
        await it.crash()
        it.price("94", "94.5")
        it.print("94")
        await it.start()
        assert (await it.core.life(stop))[-1] == "Filled"

    tell(story)


def test_lesson_08_exits_that_cannot_rest_side_by_side_wait_with_us_and_survive() -> None:
    async def story(it: Desk) -> None:
        await _bracket(it)
        await asyncio.sleep(1)
        await it.crash()
        await it.start()
        it.price("94", "94.5")
        it.print("94")
        await asyncio.sleep(5)
        assert it.customer.balances.of("BTC").free == 0

    tell(story)


async def _bracket(it: Desk) -> OrderId:
    return await it.core.order(
        "entry",
        Side.BUY,
        quantity="1",
        take_profit=LegTerms(stop_price=Decimal(110), price=Decimal(112)),
        stop_loss=LegTerms(stop_price=Decimal(95)),
    )


def test_lesson_08_a_stop_loss_alone_rests_at_the_venue() -> None:
    async def story(it: Desk) -> None:
        leg = LegTerms(stop_price=Decimal(95))
        placed = it.core.place("entry", Side.BUY, quantity="1", stop_loss=leg)
        assert placed.rests_at is RestsAt.VENUE
        await it.core.handle(placed)
        await asyncio.sleep(1)
        assert [each.request.type for each in it.customer.open_orders("BTCUSDT")] == ["STOP_LOSS"]

    tell(story)


# --- 9


@pytest.mark.parametrize("goes_up_first", [False, True])
def test_lesson_09_of_a_bracket_one_exit_sells_and_no_orphan_is_left(goes_up_first: bool) -> None:
    """Going up first, the take-profit rests at the venue as a limit when the stop-loss comes."""

    async def story(it: Desk) -> None:
        await _bracket(it)
        await asyncio.sleep(1)
        if goes_up_first:
            it.price("110", "110.5")
            it.print("110")
            await asyncio.sleep(5)
            assert [each.request.type for each in it.customer.open_orders("BTCUSDT")] == ["LIMIT"]
        it.price("94", "94.5")
        it.print("94")
        await asyncio.sleep(5)
        it.price("120", "120.5")
        it.print("120")
        await asyncio.sleep(5)
        sold = [each for each in await facts(it, OrderFilled) if each.side is Side.SELL]
        assert [(each.quantity, each.price) for each in sold] == [(Decimal("0.999"), Decimal(94))]
        assert not list(it.customer.open_orders("BTCUSDT"))
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))

    tell(story)


def test_lesson_09_what_is_closed_takes_its_oco_sibling_along_even_during_a_break() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        pair = {"quantity": "1", "oco_group": "exit"}
        take = await it.core.order("take", Side.SELL, price="105", **pair)
        stop = await it.core.order("stop", Side.SELL, stop_price="95", type=OrderType.STOP, **pair)
        await asyncio.sleep(1)
        it.way.cut()
        it.price("106", "107")
        it.print("106", "5")
        await asyncio.sleep(3)
        it.way.is_cut = False
        await it.until(it.is_trading)
        it.price("94", "94.5")
        it.print("94")
        await asyncio.sleep(5)
        assert (await it.core.life(take))[-1] == "Filled"
        assert await it.core.life(stop) == ["Placed", "Cancelled"]
        assert it.customer.balances.of("BTC").free == Decimal("0.998")

    tell(story)


# --- 10


def test_lesson_10_a_trailing_stop_asks_nothing_of_the_venue_until_it_sells() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        it.way.asked.clear()
        trails = {"type": OrderType.TRAILING_STOP, "trailing_offset": "5"}
        order_id = await it.core.order("trail", Side.SELL, quantity="1", **trails)
        for step in range(300):
            it.price(str(100 + Decimal(step) / 10), str(101 + Decimal(step) / 10))
            await asyncio.sleep(1)
        assert not [path for _, path in it.way.asked if path == ORDER]
        assert len(await facts(it, TrailingStopMoved)) < 100
        it.price("124", "125")
        await asyncio.sleep(5)
        assert (await it.core.life(order_id))[-1] == "Filled"
        assert [each for each in it.way.asked if each[1] == ORDER] == [PLACING]

    tell(story)


# --- 11


def test_lesson_11_an_order_that_never_filled_leaves_no_position() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("rests", Side.BUY, quantity="1", price="90")
        await it.core.order("at once", Side.BUY, quantity="1", price="90", time_in_force=TimeInForce.IOC)
        await asyncio.sleep(1)
        it.way.faults = one_placing(RequestFault.LOST)
        await it.core.order("lost", Side.BUY, quantity="1")
        await asyncio.sleep(60)
        await it.core.cancel(order_id)
        await asyncio.sleep(5)
        assert await position(it) == 0
        assert await it.book() == {"USDT": Decimal(10000)}
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))

    tell(story)


# --- 12


def test_lesson_12_a_fill_that_is_told_often_is_booked_once() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.TWICE)] * 20, words=b'"event"')
        order_id = await it.core.order("now", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        it.way.hang_up()
        await asyncio.sleep(5)
        await it.crash()
        await it.start()
        await asyncio.sleep(60)
        assert (await it.core.life(order_id))[3:] == ["Filled"]
        assert await position(it) == 2

    tell(story)


# --- 14


def test_lesson_14_what_a_person_does_at_the_venue_is_told() -> None:
    async def story(it: Desk) -> None:
        terms = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "1"}
        it.by_hand("POST", ORDER, type="MARKET", **terms)
        it.by_hand("POST", ORDER, type="LIMIT", timeInForce="GTC", price="50", **terms)
        await asyncio.sleep(2)
        assert [each.quantity for each in await facts(it, UnmatchedFillRecorded)] == [Decimal(1)]
        kinds = [each.kind for each in await facts(it, DifferenceFound)]
        assert sorted(kinds) == ["outside_order", "unmatched_fill"]
        await asyncio.sleep(90)
        kinds = [each.kind for each in await facts(it, DifferenceFound)]
        assert sorted(kinds) == ["balance", "balance", "outside_order", "unmatched_fill"]

    tell(story)


def test_lesson_14_what_a_person_traded_during_a_break_is_told_fill_by_fill() -> None:
    async def story(it: Desk) -> None:
        terms = {"symbol": "BTCUSDT", "type": "MARKET", "quantity": "1"}
        it.by_hand("POST", ORDER, side="BUY", **terms)
        await it.core.order("ours", Side.BUY, quantity="1", price="99")
        await asyncio.sleep(1)
        it.way.cut()
        it.by_hand("POST", ORDER, side="SELL", **(terms | {"quantity": "0.5"}))
        it.print("98")
        await asyncio.sleep(3)
        it.way.is_cut = False
        await it.until(it.is_trading)
        told = [(each.side, each.quantity) for each in await facts(it, UnmatchedFillRecorded)]
        assert told == [(Side.BUY, Decimal(1)), (Side.SELL, Decimal("0.5"))]
        assert len(await facts(it, OrderFilled)) == 1

    tell(story)


def test_lesson_14_a_person_may_cancel_our_order_and_move_money() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("ours", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        (ours,) = it.orders_at_venue()
        it.by_hand("DELETE", ORDER, symbol="BTCUSDT", origClientOrderId=ours)
        it.exchange.deposit(it.customer, "USDT", Decimal(-100))
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Cancelled"]
        assert await it.book() == {"USDT": Decimal(9900)}
        assert not await facts(it, DifferenceFound)

    tell(story)


# --- 15


def test_lesson_15_two_orders_do_not_spend_the_same_dollar() -> None:
    async def story(it: Desk) -> None:
        wanted = [it.core.place(name, Side.BUY, quantity="60", price="99") for name in ("one", "two")]
        outcomes = await asyncio.gather(*map(it.core.handle, wanted))
        denied = [each for outcome in outcomes for each in outcome.events if isinstance(each, OrderDenied)]
        assert [each.code for each in denied] == ["insufficient_funds"]
        await asyncio.sleep(1)
        assert len(it.orders_at_venue()) == 1

    tell(story)


# --- 17


def test_lesson_17_a_fee_in_what_was_bought_is_a_posting_of_its_own() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("now", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        assert await _fees(it) == [("BTC", Decimal("0.002"))]

    tell(story)


def test_lesson_17_a_fee_in_a_third_asset_is_a_posting_of_its_own() -> None:
    async def story(it: Desk) -> None:
        it.price_of_bnb("100")
        await it.core.order("now", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        # 202 USDT at a tenth of a per cent less a quarter.
        assert await _fees(it) == [("BNB", Decimal("0.001515"))]

    tell(story, pays_fees_in_bnb=True, USDT="10000", BNB="1")


async def _fees(it: Desk) -> list[tuple[str, Decimal]]:
    (fill,) = await facts(it, OrderFilled)
    return [(each.asset, each.amount) for each in postings(fill) if each.ledger_account is LedgerAccount.FEES]

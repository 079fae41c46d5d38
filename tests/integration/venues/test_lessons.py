"""What users of other systems suffer from, each shown not to happen at the simulated venues.

The numbers are those of the list of lessons. Lesson 13 is the journal's, 16 that of the parity report, and
those from 18 on are of other rooms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.support import virtual_time
from tests.support.binance_account import Desk as BinanceDesk
from tests.support.binance_futures_account import Desk as FuturesDesk
from tests.support.bybit_account import Desk as BybitDesk
from tests.support.core import ALICE
from tests.support.desk import VenueDesk, begin, live
from tests.support.hyperliquid_perpetuals import PerpetualsDesk

from tradebook.kernel.ids import OrderId
from tradebook.kernel.wire import encode
from tradebook.ledger.postings import LedgerAccount
from tradebook.trading.commands import SetRiskLimits
from tradebook.trading.events import (
    BALANCE,
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

Story = Callable[[VenueDesk], Awaitable[None]]
Tell = Callable[..., None]
"""Lives a story at a venue, with the balances that it is given."""


@pytest.fixture(params=[BinanceDesk, FuturesDesk, BybitDesk, PerpetualsDesk], ids=lambda each: each.name)
def desk(request: pytest.FixtureRequest) -> type[VenueDesk]:
    kind: type[VenueDesk] = request.param
    return kind


@pytest.fixture(params=[BinanceDesk, BybitDesk], ids=lambda each: each.name)
def on_spot(request: pytest.FixtureRequest) -> Tell:
    """Where coins are owned, and each order locks what it sells."""

    def live_there(story: Story, **balances: str) -> None:
        live(lambda: request.param(**balances), story)

    return live_there


@pytest.fixture
def tell(desk: Callable[..., VenueDesk]) -> Tell:
    def live_there(story: Story, **balances: str) -> None:
        live(lambda: desk(**balances), story)

    return live_there


def one_placing(
    it: VenueDesk, fault: RequestFault, *, delay_s: float = 0.0, frames_lost: int = 0
) -> ScriptedFaults:
    """What becomes of the next new order, and of the news that follows."""
    return ScriptedFaults(
        requests=[RequestFate(fault=fault, delay_s=delay_s)],
        frames=[FrameFate(fault=FrameFault.LOST)] * frames_lost,
        paths=[it.placing[1]],
        words=it.news_words,
    )


async def facts(it: VenueDesk, kind: type[Any]) -> list[Any]:
    return [each for each in await it.core.history() if isinstance(each, kind)]


async def position(it: VenueDesk) -> Decimal:
    """What the fills in the book add up to."""
    filled = await facts(it, OrderFilled)
    return sum((each.quantity if each.side is Side.BUY else -each.quantity for each in filled), Decimal(0))


# --- 1


def test_lesson_01_a_timeout_is_not_a_failure_and_nothing_is_sent_again(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        it.way.faults = one_placing(it, RequestFault.ANSWER_LOST, frames_lost=2)
        order_id = await it.core.order("lost", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(30)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown", "Accepted"]
        assert len(it.orders_at_venue()) == it.way.asked.count(it.placing) == 1

    tell(story)


def test_lesson_01_what_never_arrived_keeps_its_funds_until_it_no_longer_can(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        it.way.faults = one_placing(it, RequestFault.LOST)
        order_id = await it.core.order("gone", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(12)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown"]
        held = await it.core.writer.read(ALICE, lambda account: account.balance(it.here.quote_asset).held)
        assert held >= 90
        await asyncio.sleep(30)
        assert (await it.core.life(order_id))[3:] == ["Rejected"]
        assert it.way.asked.count(it.placing) == 1
        assert not it.orders_at_venue()

    tell(story)


def test_lesson_01_a_request_that_something_doubled_is_one_order_where_the_venue_can_tell(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        it.way.faults = one_placing(it, RequestFault.TWICE)
        order_id = await it.core.order("twice", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(30)
        assert (await it.core.life(order_id))[-1] == "Accepted"
        assert len(it.orders_at_venue()) == 1
        assert not await facts(it, DifferenceFound)

    tell(story)


def test_lesson_01_and_a_difference_where_it_cannot() -> None:
    async def story(it: VenueDesk) -> None:
        it.way.faults = one_placing(it, RequestFault.TWICE)
        order_id = await it.core.order("twice", Side.BUY, quantity="1")
        await asyncio.sleep(30)
        assert (await it.core.life(order_id))[3:] == ["Filled", "Filled"]
        assert [each.kind for each in await facts(it, DifferenceFound)] == ["overfill"]

    live(BinanceDesk, story)


# --- 2


def test_lesson_02_a_close_whose_fill_was_missed_is_asked_for_and_not_sent_again(on_spot: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        it.way.faults = one_placing(it, RequestFault.ANSWER_LOST, frames_lost=4)
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
        assert len(it.orders_at_venue()) == it.way.asked.count(it.placing) == 2

    on_spot(story)


# --- 3


def test_lesson_03_after_a_break_it_subscribes_reconciles_and_only_then_trades(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        filled = await it.core.order("meanwhile", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        it.way.cut()
        it.print("98", "0.5")
        it.way.asked.clear()
        await asyncio.sleep(1)
        waits = await it.core.order("waits", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(0.5)
        it.way.is_cut = False
        await it.until(it.is_trading)
        assert (await it.core.life(filled))[3:] == ["Filled"]
        await asyncio.sleep(1)
        assert (await it.core.life(waits))[2:] == ["Accepted"]
        assert it.way.asked.index(it.listing) < it.way.asked.index(it.placing)

    tell(story)


# --- 4


def test_lesson_04_a_stream_that_is_connected_but_silent_is_found_out_and_replaced(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.HALF_OPEN)], words=it.news_words)
        order_id = await it.core.order("unheard", Side.BUY, quantity="1", price="99")
        await asyncio.sleep(1)
        it.print("98")
        await asyncio.sleep(120)
        assert (await it.core.life(order_id))[3:] == ["Filled"]
        it.place_by_hand("buy", "0.5")
        await asyncio.sleep(1)
        heard = await facts(it, UnmatchedFillRecorded)
        by_hand = it.customer.orders(it.symbol)[-1]
        assert [each.venue_order_id for each in heard] == [it.order_id_of(by_hand)]

    tell(story)


def test_lesson_04_a_subscription_that_is_never_answered_is_asked_for_again(on_spot: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.LOST)], words=it.subscribed_words)
        it.way.hang_up()
        await asyncio.sleep(5)
        assert not it.is_trading()
        await asyncio.sleep(10)
        assert it.is_trading()

    on_spot(story)


def test_lesson_04_an_order_on_a_stale_price_is_denied_with_the_reason(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        changes = LimitChanges(price_age_s_max=10)
        await it.core.handle(SetRiskLimits(account_id=ALICE, at=it.market.now(), changes=changes))
        it.market.pass_time(11)
        denied = (await it.core.handle(it.core.place("stale", Side.BUY, quantity="1"))).events[-1]
        assert isinstance(denied, OrderDenied)
        assert denied.code == "price_stale"
        await asyncio.sleep(1)
        assert it.placing not in it.way.asked

    tell(story)


# --- 5


def test_lesson_05_a_warm_restart_leaves_a_position_as_it_is_and_names_what_differs(
    on_spot: Tell,
) -> None:
    async def story(it: VenueDesk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        await it.crash()
        it.place_by_hand("sell", "1")
        it.way.asked.clear()
        await it.start()
        await asyncio.sleep(90)
        assert await position(it) == 2
        assert it.placing not in it.way.asked
        told = {
            each.figures["asset"]: each.figures["difference"]
            for each in await facts(it, DifferenceFound)
            if each.kind == BALANCE
        }
        assert told["BTC"] == "-1"
        sold = it.customer.orders(it.symbol)[-1]
        missed = await facts(it, UnmatchedFillRecorded)
        assert [each.venue_order_id for each in missed] == [it.order_id_of(sold)]

    on_spot(story)


# --- 6


def test_lesson_06_working_orders_survive_a_crash_and_what_befell_them_meanwhile_is_found(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
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
def test_lesson_07_a_crash_at_any_step_doubles_no_order(tell: Tell, steps: int) -> None:
    async def story(it: VenueDesk) -> None:
        it.way.faults = one_placing(it, RequestFault.LATE, delay_s=0.5)
        order_id = await it.core.order("once", Side.BUY, quantity="1", price="90")
        for _ in range(steps):
            await asyncio.sleep(0)
        await it.crash()
        await it.start()
        await asyncio.sleep(60)
        assert len(it.orders_at_venue()) == it.way.asked.count(it.placing) <= 1
        is_there = bool(it.orders_at_venue())
        assert (await it.core.life(order_id))[-1] == ("Accepted" if is_there else "Rejected")

    tell(story)


def test_lesson_07_ids_are_functions_of_facts_and_not_of_when_a_process_ran(
    desk: Callable[..., VenueDesk],
) -> None:
    async def life() -> tuple[list[bytes], list[str]]:
        it = desk()
        await begin(it)
        await it.core.order("one", Side.BUY, quantity="1", price="99")
        await asyncio.sleep(1)
        await it.crash()
        await it.start()
        it.print("98")
        await asyncio.sleep(1)
        await it.core.order("two", Side.SELL, quantity="0.5")
        await asyncio.sleep(60)
        await it.core.stop()
        return [encode(each) for each in await it.core.history()], it.orders_at_venue()

    assert virtual_time.run(life()) == virtual_time.run(life())


# --- 8


def test_lesson_08_a_stop_rests_at_the_venue_and_protects_while_we_are_down(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        stop = await it.core.order("stop", Side.SELL, quantity="1", stop_price="95", type=OrderType.STOP)
        await asyncio.sleep(1)
        assert len(list(it.customer.open_orders(it.symbol))) == 1
        await it.crash()
        it.price("94", "94.5")
        it.print("94")
        await it.start()
        assert (await it.core.life(stop))[-1] == "Filled"

    tell(story)


def test_lesson_08_exits_that_cannot_rest_side_by_side_wait_with_us_and_survive(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        await _bracket(it)
        await asyncio.sleep(1)
        await it.crash()
        await it.start()
        it.price("94", "94.5")
        it.print("94")
        await asyncio.sleep(5)
        assert it.customer.balances.of("BTC").free == 0

    tell(story)


async def _bracket(it: VenueDesk) -> OrderId:
    return await it.core.order(
        "entry",
        Side.BUY,
        quantity="1",
        take_profit=LegTerms(stop_price=Decimal(110), price=Decimal(112)),
        stop_loss=LegTerms(stop_price=Decimal(95)),
    )


def test_lesson_08_a_stop_loss_alone_rests_at_the_venue(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        leg = LegTerms(stop_price=Decimal(95))
        placed = it.core.place("entry", Side.BUY, quantity="1", stop_loss=leg)
        assert placed.rests_at is RestsAt.VENUE
        await it.core.handle(placed)
        await asyncio.sleep(1)
        assert [each.stop_price for each in it.customer.open_orders(it.symbol)] == [Decimal(95)]

    tell(story)


# --- 9


@pytest.mark.parametrize("goes_up_first", [False, True])
def test_lesson_09_of_a_bracket_one_exit_sells_and_no_orphan_is_left(
    on_spot: Tell, goes_up_first: bool
) -> None:
    """Going up first, the take-profit rests at the venue as a limit when the stop-loss comes."""

    async def story(it: VenueDesk) -> None:
        await _bracket(it)
        await asyncio.sleep(1)
        if goes_up_first:
            it.price("110", "110.5")
            it.print("110")
            await asyncio.sleep(5)
            assert [each.terms.type for each in it.customer.open_orders(it.symbol)] == [OrderType.LIMIT]
        it.price("94", "94.5")
        it.print("94")
        await asyncio.sleep(5)
        it.price("120", "120.5")
        it.print("120")
        await asyncio.sleep(5)
        sold = [each for each in await facts(it, OrderFilled) if each.side is Side.SELL]
        assert [(each.quantity, each.price) for each in sold] == [(Decimal("0.999"), Decimal(94))]
        assert not list(it.customer.open_orders(it.symbol))
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))

    on_spot(story)


def test_lesson_09_what_is_closed_takes_its_oco_sibling_along_even_during_a_break(on_spot: Tell) -> None:
    async def story(it: VenueDesk) -> None:
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

    on_spot(story)


# --- 10


def test_lesson_10_a_trailing_stop_asks_nothing_of_the_venue_until_it_sells(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        it.way.asked.clear()
        trails = {"type": OrderType.TRAILING_STOP, "trailing_offset": "5"}
        order_id = await it.core.order("trail", Side.SELL, quantity="1", **trails)
        for step in range(300):
            it.price(str(100 + Decimal(step) / 10), str(101 + Decimal(step) / 10))
            await asyncio.sleep(1)
        assert not [path for _, path in it.way.asked if path == it.placing[1]]
        assert len(await facts(it, TrailingStopMoved)) < 100
        it.price("124", "125")
        await asyncio.sleep(5)
        assert "Filled" in await it.core.life(order_id)
        assert [each for each in it.way.asked if each[1] == it.placing[1]] == [it.placing]

    tell(story)


# --- 11


def test_lesson_11_an_order_that_never_filled_leaves_no_position(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id = await it.core.order("rests", Side.BUY, quantity="1", price="90")
        await it.core.order("at once", Side.BUY, quantity="1", price="90", time_in_force=TimeInForce.IOC)
        await asyncio.sleep(1)
        it.way.faults = one_placing(it, RequestFault.LOST)
        await it.core.order("lost", Side.BUY, quantity="1")
        await asyncio.sleep(60)
        await it.core.cancel(order_id)
        await asyncio.sleep(5)
        assert await position(it) == 0
        assert await it.book() == {it.here.quote_asset: Decimal(10000)}
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))

    tell(story)


# --- 12


def test_lesson_12_a_fill_that_is_told_often_is_booked_once(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.TWICE)] * 20, words=it.news_words)
        order_id = await it.core.order("now", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        it.way.hang_up()
        await asyncio.sleep(5)
        await it.crash()
        await it.start()
        await asyncio.sleep(60)
        assert (await it.core.life(order_id)).count("Filled") == 1
        assert await position(it) == 2

    tell(story)


# --- 14


def test_lesson_14_what_a_person_does_at_the_venue_is_told(on_spot: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        it.place_by_hand("buy", "1")
        it.place_by_hand("buy", "1", "50")
        await asyncio.sleep(2)
        assert [each.quantity for each in await facts(it, UnmatchedFillRecorded)] == [Decimal(1)]
        kinds = [each.kind for each in await facts(it, DifferenceFound)]
        assert sorted(kinds) == ["outside_order", "unmatched_fill"]
        await asyncio.sleep(90)
        kinds = [each.kind for each in await facts(it, DifferenceFound)]
        assert sorted(kinds) == ["balance", "balance", "outside_order", "unmatched_fill"]

    on_spot(story)


def test_lesson_14_what_a_person_traded_during_a_break_is_told_fill_by_fill(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        it.place_by_hand("buy", "1")
        await it.core.order("ours", Side.BUY, quantity="1", price="99")
        await asyncio.sleep(1)
        it.way.cut()
        it.place_by_hand("sell", "0.5")
        it.print("98")
        await asyncio.sleep(3)
        it.way.is_cut = False
        await it.until(it.is_trading)
        told = [(each.side, each.quantity) for each in await facts(it, UnmatchedFillRecorded)]
        assert told == [(Side.BUY, Decimal(1)), (Side.SELL, Decimal("0.5"))]
        assert len(await facts(it, OrderFilled)) == 1

    tell(story)


def test_lesson_14_a_person_may_cancel_our_order_and_move_money(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        order_id = await it.core.order("ours", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        (ours,) = it.customer.open_orders(it.symbol)
        it.cancel_by_hand(ours)
        it.deposit(it.here.quote_asset, Decimal(-100))
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Cancelled"]
        if it.tells_transfers:
            assert await it.book() == {it.here.quote_asset: Decimal(9900)}
            assert not await facts(it, DifferenceFound)
        else:
            await asyncio.sleep(60)
            (told,) = await facts(it, DifferenceFound)
            assert (told.figures["asset"], told.figures["difference"]) == (it.here.quote_asset, "-100")

    tell(story)


# --- 15


def test_lesson_15_two_orders_do_not_spend_the_same_dollar(tell: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        wanted = [it.core.place(name, Side.BUY, quantity="60", price="99") for name in ("one", "two")]
        outcomes = await asyncio.gather(*map(it.core.handle, wanted))
        denied = [each for outcome in outcomes for each in outcome.events if isinstance(each, OrderDenied)]
        assert [each.code for each in denied] == ["insufficient_funds"]
        await asyncio.sleep(1)
        assert len(it.orders_at_venue()) == 1

    tell(story)


# --- 17


def test_lesson_17_a_fee_in_what_was_bought_is_a_posting_of_its_own(on_spot: Tell) -> None:
    async def story(it: VenueDesk) -> None:
        await it.core.order("now", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        assert await _fees(it) == [("BTC", Decimal("0.002"))]

    on_spot(story)


def test_lesson_17_a_fee_in_a_third_asset_is_a_posting_of_its_own() -> None:
    async def story(it: BinanceDesk) -> None:
        it.price_of_bnb("100")
        await it.core.order("now", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        # 202 USDT at a tenth of a per cent less a quarter.
        assert await _fees(it) == [("BNB", Decimal("0.001515"))]

    live(lambda: BinanceDesk(pays_fees_in_bnb=True, USDT="10000", BNB="1"), story)


async def _fees(it: VenueDesk) -> list[tuple[str, Decimal]]:
    (fill,) = await facts(it, OrderFilled)
    return [(each.asset, each.amount) for each in postings(fill) if each.ledger_account is LedgerAccount.FEES]

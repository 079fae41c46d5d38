"""An account at the simulated USD-M futures behind the whole core: its journal says what happens there.

What befalls any account when things go wrong is in ``test_lessons``.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.support.binance_futures_account import HERE, Desk, tell
from tests.support.core import ALICE
from tests.support.desk import SYMBOL

from tradebook.trading.events import (
    DifferenceFound,
    FundingSettled,
    LeverageSet,
    OrderFilled,
    PositionBroughtForward,
    PositionClosedByVenue,
    UnmatchedFillRecorded,
)
from tradebook.trading.orders import LegTerms, MarginMode, OrderType, PositionSide, Side, TimeInForce
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.faults import FrameFate, FrameFault, ScriptedFaults

CONTRACT = HERE.instrument_id
TEN_DAYS_S = timedelta(days=10).total_seconds()


async def found(it: Desk, kind: type[Any]) -> list[Any]:
    return [each for each in await it.core.history() if isinstance(each, kind)]


async def agree(it: Desk) -> None:
    """Positions are what they are at the venue, and nothing was found to differ."""
    await asyncio.sleep(90)
    assert await it.positions() == it.their_positions()
    assert not await found(it, DifferenceFound)


def test_a_position_is_opened_and_closed_and_the_wallet_is_the_venues() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("open", Side.BUY, quantity="3")
        await asyncio.sleep(1)
        assert await it.positions() == {CONTRACT: Decimal(3)}
        it.price("110", "111")
        order_id = await it.core.order("close", Side.SELL, quantity="3", reduce_only=True)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-1] == "Filled"
        assert await it.positions() == {}
        await agree(it)

    tell(story)


def test_what_is_open_when_the_account_is_connected_is_brought_forward() -> None:
    async def story(it: Desk) -> None:
        await agree(it)
        (brought,) = await found(it, PositionBroughtForward)
        assert (brought.settled.quantity, brought.settled.average_price) == (Decimal(-2), Decimal(100))
        (secured,) = await found(it, LeverageSet)
        assert (secured.leverage, secured.mode) == (Decimal(20), MarginMode.CROSS)

    def with_position() -> Desk:
        it = Desk()
        it.price("100", "101")
        assert it.place_by_hand("sell", "2")[0] == 200
        return it

    tell(story, new=with_position)


def test_a_resting_order_is_changed_in_place_fills_and_adds_to_the_position() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("rest", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        await it.core.replace(order_id, quantity="3", price="98")
        await asyncio.sleep(1)
        it.print("97", "1")
        it.print("97", "5")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "Replaced", "Filled", "Filled"]
        await agree(it)

    tell(story)


def test_a_stop_rests_at_the_venue_and_goes_on_as_an_order_when_its_price_comes() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("open", Side.BUY, quantity="3")
        await asyncio.sleep(1)
        stop = await it.core.order(
            "stop", Side.SELL, quantity="3", type=OrderType.STOP, stop_price="95", reduce_only=True
        )
        await asyncio.sleep(1)
        assert await it.core.life(stop) == ["Placed", "Submitted", "Accepted"]
        it.price("94", "95")
        it.print("94")
        await asyncio.sleep(1)
        assert (await it.core.life(stop))[3:] == ["Triggered", "Filled"]
        assert await it.positions() == {}
        await agree(it)

    tell(story)


def test_a_stop_is_cancelled_where_it_waits() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("open", Side.BUY, quantity="3")
        stop = await it.core.order("stop", Side.SELL, quantity="3", type=OrderType.STOP, stop_price="95")
        await asyncio.sleep(1)
        await it.core.cancel(stop)
        await asyncio.sleep(1)
        assert (await it.core.life(stop))[3:] == ["CancelRequested", "Cancelled"]
        await agree(it)

    tell(story)


def test_a_stop_that_was_triggered_unheard_is_found_by_what_it_went_on_as() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("open", Side.BUY, quantity="3")
        stop = await it.core.order("stop", Side.SELL, quantity="3", type=OrderType.STOP, stop_price="95")
        await asyncio.sleep(1)
        it.way.cut()
        await asyncio.sleep(1)
        it.price("94", "95")
        it.print("94")
        await asyncio.sleep(1)
        it.way.is_cut = False
        await it.until(it.is_trading)
        await agree(it)
        assert (await it.core.life(stop))[-1] == "Filled"

    tell(story)


def test_a_stop_that_is_not_paid_for_when_its_price_comes_is_rejected() -> None:
    async def story(it: Desk) -> None:
        await it.venue.set_leverage(ALICE, CONTRACT, Decimal(10), MarginMode.CROSS)
        await asyncio.sleep(1)
        it.price("100", "101", size="100")
        stop = await it.core.order("stop", Side.BUY, quantity="20", type=OrderType.STOP, stop_price="105")
        await asyncio.sleep(1)
        it.place_by_hand("buy", "15")
        it.price("105", "106", size="100")
        it.place_by_hand("buy", "10")
        it.print("105")
        await asyncio.sleep(1)
        assert (await it.core.life(stop))[3:] == ["Rejected"]
        assert not it.customer.open_orders(SYMBOL)

    tell(story, USDT="300")


def test_both_exits_of_a_bracket_rest_at_the_venue_and_one_takes_the_other_along() -> None:
    async def story(it: Desk) -> None:
        exits = {
            "take_profit": LegTerms(stop_price=Decimal(110)),
            "stop_loss": LegTerms(stop_price=Decimal(95)),
        }
        await it.core.order("in", Side.BUY, quantity="2", **exits)
        await asyncio.sleep(2)
        waiting = it.customer.open_orders(SYMBOL)
        assert sorted(each.request.type for each in waiting) == ["STOP_MARKET", "TAKE_PROFIT_MARKET"]
        assert all(each.request.reduce_only for each in waiting)
        it.price("111", "112")
        it.print("111")
        await asyncio.sleep(2)
        assert await it.positions() == {}
        assert not it.customer.open_orders(SYMBOL)
        await agree(it)

    tell(story)


def test_an_exit_that_is_left_over_while_we_are_down_opens_nothing() -> None:
    async def story(it: Desk) -> None:
        exits = {
            "take_profit": LegTerms(stop_price=Decimal(110)),
            "stop_loss": LegTerms(stop_price=Decimal(95)),
        }
        await it.core.order("in", Side.BUY, quantity="2", **exits)
        await asyncio.sleep(2)
        await it.crash()
        for bid in ("111", "94"):
            it.price(bid, str(Decimal(bid) + 1))
            it.print(bid)
        assert it.their_positions() == {}
        await it.core.start()
        await agree(it)
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))

    tell(story)


def test_what_only_reduces_is_refused_where_there_is_nothing_to_reduce() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("open", Side.BUY, quantity="3")
        await asyncio.sleep(1)
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.LOST)] * 3)
        it.place_by_hand("sell", "3")
        order_id = await it.core.order("close", Side.SELL, quantity="3", reduce_only=True)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-1] == "Rejected"

    tell(story)


def test_in_hedge_mode_each_side_is_a_position() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("long", Side.BUY, quantity="3", position_side=PositionSide.LONG)
        await it.core.order("short", Side.SELL, quantity="2", position_side=PositionSide.SHORT)
        await asyncio.sleep(1)
        await it.core.order("out", Side.BUY, quantity="1", position_side=PositionSide.SHORT, reduce_only=True)
        await asyncio.sleep(1)
        assert await it.positions() == {f"{CONTRACT}:long": Decimal(3), f"{CONTRACT}:short": Decimal(-1)}
        await agree(it)

    tell(story, is_hedged=True)


def test_an_order_that_does_not_say_which_of_two_positions_is_not_sent() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("net", Side.BUY, quantity="3")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-1] == "Rejected"
        assert not it.orders_at_venue()

    tell(story, is_hedged=True)


def test_another_mode_of_positions_is_known_after_the_first_order_that_does_not_fit_it() -> None:
    async def story(it: Desk) -> None:
        it.by_hand("POST", "/fapi/v1/positionSide/dual", dualSidePosition="true")
        refused = await it.core.order("net", Side.BUY, quantity="3")
        await asyncio.sleep(1)
        taken = await it.core.order("long", Side.BUY, quantity="3", position_side=PositionSide.LONG)
        await asyncio.sleep(1)
        assert [(await it.core.life(each))[-1] for each in (refused, taken)] == ["Rejected", "Filled"]
        await agree(it)

    tell(story)


def test_leverage_is_set_at_the_venue_and_what_a_person_sets_there_is_taken_over() -> None:
    async def story(it: Desk) -> None:
        await it.venue.set_leverage(ALICE, CONTRACT, Decimal(5), MarginMode.ISOLATED)
        secured = it.customer.leverage(it.there.instrument_id)
        assert (secured.leverage, secured.mode) == (Decimal(5), MarginMode.ISOLATED)
        await asyncio.sleep(1)
        it.by_hand("POST", "/fapi/v1/leverage", symbol=SYMBOL, leverage="7")
        await asyncio.sleep(1)
        told = [(each.leverage, each.mode) for each in await found(it, LeverageSet)]
        assert told == [(Decimal(5), MarginMode.ISOLATED), (Decimal(7), MarginMode.ISOLATED)]

    tell(story)


def test_funding_is_booked_once_with_the_venues_number() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("open", Side.BUY, quantity="3")
        await asyncio.sleep(90)
        it.exchange.exchange.clearing.fund()
        await asyncio.sleep(1)
        (paid,) = await found(it, FundingSettled)
        assert paid.amount == -Decimal("0.03015")
        await agree(it)
        assert len(await found(it, FundingSettled)) == 1

    tell(story)


def test_funding_that_came_while_nobody_listened_is_found_among_the_incomes() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("open", Side.SELL, quantity="3")
        await asyncio.sleep(90)
        it.way.cut()
        it.exchange.exchange.clearing.fund()
        await asyncio.sleep(5)
        it.way.is_cut = False
        await it.until(it.is_trading)
        await agree(it)
        assert [each.amount for each in await found(it, FundingSettled)] == [Decimal("0.03015")]

    tell(story)


def test_what_befell_positions_while_the_server_was_down_is_found_when_it_is_back() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("open", Side.SELL, quantity="3")
        await asyncio.sleep(90)
        await it.crash()
        clearing = it.exchange.exchange.clearing
        clearing.fund()
        clearing.close(it.customer, it.customer.positions()[0], Cause.DELEVERAGING)
        await asyncio.sleep(3600)
        await it.core.start()
        await agree(it)
        assert len(await found(it, FundingSettled)) == len(await found(it, PositionClosedByVenue)) == 1

    tell(story)


def test_what_was_before_the_book_began_is_in_what_it_begins_with() -> None:
    async def story(it: Desk) -> None:
        await agree(it)
        assert not await found(it, FundingSettled)

    def with_funding() -> Desk:
        it = Desk()
        it.price("100", "101")
        it.place_by_hand("sell", "2")
        it.exchange.exchange.clearing.fund()
        return it

    tell(story, new=with_funding)


def test_a_liquidation_closes_the_position_and_names_why() -> None:
    async def story(it: Desk) -> None:
        await it.venue.set_leverage(ALICE, CONTRACT, Decimal(10), MarginMode.CROSS)
        await asyncio.sleep(1)
        it.price("100", "101", size="100")
        await it.core.order("open", Side.BUY, quantity="40")
        rest = await it.core.order("more", Side.BUY, quantity="1", price="50")
        await asyncio.sleep(1)
        it.price("76.39", "76.41", size="100")
        it.exchange.exchange.clearing.measure()
        await asyncio.sleep(1)
        (closed,) = await found(it, PositionClosedByVenue)
        assert (closed.reason, closed.quantity, closed.price) == (
            "liquidation",
            Decimal(40),
            Decimal("76.39"),
        )
        assert (await it.core.life(rest))[-1] == "Cancelled"
        assert await it.positions() == {}
        await agree(it)

    tell(story, USDT="1000")


def test_a_deleveraging_that_nobody_heard_is_found_by_its_trade() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("open", Side.SELL, quantity="3")
        await asyncio.sleep(90)
        it.way.cut()
        it.exchange.exchange.clearing.close(it.customer, it.customer.positions()[0], Cause.DELEVERAGING)
        await asyncio.sleep(5)
        it.way.is_cut = False
        await it.until(it.is_trading)
        await agree(it)
        (closed,) = await found(it, PositionClosedByVenue)
        assert closed.reason == "deleveraging"

    tell(story)


def test_what_a_person_trades_beside_us_is_noted_and_differs_until_it_is_adopted() -> None:
    async def story(it: Desk) -> None:
        it.place_by_hand("buy", "2")
        await asyncio.sleep(90)
        assert len(await found(it, UnmatchedFillRecorded)) == 1
        kinds = {each.kind for each in await found(it, DifferenceFound)}
        assert {"balance", "position"} <= kinds

    tell(story)


def test_what_a_person_traded_while_nobody_listened_is_noted_too() -> None:
    async def story(it: Desk) -> None:
        it.way.cut()
        it.place_by_hand("buy", "2")
        await asyncio.sleep(5)
        it.way.is_cut = False
        await it.until(it.is_trading)
        await asyncio.sleep(90)
        (noted,) = await found(it, UnmatchedFillRecorded)
        assert (noted.quantity, noted.price) == (Decimal(2), Decimal(101))

    tell(story)


def test_a_trade_whose_frame_got_lost_is_found() -> None:
    async def story(it: Desk) -> None:
        lost = [FrameFate(fault=FrameFault.LOST)]
        it.way.faults = ScriptedFaults(frames=lost, words=b'"x":"TRADE"')
        await it.core.order("open", Side.BUY, quantity="3")
        await agree(it)
        assert len(await found(it, OrderFilled)) == 1

    tell(story)


def test_the_stream_is_kept_alive_for_hours() -> None:
    async def story(it: Desk) -> None:
        await asyncio.sleep(3 * 60 * 60)
        assert it.way.opened == [it.way.opened[0]]
        order_id = await it.core.order("open", Side.BUY, quantity="3")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-1] == "Filled"

    tell(story)


def test_a_stream_that_the_venue_ended_is_opened_by_another_key() -> None:
    async def story(it: Desk) -> None:
        it.exchange.listen_keys.close(it.customer)
        await it.until(lambda: not it.is_trading())
        await it.until(it.is_trading)
        assert len(set(it.way.opened)) == 2
        order_id = await it.core.order("open", Side.BUY, quantity="3")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-1] == "Filled"
        await agree(it)

    tell(story)


def test_a_key_that_expired_unheard_is_found_when_it_is_to_be_kept() -> None:
    async def story(it: Desk) -> None:
        lost = [FrameFate(fault=FrameFault.LOST)]
        it.way.faults = ScriptedFaults(frames=lost, words=b"listenKeyExpired")
        it.exchange.listen_keys.close(it.customer)
        await asyncio.sleep(40 * 60)
        await it.until(it.is_trading)
        assert len(set(it.way.opened)) == 2

    tell(story)


def test_an_order_of_more_fills_than_an_answer_holds_ends_with_all_of_them() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("long", Side.BUY, quantity="2.3", price="99")
        await asyncio.sleep(1)
        await it.crash()
        for _ in range(2_300):
            it.print("98", "0.001")
        await it.start()
        assert (await it.core.life(order_id))[3:] == ["Filled"] * 2_300
        await agree(it)

    tell(story)


def test_an_order_that_filled_in_parts_over_weeks_ends_with_all_of_them() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("long", Side.BUY, quantity="3", price="99")
        await asyncio.sleep(1)
        await it.crash()
        for quantity in ("1", "0.5"):
            it.print("98", quantity)
            await asyncio.sleep(TEN_DAYS_S)
        it.print("98", "5")
        await it.start()
        await agree(it)
        assert (await it.core.life(order_id))[3:] == ["Filled"] * 3

    tell(story)


def test_what_others_traded_weeks_ago_is_found_however_much_it_was() -> None:
    async def story(it: Desk) -> None:
        await it.crash()
        it.place_by_hand("buy", "2.3", "99")
        for _ in range(2_300):
            await asyncio.sleep(1)
            it.print("98", "0.001")
        await asyncio.sleep(TEN_DAYS_S)
        await it.start()
        await asyncio.sleep(90)
        assert len(await found(it, UnmatchedFillRecorded)) == 2_300

    tell(story)


def test_a_market_order_for_more_than_there_is_at_its_price_is_killed_where_it_wants_all() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("all", Side.BUY, quantity="6", time_in_force=TimeInForce.FOK)
        await asyncio.sleep(1)
        life = await it.core.life(order_id)
        assert (life[-1], "Filled" in life) == ("Cancelled", False)

    tell(story)


def test_a_change_of_what_was_filled_unheard_is_answered_by_its_fill() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("rest", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.LOST)] * 4, words=it.news_words)
        it.print("98", "5")
        await it.core.replace(order_id, quantity="3", price="98")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "Filled"]
        await agree(it)

    tell(story)

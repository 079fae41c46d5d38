"""An account at the simulated Binance behind the whole core: what happens there is what the journal says.

What befalls it when things go wrong is in ``test_lessons``.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from tests.support.binance_account import Desk, tell
from tests.support.core import ALICE

from tradebook.trading.commands import RecordRejection
from tradebook.trading.events import DifferenceFound, FundsDeposited
from tradebook.trading.orders import Side, TimeInForce
from tradebook.trading.ports import AccountStage, VenueState
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    RequestFate,
    RequestFault,
    ScriptedFaults,
)

AMENDING = "/api/v3/order/amend/keepPriority"


def test_what_the_account_has_when_it_is_connected_is_where_its_book_begins() -> None:
    async def story(it: Desk) -> None:
        opening = [each for each in await it.core.history() if isinstance(each, FundsDeposited)]
        assert {each.asset: each.amount for each in opening} == {"USDT": Decimal(10000), "BTC": Decimal(2)}
        assert {each.reference for each in opening} == {"opening balance"}

    tell(story, USDT="10000", BTC="2")


def test_an_order_is_placed_rests_and_is_cancelled() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("one", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Accepted"]
        await it.core.cancel(order_id)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["CancelRequested", "Cancelled"]

    tell(story)


def test_the_venue_tells_how_far_an_account_has_come() -> None:
    async def story(it: Desk) -> None:
        health = it.venue.health()
        assert [(each.account_id, each.stage) for each in health.accounts] == [(ALICE, AccountStage.TRADING)]
        assert (health.state, health.detail) == (VenueState.OK, "1 account ready")
        it.way.hang_up()
        await it.until(lambda: it.venue.health().state is VenueState.FAILED)
        assert it.venue.health().accounts[0].stage is not AccountStage.TRADING
        assert it.venue.health().detail.startswith("1 of 1 account not ready: ")
        await it.until(it.is_trading)

    tell(story)


def test_orders_stay_ours_when_the_account_gets_another_key() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("rest", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        it.venue.connect(ALICE, it.venue.side_of(ALICE))
        await it.until(it.is_trading)
        it.print("98", "5")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Filled"]
        assert not [each for each in await it.core.history() if isinstance(each, DifferenceFound)]

    tell(story)


def test_a_resting_order_fills_as_the_market_trades_through_it() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("rest", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        it.print("98", "0.5")
        await asyncio.sleep(1)
        it.print("98", "5")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Filled", "Filled"]

    tell(story)


def test_an_order_for_an_amount_of_money_is_filled_by_the_answer_alone() -> None:
    async def story(it: Desk) -> None:
        lost = [FrameFate(fault=FrameFault.LOST)] * 6
        it.way.faults = ScriptedFaults(frames=lost, words=b'"event"')
        order_id = await it.core.order("spend", Side.BUY, quantity="0", quote_quantity="200")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Filled"]
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))

    tell(story)


def test_an_order_that_takes_what_there_is_ends_after_its_fills_by_the_answer_alone() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.LOST)] * 10, words=it.news_words)
        order_id = await it.core.order(
            "some", Side.BUY, quantity="8", price="101", time_in_force=TimeInForce.IOC
        )
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Accepted", "Filled", "Cancelled"]

    tell(story)


def test_an_order_during_a_break_waits_and_is_not_sent_when_that_takes_too_long() -> None:
    async def story(it: Desk) -> None:
        it.way.cut()
        await asyncio.sleep(0.1)
        order_id = await it.core.order("not now", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(20)
        it.way.is_cut = False
        await asyncio.sleep(90)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Rejected"]
        assert not it.orders_at_venue()

    tell(story)


def test_an_order_that_a_person_made_smaller_stays_ours_by_its_new_name() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("ours", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        (ours,) = it.customer.open_orders("BTCUSDT")
        which = {"symbol": "BTCUSDT", "orderId": str(ours.order_id)}
        it.by_hand("PUT", "/api/v3/order/amend/keepPriority", newQty="1", **which)
        await asyncio.sleep(90)
        it.print("98", "5")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["Replaced", "Filled"]
        assert not [each for each in await it.core.history() if isinstance(each, DifferenceFound)]

    tell(story)


def test_a_change_whose_answer_was_lost_was_made_and_its_repetition_is_no_refusal_of_it() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("ours", Side.BUY, quantity="2", price="90")
        await asyncio.sleep(1)
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.ANSWER_LOST)],
            frames=[FrameFate(fault=FrameFault.LOST)] * 2,
            paths=[AMENDING],
            words=it.news_words,
        )
        await it.core.replace(order_id, quantity="1", price="90")
        await asyncio.sleep(30)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "Replaced"]

    tell(story)


@pytest.mark.parametrize("fault", [RequestFault.TOO_MANY, RequestFault.BANNED, RequestFault.FAILS_AFTER])
def test_a_change_after_which_the_venue_answers_nothing_more_was_made(fault: RequestFault) -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("ours", Side.BUY, quantity="2", price="90")
        await asyncio.sleep(1)
        it.way.faults = ScriptedFaults(requests=[RequestFate(fault=fault)], paths=["/api/v3/order"])
        await it.core.replace(order_id, quantity="1", price="90")
        await asyncio.sleep(200)
        assert (await it.core.life(order_id))[3:] == ["ReplaceRequested", "Replaced"]

    tell(story)


def test_an_order_that_works_though_it_is_over_here_is_named_and_cancelled() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("ours", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        over = RecordRejection(account_id=ALICE, at=it.market.now(), order_id=order_id, reason="by mistake")
        await it.core.handle(over)
        await asyncio.sleep(90)
        found = [each for each in await it.core.history() if isinstance(each, DifferenceFound)]
        assert [each.kind for each in found] == ["works_after_its_end"]
        assert not list(it.customer.open_orders("BTCUSDT"))

    tell(story)


def test_an_order_that_a_person_made_smaller_while_we_were_away_is_found_by_its_number() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("ours", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        (ours,) = it.customer.open_orders("BTCUSDT")
        await it.crash()
        which = {"symbol": "BTCUSDT", "orderId": str(ours.order_id)}
        it.by_hand("PUT", "/api/v3/order/amend/keepPriority", newQty="0.5", **which)
        await it.start()
        await asyncio.sleep(200)
        assert not [each for each in await it.core.history() if isinstance(each, DifferenceFound)]
        await it.core.cancel(order_id)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-2:] == ["CancelRequested", "Cancelled"]
        assert not list(it.customer.open_orders("BTCUSDT"))

    tell(story)


def test_the_venues_no_is_told_in_its_own_words() -> None:
    async def story(it: Desk) -> None:
        it.by_hand("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quoteOrderQty="9990")
        order_id = await it.core.order("too dear", Side.BUY, quantity="50", price="100")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Rejected"]
        rejected = (await it.core.history(order_id))[-1]
        assert "-2010" in rejected.reason  # type: ignore[attr-defined]  # every rejection has one

    tell(story)


def test_an_order_of_more_fills_than_an_answer_holds_ends_with_all_of_them() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("long", Side.BUY, quantity="2.3", price="99")
        await asyncio.sleep(1)
        await it.crash()
        for _ in range(2_300):
            it.print("98", "0.001")
        await it.start()
        life = (await it.core.life(order_id))[3:]
        assert life == ["Filled"] * 2_300
        await asyncio.sleep(90)
        assert not [each for each in await it.core.history() if isinstance(each, DifferenceFound)]

    tell(story)


def test_a_market_order_for_more_than_there_is_at_its_price_is_killed_where_it_wants_all() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("all", Side.BUY, quantity="6", time_in_force=TimeInForce.FOK)
        await asyncio.sleep(1)
        life = await it.core.life(order_id)
        assert (life[-1], "Filled" in life) == ("Cancelled", False)

    tell(story)

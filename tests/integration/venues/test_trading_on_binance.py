"""An account at the simulated Binance behind the whole core: what happens there is what the journal says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal

from tests.support import virtual_time
from tests.support.binance_account import Desk, desk
from tests.support.core import ALICE

from tradebook.trading.events import DifferenceFound, FundsDeposited, OrderFilled, UnmatchedFillRecorded
from tradebook.trading.orders import OrderType, Side
from tradebook.trading.ports import AccountStage, VenueState

PLACES = ("POST", "/api/v3/order")


def tell(story: Callable[[Desk], Awaitable[None]], **balances: str) -> None:
    """Live a story in virtual time; at its end venue and book agree."""

    async def main() -> None:
        async with desk(**balances) as it:
            await story(it)
            await asyncio.sleep(90)
            assert await it.book() == it.theirs()

    virtual_time.run(main())


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
        it.line.hang_up()
        await it.until(lambda: it.venue.health().state is VenueState.FAILED)
        assert it.venue.health().accounts[0].stage is not AccountStage.TRADING
        assert it.venue.health().detail.startswith("1 of 1 account not ready: ")
        await it.until(it.is_trading)

    tell(story)


def test_a_market_order_fills_once_with_its_fee_in_what_was_bought() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("now", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        fills = [each for each in await it.core.history(order_id) if isinstance(each, OrderFilled)]
        assert [(each.quantity, each.price, each.fee, each.fee_asset) for each in fills] == [
            (Decimal(2), Decimal(101), Decimal("0.002"), "BTC")
        ]

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


def test_a_lost_answer_is_asked_for_and_the_order_is_not_sent_again() -> None:
    async def story(it: Desk) -> None:
        it.line.loses_answer = lambda *which: which == PLACES
        it.line.loses_frame = lambda frame: "event" in frame
        order_id = await it.core.order("lost", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(30)
        it.line.loses_answer, it.line.loses_frame = (lambda *_: False), (lambda _: False)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown", "Accepted"]
        assert len(it.orders_at_venue()) == 1

    tell(story)


def test_an_order_that_never_arrived_is_rejected_only_when_it_no_longer_can() -> None:
    async def story(it: Desk) -> None:
        it.line.loses_request = lambda *which: which == PLACES
        order_id = await it.core.order("gone", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(60)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "OutcomeUnknown", "Rejected"]
        assert not it.orders_at_venue()

    tell(story)


def test_fills_during_a_break_are_there_before_the_account_trades_again() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("meanwhile", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        it.line.is_cut = True
        it.line.hang_up()
        await asyncio.sleep(0.1)
        assert not it.is_trading()
        it.print("98", "0.5")
        await asyncio.sleep(5)
        it.line.is_cut = False
        await it.until(it.is_trading)
        assert (await it.core.life(order_id))[3:] == ["Filled"]

    tell(story)


def test_an_order_during_a_break_waits_and_is_not_sent_when_that_takes_too_long() -> None:
    async def story(it: Desk) -> None:
        it.line.is_cut = True
        it.line.hang_up()
        await asyncio.sleep(0.1)
        order_id = await it.core.order("not now", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(20)
        it.line.is_cut = False
        await asyncio.sleep(90)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Rejected"]
        assert not it.orders_at_venue()

    tell(story)


def test_working_orders_survive_a_crash_and_what_befell_them_meanwhile_is_found() -> None:
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


def test_the_venues_no_is_told_in_its_own_words() -> None:
    async def story(it: Desk) -> None:
        it.by_hand("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quoteOrderQty="9990")
        order_id = await it.core.order("too dear", Side.BUY, quantity="50", price="100")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Rejected"]
        rejected = (await it.core.history(order_id))[-1]
        assert "-2010" in rejected.reason  # type: ignore[attr-defined]  # every rejection has one

    virtual_time.run(_without_agreement(story))


async def _without_agreement(story: Callable[[Desk], Awaitable[None]]) -> None:
    async with desk() as it:
        await story(it)


def test_a_stop_rests_at_the_venue() -> None:
    async def story(it: Desk) -> None:
        await it.core.order("in", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        order_id = await it.core.order("stop", Side.SELL, quantity="1", stop_price="95", type=OrderType.STOP)
        await asyncio.sleep(1)
        it.price("94", "94.5")
        it.print("94", "1")
        await asyncio.sleep(3)
        assert "Filled" in await it.core.life(order_id)

    tell(story)


def test_what_a_person_does_at_the_venue_is_found_and_named() -> None:
    async def story(it: Desk) -> None:
        it.by_hand("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="1")
        it.by_hand(
            "POST",
            "/api/v3/order",
            symbol="BTCUSDT",
            side="BUY",
            type="LIMIT",
            timeInForce="GTC",
            price="50",
            quantity="1",
        )
        await asyncio.sleep(2)
        facts = await it.core.history()
        assert [each.quantity for each in facts if isinstance(each, UnmatchedFillRecorded)] == [Decimal(1)]
        kinds = [each.kind for each in facts if isinstance(each, DifferenceFound)]
        assert sorted(kinds) == ["outside_order", "unmatched_fill"]
        await asyncio.sleep(90)
        kinds = [each.kind for each in await it.core.history() if isinstance(each, DifferenceFound)]
        assert sorted(kinds) == ["balance", "balance", "outside_order", "unmatched_fill"]

    virtual_time.run(_without_agreement(story))

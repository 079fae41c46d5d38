"""An account at the simulated Hyperliquid behind the whole core: what happens there is what the journal says.

What befalls it when things go wrong is lived by seeds: ``python -m tests.simulation --at hyperliquid``.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal

from tests.support.core import ALICE
from tests.support.hyperliquid_account import Desk, tell
from tests.support.simulated_hyperliquid import TOKEN, an_order

from tradebook.trading.events import DifferenceFound, FundsDeposited, FundsWithdrawn, UnmatchedFillRecorded
from tradebook.trading.orders import Side, TimeInForce
from tradebook.trading.ports import AccountStage
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    RequestFate,
    RequestFault,
    ScriptedFaults,
)

EXCHANGE = "/exchange"


async def differences(it: Desk) -> list[str]:
    return [each.kind for each in await it.core.history() if isinstance(each, DifferenceFound)]


def test_what_the_account_has_when_it_is_connected_is_where_its_book_begins() -> None:
    async def story(it: Desk) -> None:
        opening = [each for each in await it.core.history() if isinstance(each, FundsDeposited)]
        assert {each.asset: each.amount for each in opening} == {"USDC": Decimal(10000), "UBTC": Decimal(2)}

    tell(story, USDC="10000", UBTC="2")


def test_an_order_is_placed_rests_and_is_cancelled() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("one", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Accepted"]
        await it.core.cancel(order_id)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["CancelRequested", "Cancelled"]

    tell(story)


def test_a_market_order_fills_and_its_fee_is_in_what_was_bought() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("now", Side.BUY, quantity="2")
        await asyncio.sleep(1)
        assert set((await it.core.life(order_id))[2:]) == {"Accepted", "Filled"}
        assert (await it.book())["UBTC"] == Decimal(2) * (1 - Decimal("0.0007"))

    tell(story)


def test_what_an_immediate_order_does_not_find_is_cancelled() -> None:
    async def story(it: Desk) -> None:
        it.price("100", "101", size="1")
        order_id = await it.core.order(
            "some", Side.BUY, quantity="3", price="101", time_in_force=TimeInForce.IOC
        )
        await asyncio.sleep(1)
        assert {"Filled", "Cancelled"} <= set(await it.core.life(order_id))

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


def test_the_venues_no_is_told_in_its_own_words() -> None:
    async def story(it: Desk) -> None:
        it.act(an_order("buy", "90", "110", tif="Ioc"))
        order_id = await it.core.order("too dear", Side.BUY, quantity="98", price="100")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Rejected"]
        rejected = (await it.core.history(order_id))[-1]
        assert "InsufficientSpotBalance" in rejected.reason  # type: ignore[attr-defined]  # every rejection has one

    tell(story)


def test_an_order_whose_answer_is_lost_is_asked_for_and_not_sent_again() -> None:
    async def story(it: Desk) -> None:
        lost = [FrameFate(fault=FrameFault.LOST)]
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.ANSWER_LOST)],
            paths=[EXCHANGE],
            frames=lost,
            words=b"orderUpdates",
        )
        order_id = await it.core.order("one", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(40)
        assert (await it.core.life(order_id))[-1] == "Accepted"
        assert len(it.orders_at_venue()) == 1

    tell(story)


def test_an_action_that_arrives_twice_is_carried_out_once_and_known() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = ScriptedFaults(requests=[RequestFate(fault=RequestFault.TWICE)], paths=[EXCHANGE])
        order_id = await it.core.order("one", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(40)
        assert "Rejected" not in await it.core.life(order_id)
        assert "Accepted" in await it.core.life(order_id)
        assert len(it.customer.open_orders()) == 1

    tell(story)


def test_an_order_that_comes_too_late_is_refused_there_and_known_not_to_work_here() -> None:
    async def story(it: Desk) -> None:
        late = RequestFate(fault=RequestFault.LATE, delay_s=11)
        it.way.faults = ScriptedFaults(requests=[late], paths=[EXCHANGE])
        order_id = await it.core.order("late", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(60)
        assert (await it.core.life(order_id))[-1] == "Rejected"
        assert not it.orders_at_venue()

    tell(story)


def test_what_a_person_does_beside_us_is_named() -> None:
    async def story(it: Desk) -> None:
        it.act(an_order("buy", "1", "90"))
        await asyncio.sleep(90)
        assert await differences(it) == ["outside_order"]

    tell(story)


def test_money_that_comes_and_goes_is_booked() -> None:
    async def story(it: Desk) -> None:
        it.deposit("USDC", Decimal(50))
        it.deposit("USDC", Decimal(-20))
        await asyncio.sleep(1)
        assert (await it.book())["USDC"] == Decimal(10030)
        await asyncio.sleep(90)
        assert await differences(it) == []

    tell(story)


def test_money_that_came_and_went_during_a_break_is_booked_once() -> None:
    async def story(it: Desk) -> None:
        it.deposit("USDC", Decimal(5))
        await asyncio.sleep(1)
        it.way.cut()
        await asyncio.sleep(1)
        it.deposit("USDC", Decimal(50))
        it.deposit("USDC", Decimal(-20))
        it.way.is_cut = False
        await it.until(it.is_trading)
        it.deposit("USDC", Decimal(7))
        await asyncio.sleep(200)
        history = await it.core.history()
        moved = [each.amount for each in history if isinstance(each, FundsDeposited)]
        assert moved == [Decimal(10000), Decimal(5), Decimal(50), Decimal(7)]
        assert [each.amount for each in history if isinstance(each, FundsWithdrawn)] == [Decimal(20)]
        assert await differences(it) == []

    tell(story)


def test_and_while_the_server_was_away() -> None:
    async def story(it: Desk) -> None:
        await it.crash()
        it.deposit("USDC", Decimal(50))
        it.deposit(TOKEN, Decimal(2))
        await it.start()
        assert (await it.book())["USDC"] == Decimal(10050)
        assert (await it.book())[TOKEN] == Decimal(2)
        assert await differences(it) == []

    tell(story)


def test_a_kind_of_transfer_that_is_not_known_hides_none_of_the_others() -> None:
    async def story(it: Desk) -> None:
        await it.crash()
        it.deposit("USDC", Decimal(50))
        last = it.person.transfers[-1]
        it.person.transfers.append({**last, "hash": "0x07", "delta": {"type": "neverHeardOf", "usdc": "1"}})
        await it.start()
        assert (await it.book())["USDC"] == Decimal(10050)

    tell(story)


def test_what_was_traded_by_hand_during_a_break_is_found() -> None:
    async def story(it: Desk) -> None:
        it.way.cut()
        it.act(an_order("buy", "1", "102", tif="Ioc"))
        await asyncio.sleep(5)
        it.way.is_cut = False
        await it.until(it.is_trading)
        await asyncio.sleep(90)
        (found,) = [each for each in await it.core.history() if isinstance(each, UnmatchedFillRecorded)]
        assert (found.quantity, found.price) == (Decimal(1), Decimal(101))

    tell(story)


def test_our_order_changed_by_hand_is_another_one_from_then_on() -> None:
    async def story(it: Desk) -> None:
        order_id = await it.core.order("ours", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        (ours,) = it.person.open_orders()
        (order,) = an_order("buy", "2", "91")["orders"]
        it.act({"type": "modify", "oid": ours.order_id, "order": order})
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[-1] == "Cancelled"
        assert await differences(it) == ["outside_order"]
        assert [each.request.size for each in it.person.open_orders()] == [2]

    tell(story)


def test_a_stream_that_falls_silent_is_made_again() -> None:
    async def story(it: Desk) -> None:
        it.way.faults = ScriptedFaults(frames=[FrameFate(fault=FrameFault.HALF_OPEN)], words=b"pong")
        await it.until(lambda: it.venue.stage_of(ALICE) is not AccountStage.TRADING, within_s=200)
        await it.until(it.is_trading)

    tell(story)

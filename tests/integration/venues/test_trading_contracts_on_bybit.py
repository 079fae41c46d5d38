"""Contracts on an account at the simulated Bybit behind the whole core: orders, positions, margin, funding,
and what happens to them without an order.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.support.bybit_account import Desk as SpotDesk
from tests.support.bybit_contracts import LINEAR, ContractsDesk, InverseDesk, tell
from tests.support.core import ALICE
from tests.support.desk import SYMBOL, live

from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import OrderId
from tradebook.trading.events import (
    DifferenceFound,
    FundingSettled,
    LeverageSet,
    OrderFilled,
    OrderRejected,
    PositionBroughtForward,
    PositionClosedByVenue,
    UnmatchedFillRecorded,
)
from tradebook.trading.orders import MarginMode, OrderType, PositionSide, Side, TimeInForce
from tradebook.venues.errors import Inexpressible
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    RequestFate,
    RequestFault,
    ScriptedFaults,
)
from tradebook.venues.simulators.spot.accounts import Permissions

LEVERAGE, MODE = "/v5/position/set-leverage", "/v5/position/switch-mode"
LOST = FrameFate(fault=FrameFault.LOST)


async def bought(it: ContractsDesk, name: str = "buy", quantity: str = "2", **terms: object) -> OrderId:
    order_id = await it.core.order(name, Side.BUY, quantity=quantity, **terms)
    await asyncio.sleep(1)
    return order_id


async def sold(it: ContractsDesk, name: str = "sell", quantity: str = "2", **terms: object) -> OrderId:
    order_id = await it.core.order(name, Side.SELL, quantity=quantity, **terms)
    await asyncio.sleep(1)
    return order_id


async def of_kind(it: ContractsDesk, kind: type[Any]) -> list[Any]:
    return [each for each in await it.core.history() if isinstance(each, kind)]


def test_a_fill_opens_a_position_and_costs_its_fee_in_the_settle_coin() -> None:
    async def story(it: ContractsDesk) -> None:
        order_id = await bought(it)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Accepted", "Filled"]
        (fill,) = await of_kind(it, OrderFilled)
        assert (fill.fee, fill.fee_asset, fill.position_side) == (
            Decimal("0.1111"),
            "USDT",
            PositionSide.NET,
        )
        assert await it.positions() == {LINEAR.instrument_id: Decimal(2)}
        assert await it.book() == {"USDT": Decimal("9999.8889")}

    tell(story)


def test_closing_settles_the_gain() -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it)
        it.price("110", "111")
        await sold(it, quantity="1", reduce_only=True)
        fill = (await of_kind(it, OrderFilled))[-1]
        assert fill.settled.realised == Decimal(9)
        assert await it.positions() == {LINEAR.instrument_id: Decimal(1)}

    tell(story)


def test_inverse_contracts_are_settled_in_the_coin() -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it, quantity="100")
        it.price("120", "121")
        await sold(it, quantity="100")
        assert not await it.positions()
        fill = (await of_kind(it, OrderFilled))[-1]
        assert fill.fee_asset == "BTC"
        assert fill.settled.realised > 0
        assert set(await it.book()) == {"BTC"}

    tell(story, InverseDesk, BTC="5")


def test_an_account_that_is_hedged_has_two_positions() -> None:
    async def story(it: ContractsDesk) -> None:
        it.by_hand("POST", MODE, symbol=SYMBOL, mode="3")
        await bought(it, "long", position_side=PositionSide.LONG)
        await sold(it, "short", "3", position_side=PositionSide.SHORT)
        await sold(it, "less", "1", position_side=PositionSide.LONG, reduce_only=True)
        assert await it.positions() == {
            f"{LINEAR.instrument_id}:long": Decimal(1),
            f"{LINEAR.instrument_id}:short": Decimal(-3),
        }

    tell(story)


async def why(it: ContractsDesk, order_id: OrderId) -> str:
    """An order was rejected."""
    rejected = (await it.core.history(order_id))[-1]
    assert isinstance(rejected, OrderRejected)
    return rejected.reason


def test_a_position_that_the_account_cannot_have_is_refused_by_the_venue() -> None:
    async def story(it: ContractsDesk) -> None:
        order_id = await bought(it, "long", position_side=PositionSide.LONG)
        assert "one position (one-way mode)" in await why(it, order_id)
        await bought(it, "net")
        assert await it.positions() == {LINEAR.instrument_id: Decimal(2)}

    tell(story)


def test_a_mode_that_a_person_switched_while_the_account_trades_is_told_and_learned() -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it, "net")
        await sold(it, "flat", reduce_only=True)
        it.by_hand("POST", MODE, symbol=SYMBOL, mode="3")
        order_id = await bought(it, "again")
        assert "a long and a short position (hedge mode)" in await why(it, order_id)
        it.place_by_hand("buy", "1", positionIdx="1")
        await bought(it, "long", position_side=PositionSide.LONG)
        assert await it.positions() == {f"{LINEAR.instrument_id}:long": Decimal(2)}
        (noted,) = await of_kind(it, UnmatchedFillRecorded)
        assert noted.position_side is PositionSide.LONG
        await sold(it, "flat again", position_side=PositionSide.LONG, reduce_only=True)
        it.place_by_hand("sell", "1", positionIdx="1", reduceOnly="true")
        it.by_hand("POST", MODE, symbol=SYMBOL, mode="0")
        await bought(it, "net again")
        assert await it.positions() == {LINEAR.instrument_id: Decimal(2)}

    tell(story)


@pytest.mark.parametrize("fault", [RequestFault.FAILS_BEFORE, RequestFault.LOST, RequestFault.TOO_MANY])
def test_an_order_that_did_not_come_to_the_venue_tells_nothing_of_positions(fault: RequestFault) -> None:
    async def story(it: ContractsDesk) -> None:
        it.way.faults = ScriptedFaults(requests=[RequestFate(fault=fault)], paths=["/v5/order/create"])
        order_id = await bought(it, "long", position_side=PositionSide.LONG)
        await asyncio.sleep(60)
        assert (await it.core.life(order_id))[-1] == "Rejected"
        it.place_by_hand("buy", "1")
        await asyncio.sleep(60)
        (noted,) = await of_kind(it, UnmatchedFillRecorded)
        assert noted.position_side is PositionSide.NET

    tell(story)


def test_it_is_found_out_of_which_position_a_trade_by_hand_was() -> None:
    async def story(it: ContractsDesk) -> None:
        it.by_hand("POST", MODE, symbol=SYMBOL, mode="3")
        it.place_by_hand("buy", "2", positionIdx="1")
        await asyncio.sleep(3)
        it.place_by_hand("sell", "1", positionIdx="1", reduceOnly="true")
        it.place_by_hand("sell", "3", positionIdx="2")
        await asyncio.sleep(3)
        noted = await of_kind(it, UnmatchedFillRecorded)
        assert [(each.side, each.position_side) for each in noted] == [
            (Side.BUY, PositionSide.LONG),
            (Side.SELL, PositionSide.LONG),
            (Side.SELL, PositionSide.SHORT),
        ]

    tell(story)


def test_a_stop_waits_at_the_venue_and_closes_when_its_price_has_come() -> None:
    async def story(it: ContractsDesk) -> None:
        it.print("100")
        await bought(it)
        order_id = await sold(it, "stop", type=OrderType.STOP, stop_price="95", reduce_only=True, price=None)
        assert (await it.core.life(order_id))[-1] == "Accepted"
        it.price("94", "95")
        it.print("94")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-2:] == ["Triggered", "Filled"]
        assert not await it.positions()

    tell(story)


def test_a_stop_that_was_moved_twice_opens_when_its_price_has_come() -> None:
    async def story(it: ContractsDesk) -> None:
        it.print("100")
        order_id = await bought(it, "stop", type=OrderType.STOP, stop_price="105", price=None)
        for moved_to in ("107", "120"):
            await it.core.replace(order_id, stop_price=moved_to)
            await asyncio.sleep(1)
        it.price("120", "121")
        it.print("120")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-2:] == ["Triggered", "Filled"]

    tell(story)


def test_a_stop_whose_price_had_come_is_refused() -> None:
    async def story(it: ContractsDesk) -> None:
        it.print("100")
        await bought(it)
        it.quote(it.there, "90", "91", "5")
        it.print("90")
        order_id = await sold(it, "stop", type=OrderType.STOP, stop_price="95", reduce_only=True, price=None)
        assert (await it.core.life(order_id))[-1] == "Rejected"

    tell(story)


def test_an_order_is_changed_in_place() -> None:
    async def story(it: ContractsDesk) -> None:
        order_id = await bought(it, price="90")
        await it.core.replace(order_id, quantity="3", price="91")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-1] == "Replaced"
        await it.core.cancel(order_id)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-1] == "Cancelled"

    tell(story)


def test_leverage_is_set_at_the_venue_and_setting_it_twice_is_no_error() -> None:
    async def story(it: ContractsDesk) -> None:
        for _ in range(2):
            await it.venue.set_leverage(ALICE, LINEAR.instrument_id, Decimal(5), MarginMode.CROSS)
        assert it.customer.leverage(it.there.instrument_id).leverage == Decimal(5)
        await asyncio.sleep(3)
        (event,) = await of_kind(it, LeverageSet)
        assert (event.leverage, event.mode) == (Decimal(5), MarginMode.CROSS)
        with pytest.raises(TradebookError, match="all cross"):
            await it.venue.set_leverage(ALICE, LINEAR.instrument_id, Decimal(5), MarginMode.ISOLATED)

    tell(story)


def test_leverage_that_was_set_by_hand_is_heard_of() -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it)
        it.by_hand("POST", LEVERAGE, symbol=SYMBOL, buyLeverage="10", sellLeverage="10")
        await asyncio.sleep(3)
        event = (await of_kind(it, LeverageSet))[-1]
        assert event.leverage == Decimal(10)
        account = await it.core.writer.read(ALICE, lambda account: account)
        margin = account.contracts[LINEAR.instrument_id].margin
        assert margin == it.customer.position(it.there.instrument_id).margin == Decimal("20.2")

    tell(story)


@pytest.mark.parametrize("desk", [ContractsDesk, InverseDesk])
def test_funding_is_booked_once(desk: type[ContractsDesk]) -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it, quantity="100")
        it.exchange.contracts.clearing.fund()
        await asyncio.sleep(90)
        (paid,) = await of_kind(it, FundingSettled)
        assert paid.amount < 0
        assert paid.instrument_id == it.here.instrument_id
        assert paid.rate == Decimal("0.0001")

    it = {ContractsDesk: {"USDT": "20000"}, InverseDesk: {"BTC": "5"}}[desk]
    tell(story, desk, **it)


def test_a_liquidation_closes_the_position() -> None:
    async def story(it: ContractsDesk) -> None:
        await it.venue.set_leverage(ALICE, LINEAR.instrument_id, Decimal(10), MarginMode.CROSS)
        await asyncio.sleep(3)
        await bought(it, quantity="4")
        it.price("76.3", "76.4")
        await asyncio.sleep(3)
        (closed,) = await of_kind(it, PositionClosedByVenue)
        assert (closed.reason, closed.side, closed.quantity) == (Cause.LIQUIDATION, Side.SELL, Decimal(4))
        assert not await it.positions()
        assert not await of_kind(it, UnmatchedFillRecorded)

    tell(story, USDT="100")


@pytest.mark.parametrize("cause", [Cause.DELEVERAGING, Cause.SETTLEMENT])
def test_the_venue_closes_a_position_for_other_reasons(cause: Cause) -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it)
        (position,) = it.customer.positions()
        it.exchange.contracts.clearing.close(it.customer, position, cause)
        await asyncio.sleep(3)
        (closed,) = await of_kind(it, PositionClosedByVenue)
        assert closed.reason == cause
        assert not await it.positions()

    tell(story)


def test_what_was_open_when_it_was_connected_is_brought_forward() -> None:
    def before(it: ContractsDesk) -> None:
        it.price("100", "101")
        it.place_by_hand("sell", "2")

    async def story(it: ContractsDesk) -> None:
        (brought,) = await of_kind(it, PositionBroughtForward)
        assert brought.settled.quantity == Decimal(-2)
        assert await it.positions() == {LINEAR.instrument_id: Decimal(-2)}
        await bought(it, reduce_only=True)
        assert not await it.positions()
        assert not await of_kind(it, DifferenceFound)

    class Traded(ContractsDesk):
        async def open(self) -> None:
            before(self)
            await super().open()

    tell(story, Traded)


def test_a_spot_order_beside_contracts_is_of_the_same_account() -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it)
        status, _ = it.ask_by_hand(
            "POST",
            "/v5/order/create",
            category="spot",
            symbol=SYMBOL,
            side="Buy",
            orderType="Limit",
            price="90",
            qty="1",
        )
        assert status == 200
        await asyncio.sleep(3)
        (difference,) = await of_kind(it, DifferenceFound)
        assert difference.kind == "outside_order"
        assert difference.figures["instrument_id"] == "BTC-USDT.BYBIT"

    tell(story)


def test_fills_that_the_stream_lost_are_asked_for() -> None:
    async def story(it: ContractsDesk) -> None:
        it.way.faults = ScriptedFaults(frames=[LOST], words=b'"topic":"execution.linear"')
        await bought(it)
        await asyncio.sleep(90)
        assert await it.positions() == {LINEAR.instrument_id: Decimal(2)}

    tell(story)


def test_a_time_in_which_nobody_listened_is_made_up_for() -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it)
        it.way.cut()
        (position,) = it.customer.positions()
        it.exchange.contracts.clearing.fund()
        it.exchange.contracts.clearing.close(it.customer, position, Cause.LIQUIDATION)
        await asyncio.sleep(timedelta(minutes=2).total_seconds())
        it.way.is_cut = False
        await asyncio.sleep(90)
        assert len(await of_kind(it, FundingSettled)) == 1
        (closed,) = await of_kind(it, PositionClosedByVenue)
        assert closed.reason == Cause.LIQUIDATION
        assert not await it.positions()

    tell(story)


def test_a_key_for_spot_asks_nothing_of_contracts_and_trades_on_spot() -> None:
    class OfSpot(SpotDesk):
        permissions = Permissions(contracts=False)

    async def story(it: SpotDesk) -> None:
        order_id = await it.core.order("buy", Side.BUY, quantity="1")
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[-1] == "Filled"
        assert not {path for _, path in it.way.asked} & {"/v5/position/list", "/v5/account/info"}
        with pytest.raises(Inexpressible):
            await it.venue.set_leverage(ALICE, LINEAR.instrument_id, Decimal(5), MarginMode.CROSS)

    live(OfSpot, story)


def test_it_is_found_out_which_position_was_closed_by_the_venue() -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it)
        await it.crash()
        # Nobody says which positions there are until later.
        silent = [RequestFate(fault=RequestFault.FAILS_BEFORE)] * 5
        it.way.faults = ScriptedFaults(requests=silent, paths=["/v5/position/list"])
        await it.core.start()
        await asyncio.sleep(2)
        (position,) = it.customer.positions()
        it.clearing.close(it.customer, position, Cause.LIQUIDATION)
        await asyncio.sleep(120)
        assert len(await of_kind(it, PositionClosedByVenue)) == 1
        assert not await of_kind(it, UnmatchedFillRecorded)

    tell(story)


TEN_DAYS_S = timedelta(days=10).total_seconds()


async def stay_away(it: ContractsDesk, *, before_s: float = TEN_DAYS_S, after_s: float = TEN_DAYS_S) -> None:
    """The process is gone for so long, and what happens meanwhile happens in between."""
    await it.crash()
    await asyncio.sleep(before_s)
    it.print("89", "5")
    it.place_by_hand("sell", "1")
    it.clearing.fund()
    await asyncio.sleep(after_s)
    await it.core.start()
    await asyncio.sleep(90)


def test_what_happened_longer_ago_than_the_venue_tells_at_once_is_made_up_for() -> None:
    async def story(it: ContractsDesk) -> None:
        order_id = await bought(it, price="90")
        await stay_away(it)
        assert (await it.core.life(order_id))[-1] == "Filled"
        (noted,) = await of_kind(it, UnmatchedFillRecorded)
        assert (noted.side, noted.quantity) == (Side.SELL, Decimal(1))
        assert len(await of_kind(it, FundingSettled)) == len(it.customer.fundings)

    tell(story)


def test_an_order_that_filled_weeks_ago_is_found_where_it_is_history_by_now() -> None:
    async def story(it: ContractsDesk) -> None:
        order_id = await bought(it, price="90")
        await it.crash()
        await asyncio.sleep(TEN_DAYS_S)
        it.print("89", "5")
        it.customer.cleared_at = it.clock.now()
        await asyncio.sleep(TEN_DAYS_S)
        await it.core.start()
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[-1] == "Filled"
        assert await it.positions() == {LINEAR.instrument_id: Decimal(2)}
        assert not await of_kind(it, DifferenceFound)

    tell(story)


def test_an_order_that_filled_in_parts_over_weeks_is_told_of_all_of_them() -> None:
    async def story(it: ContractsDesk) -> None:
        order_id = await bought(it, price="90", quantity="7")
        await stay_away(it)
        await stay_away(it, after_s=0)
        assert (await it.core.life(order_id))[-1] == "Filled"
        fills = [each for each in await of_kind(it, OrderFilled) if each.order_id == order_id]
        assert [each.quantity for each in fills] == [Decimal(5), Decimal(2)]

    tell(story)


@pytest.mark.parametrize("lost", [0, 20])
def test_an_order_for_all_or_nothing_of_which_the_venue_filled_a_part_ends_with_that_fill(lost: int) -> None:
    async def story(it: ContractsDesk) -> None:
        await bought(it, quantity="2")
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.LATE, delay_s=1)], paths=["/v5/order/create"]
        )
        terms = {"time_in_force": TimeInForce.FOK, "reduce_only": True, "price": "99"}
        order_id = await it.core.order("all or nothing", Side.SELL, quantity="2", **terms)
        it.place_by_hand("sell", "1", reduceOnly="true")
        it.way.faults = ScriptedFaults(frames=[LOST] * lost, words=it.news_words)
        await asyncio.sleep(120)
        assert (await it.core.life(order_id))[-2:] == ["Filled", "Cancelled"]
        assert await it.positions() == {LINEAR.instrument_id: Decimal(1)}
        complaints = len(await of_kind(it, DifferenceFound))
        await asyncio.sleep(300)
        assert len(await of_kind(it, DifferenceFound)) == complaints

    tell(story)


def test_a_market_order_for_more_than_there_is_at_its_price_is_killed_where_it_wants_all() -> None:
    async def story(it: ContractsDesk) -> None:
        order_id = await it.core.order("all", Side.BUY, quantity="6", time_in_force=TimeInForce.FOK)
        await asyncio.sleep(1)
        life = await it.core.life(order_id)
        assert (life[-1], "Filled" in life) == ("Cancelled", False)

    tell(story)


def test_what_has_just_happened_is_found_where_bybits_clock_is_taken_to_be_seconds_behind() -> None:
    class Late(ContractsDesk):
        async def open(self) -> None:
            late = RequestFate(fault=RequestFault.ANSWER_LATE, delay_s=6)
            self.way.faults = ScriptedFaults(requests=[late], paths=["/v5/market/time"])
            await super().open()

    async def story(it: ContractsDesk) -> None:
        await bought(it)
        it.way.faults = ScriptedFaults(frames=[LOST] * 10, words=it.news_words)
        (position,) = it.customer.positions()
        it.clearing.close(it.customer, position, Cause.DELEVERAGING)
        await it.venue.compare(ALICE)
        assert len(await of_kind(it, PositionClosedByVenue)) == 1
        assert not await of_kind(it, DifferenceFound)

    tell(story, Late)

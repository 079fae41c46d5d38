"""Perpetuals on an account at the simulated Hyperliquid behind the whole core: orders, positions, margin,
funding, the two wallets, and what happens without an order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from tests.support.core import ALICE
from tests.support.desk import live
from tests.support.hyperliquid_account import HERE as PAIR
from tests.support.hyperliquid_account import Desk as SpotDesk
from tests.support.hyperliquid_perpetuals import PERP, PerpetualsDesk, TwoWalletsDesk, tell
from tests.support.simulated_hyperliquid import WALLET, Exchange, an_order
from tests.support.virtual_time import VirtualClock

from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import OrderId
from tradebook.trading.events import (
    DifferenceFound,
    FundingSettled,
    FundsDeposited,
    LeverageSet,
    OrderFilled,
    OrderPlaced,
    PositionBroughtForward,
    PositionClosedByVenue,
    UnmatchedFillRecorded,
)
from tradebook.trading.orders import LegTerms, MarginMode, OrderType, RestsAt, Side
from tradebook.venues.errors import Inexpressible
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    RequestFate,
    RequestFault,
    ScriptedFaults,
)
from tradebook.venues.simulators.hyperliquid.accounts import Customer

ID = PERP.instrument_id
LOST = FrameFate(fault=FrameFault.LOST)


async def bought(it: PerpetualsDesk, name: str = "buy", quantity: str = "2", **terms: object) -> OrderId:
    order_id = await it.core.order(name, Side.BUY, quantity=quantity, **terms)
    await asyncio.sleep(1)
    return order_id


async def sold(it: PerpetualsDesk, name: str = "sell", quantity: str = "2", **terms: object) -> OrderId:
    order_id = await it.core.order(name, Side.SELL, quantity=quantity, **terms)
    await asyncio.sleep(1)
    return order_id


async def of_kind(it: PerpetualsDesk, kind: type[Any]) -> list[Any]:
    return [each for each in await it.core.history() if isinstance(each, kind)]


async def lever(it: PerpetualsDesk, leverage: int, mode: MarginMode = MarginMode.CROSS) -> None:
    await it.venue.set_leverage(ALICE, ID, Decimal(leverage), mode)
    await asyncio.sleep(65)


# --- orders


def test_a_fill_opens_a_position_and_costs_its_fee_in_the_collateral() -> None:
    async def story(it: PerpetualsDesk) -> None:
        order_id = await bought(it)
        assert set(await it.core.life(order_id)) == {"Placed", "Submitted", "Accepted", "Filled"}
        (fill,) = await of_kind(it, OrderFilled)
        assert (fill.fee, fill.fee_asset) == (Decimal("0.0909"), "USDC")
        assert await it.positions() == {ID: Decimal(2)}
        assert await it.book() == {"USDC": Decimal("9999.9091")}

    tell(story)


def test_closing_settles_the_gain_and_more_than_that_opens_the_other_way() -> None:
    async def story(it: PerpetualsDesk) -> None:
        await bought(it)
        it.price("110", "111")
        await sold(it, quantity="1", reduce_only=True)
        assert (await of_kind(it, OrderFilled))[-1].settled.realised == Decimal(9)
        await sold(it, "turn", quantity="3")
        assert await it.positions() == {ID: Decimal(-2)}

    tell(story)


def test_an_order_that_rests_is_cancelled() -> None:
    async def story(it: PerpetualsDesk) -> None:
        order_id = await bought(it, price="90")
        await it.core.cancel(order_id)
        await asyncio.sleep(1)
        assert await it.core.life(order_id) == [
            "Placed",
            "Submitted",
            "Accepted",
            "CancelRequested",
            "Cancelled",
        ]

    tell(story)


def test_an_order_that_only_reduces_is_refused_where_there_is_nothing() -> None:
    async def story(it: PerpetualsDesk) -> None:
        await bought(it)
        it.place_by_hand("sell", "2")
        order_id = await sold(it, reduce_only=True)
        assert (await it.core.life(order_id))[-1] == "Rejected"
        assert "ReduceOnly" in (await it.core.history(order_id))[-1].reason  # type: ignore[attr-defined]  # every rejection has one

    tell(story)


def test_what_is_not_paid_for_is_refused_by_the_venue() -> None:
    async def story(it: PerpetualsDesk) -> None:
        it.exchange.deposit(it.person, "USDC", Decimal(5000))
        await asyncio.sleep(65)
        order_id = await bought(it, quantity="40", price="100")
        assert (await it.core.life(order_id))[-1] == "Rejected"  # what lies on spot pays for no perpetual
        assert "PerpMargin" in (await it.core.history(order_id))[-1].reason  # type: ignore[attr-defined]  # every rejection has one

    tell(story, USDC="100")


@pytest.mark.parametrize(
    ("kind", "stop_price", "price_then", "closes_at"),
    [
        (OrderType.STOP, "95", "94", "94"),
        (OrderType.TAKE_PROFIT, "110", "112", "112"),
    ],
)
def test_an_exit_waits_at_the_venue_and_closes_when_its_price_has_come(
    kind: OrderType, stop_price: str, price_then: str, closes_at: str
) -> None:
    async def story(it: PerpetualsDesk) -> None:
        it.print("100")
        await bought(it)
        order_id = await sold(it, "exit", type=kind, stop_price=stop_price, reduce_only=True)
        (placed,) = [each for each in await it.core.history(order_id) if isinstance(each, OrderPlaced)]
        assert placed.rests_at is RestsAt.VENUE
        assert (await it.core.life(order_id))[-1] == "Accepted"
        it.price(price_then, str(Decimal(price_then) + 1))
        it.print(price_then)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-2:] == ["Triggered", "Filled"]
        assert (await of_kind(it, OrderFilled))[-1].price == Decimal(closes_at)
        assert not await it.positions()

    tell(story)


def test_a_stop_with_a_price_rests_there_once_it_is_triggered() -> None:
    async def story(it: PerpetualsDesk) -> None:
        it.print("100")
        await bought(it)
        terms: dict[str, Any] = {"stop_price": "95", "price": "94.5", "reduce_only": True}
        order_id = await sold(it, "exit", type=OrderType.STOP_LIMIT, **terms)
        it.price("93", "94")
        it.print("93")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-1] == "Triggered"
        it.print("95")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[-1] == "Filled"

    tell(story)


def test_a_stop_whose_price_had_come_is_refused() -> None:
    async def story(it: PerpetualsDesk) -> None:
        it.print("100")
        await bought(it)
        it.quote(it.there, "90", "91", "5")
        it.print("90")
        order_id = await sold(it, "stop", type=OrderType.STOP, stop_price="95", reduce_only=True)
        assert (await it.core.life(order_id))[-1] == "Rejected"

    tell(story)


def test_a_stop_that_is_not_paid_for_when_its_price_comes_is_over() -> None:
    async def story(it: PerpetualsDesk) -> None:
        it.print("100")
        await bought(it, quantity="0.9")
        order_id = await bought(it, "more", "5", type=OrderType.STOP, stop_price="105")
        assert (await it.core.life(order_id))[-1] == "Accepted"
        it.exchange.deposit_collateral(it.person, Decimal(-975))
        it.price("105", "106")
        it.print("105")
        await asyncio.sleep(3)
        assert (await it.core.life(order_id))[-2:] == ["Triggered", "Expired"]
        assert await it.positions() == {ID: Decimal("0.9")}

    tell(story, USDC="1000")


def test_the_exits_of_a_bracket_wait_at_the_venue_and_one_ends_the_other() -> None:
    async def story(it: PerpetualsDesk) -> None:
        it.print("100")
        exits: dict[str, Any] = {
            "take_profit": LegTerms(stop_price=Decimal(110), price=None),
            "stop_loss": LegTerms(stop_price=Decimal(95)),
        }
        await bought(it, **exits)
        assert len([each for each in it.customer.open_orders() if each.stop_price is not None]) == 2
        it.price("94", "94.5")
        it.print("94")
        await asyncio.sleep(5)
        assert not it.customer.open_orders()
        assert not await it.positions()

    tell(story)


# --- how positions are secured


def test_leverage_is_set_at_the_venue_and_margin_follows() -> None:
    async def story(it: PerpetualsDesk) -> None:
        await bought(it)
        for _ in range(2):
            await lever(it, 5)
        assert it.customer.leverage(it.there.instrument_id).leverage == Decimal(5)
        event = (await of_kind(it, LeverageSet))[-1]
        assert (event.leverage, event.mode) == (Decimal(5), MarginMode.CROSS)
        account = await it.core.writer.read(ALICE, lambda account: account)
        theirs = it.customer.position(it.there.instrument_id).margin
        assert account.contracts[ID].margin == theirs == Decimal("40.4")

    tell(story)


def test_an_isolated_position_is_one_here_too_and_is_not_switched_while_it_is_open() -> None:
    async def story(it: PerpetualsDesk) -> None:
        await lever(it, 10, MarginMode.ISOLATED)
        await bought(it)
        await asyncio.sleep(65)
        assert (await of_kind(it, LeverageSet))[-1].mode is MarginMode.ISOLATED
        with pytest.raises(TradebookError, match="Cannot switch leverage type"):
            await it.venue.set_leverage(ALICE, ID, Decimal(10), MarginMode.CROSS)
        with pytest.raises(Inexpressible):
            await it.venue.set_leverage(ALICE, ID, Decimal("2.5"), MarginMode.ISOLATED)

    tell(story)


def test_leverage_that_was_set_by_hand_is_asked_for_where_nothing_is_open() -> None:
    async def story(it: PerpetualsDesk) -> None:
        order_id = await bought(it, price="90")
        it.lever_by_hand("3")
        await asyncio.sleep(130)
        assert (await of_kind(it, LeverageSet))[-1].leverage == Decimal(3)
        await it.core.cancel(order_id)

    tell(story)


# --- what happens without an order


def test_funding_is_booked_once() -> None:
    async def story(it: PerpetualsDesk) -> None:
        await bought(it)
        it.clearing.fund()
        await asyncio.sleep(90)
        (paid,) = await of_kind(it, FundingSettled)
        assert (paid.amount, paid.rate) == (Decimal("-0.002512"), Decimal("0.0000125"))
        assert paid.instrument_id == ID

    tell(story)


def test_a_liquidation_closes_the_position() -> None:
    async def story(it: PerpetualsDesk) -> None:
        await lever(it, 10)
        await bought(it, quantity="4")
        it.price("76.3", "76.4")
        await asyncio.sleep(3)
        it.price("76.3", "76.4")
        await asyncio.sleep(3)
        (closed,) = await of_kind(it, PositionClosedByVenue)
        assert (closed.reason, closed.side, closed.quantity) == (Cause.LIQUIDATION, Side.SELL, Decimal(4))
        assert not await it.positions()
        assert not await of_kind(it, UnmatchedFillRecorded)

    tell(story, USDC="100")


@pytest.mark.parametrize("cause", [Cause.DELEVERAGING, Cause.SETTLEMENT])
def test_the_venue_closes_a_position_for_other_reasons(cause: Cause) -> None:
    async def story(it: PerpetualsDesk) -> None:
        await bought(it)
        (position,) = it.customer.positions()
        it.clearing.close(it.customer, position, cause)
        await asyncio.sleep(3)
        (closed,) = await of_kind(it, PositionClosedByVenue)
        assert closed.reason == cause
        assert not await it.positions()

    tell(story)


def test_what_was_open_when_it_was_connected_is_brought_forward_for_what_it_cost() -> None:
    class Traded(PerpetualsDesk):
        async def open(self) -> None:
            self.price("100", "101.07")
            self.place_by_hand("buy", "0.337")
            self.price("101", "102.33")
            self.place_by_hand("buy", "0.339")
            await super().open()

    async def story(it: PerpetualsDesk) -> None:
        (brought,) = await of_kind(it, PositionBroughtForward)
        held = it.customer.position(it.there.instrument_id)
        assert (brought.settled.quantity, brought.settled.cost) == (Decimal("0.676"), held.cost)
        await sold(it, quantity="0.676", reduce_only=True)
        assert not await it.positions()
        assert not await of_kind(it, DifferenceFound)

    tell(story, Traded)


def test_fills_that_the_stream_lost_are_asked_for() -> None:
    async def story(it: PerpetualsDesk) -> None:
        it.way.faults = ScriptedFaults(frames=[LOST], words=b'"channel":"userFills"')
        await bought(it)
        await asyncio.sleep(90)
        assert await it.positions() == {ID: Decimal(2)}

    tell(story)


def test_a_time_in_which_nobody_listened_is_made_up_for() -> None:
    async def story(it: PerpetualsDesk) -> None:
        await bought(it)
        it.way.cut()
        (position,) = it.customer.positions()
        it.clearing.fund()
        it.clearing.close(it.customer, position, Cause.LIQUIDATION)
        await asyncio.sleep(120)
        it.way.is_cut = False
        await asyncio.sleep(90)
        assert len(await of_kind(it, FundingSettled)) == 1
        (closed,) = await of_kind(it, PositionClosedByVenue)
        assert closed.reason == Cause.LIQUIDATION
        assert not await it.positions()

    tell(story)


def test_an_order_whose_answer_is_lost_is_asked_for_and_not_sent_again() -> None:
    async def story(it: PerpetualsDesk) -> None:
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.ANSWER_LOST)],
            paths=[it.placing[1]],
            frames=[LOST] * 2,
            words=b'"user":"0x',
        )
        order_id = await bought(it)
        await asyncio.sleep(40)
        assert (await it.core.life(order_id))[-1] == "Filled"
        assert len(it.orders_at_venue()) == 1

    tell(story)


# --- the two wallets


def test_the_book_has_what_is_in_both_wallets_and_spot_trades_beside() -> None:
    async def story(it: PerpetualsDesk) -> None:
        opening = [each for each in await it.core.history() if isinstance(each, FundsDeposited)]
        assert {each.asset: each.amount for each in opening} == {"USDC": Decimal(1500), "UBTC": Decimal(1)}
        await bought(it)
        it.act(an_order("sell", "1", "90", tif="Ioc"))
        await asyncio.sleep(90)
        (noted,) = await of_kind(it, UnmatchedFillRecorded)
        assert noted.instrument_id == PAIR.instrument_id
        assert {each.kind for each in await of_kind(it, DifferenceFound)} == {"unmatched_fill", "balance"}

    tell(story, TwoWalletsDesk, USDC="1000")


@pytest.mark.parametrize("to_perp", [True, False])
@pytest.mark.parametrize("is_heard", [True, False])
def test_what_goes_from_one_wallet_to_the_other_is_neither_a_transfer_nor_a_difference(
    *, to_perp: bool, is_heard: bool
) -> None:
    async def story(it: PerpetualsDesk) -> None:
        before = await it.core.history()
        if not is_heard:
            it.way.cut()
        it.exchange.exchanges.perpetuals.move(it.person, Decimal(300), to_perp=to_perp)
        await asyncio.sleep(5)
        it.way.is_cut = False
        await asyncio.sleep(90)
        assert await it.core.history() == before
        assert await it.book() == {"USDC": Decimal(1500), "UBTC": Decimal(1)}

    tell(story, TwoWalletsDesk, USDC="1000")


def test_collateral_that_comes_and_goes_is_booked() -> None:
    async def story(it: PerpetualsDesk) -> None:
        it.deposit("USDC", Decimal(50))
        it.deposit("USDC", Decimal(-20))
        await asyncio.sleep(1)
        assert await it.book() == {"USDC": Decimal(10030)}
        await asyncio.sleep(90)
        assert not await of_kind(it, DifferenceFound)

    tell(story)


class OfSubAccount(PerpetualsDesk):
    """Its master's agent signs for it."""

    vault = "0x" + "7" * 40

    def new_exchange(self, clock: VirtualClock, balances: Mapping[str, str]) -> Exchange:
        collateral = {asset: Decimal(amount) for asset, amount in balances.items()}
        assert self.vault is not None
        self._sub_account = Customer(self.vault, balances={}, collateral=collateral, master=WALLET)
        return Exchange(clock, {"USDC": "7"}, others=[self._sub_account])

    def whose(self) -> Customer:
        return self._sub_account


def test_a_sub_account_is_traded_for_with_what_is_its_own() -> None:
    async def story(it: PerpetualsDesk) -> None:
        await lever(it, 5)
        await bought(it)
        assert await it.positions() == {ID: Decimal(2)}
        assert not it.venue_there.customer.perpetuals.positions()
        it.clearing.fund()
        await asyncio.sleep(65)
        (paid,) = await of_kind(it, FundingSettled)
        assert paid.amount < 0
        await sold(it, reduce_only=True)
        assert not await it.positions()

    tell(story, OfSubAccount)


class Pooled(SpotDesk):
    def new_exchange(self, *what: Any) -> Any:
        exchange = super().new_exchange(*what)
        exchange.customer.abstraction = "unifiedAccount"
        return exchange


def test_an_account_with_one_balance_for_both_trades_on_spot_alone() -> None:
    async def story(it: SpotDesk) -> None:
        order_id = await it.core.order("buy", Side.BUY, quantity="1")
        await asyncio.sleep(90)
        assert "Filled" in await it.core.life(order_id)
        with pytest.raises(Inexpressible, match="one balance"):
            await it.venue.set_leverage(ALICE, ID, Decimal(5), MarginMode.CROSS)

    live(Pooled, story)

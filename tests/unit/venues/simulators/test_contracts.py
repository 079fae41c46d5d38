"""What simulated markets of contracts share: wallets, margin, positions, funding and liquidation."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.simulated_contracts import INVERSE, LINEAR, Floor

from tradebook.trading.orders import MarginMode, OrderType, PositionSide
from tradebook.venues.messages.account import Cause


@pytest.fixture
def floor() -> Floor:
    """A linear contract at 99/101 and an account that trades it ten times."""
    floor = Floor(LINEAR, USDT="1000")
    floor.leverage("10")
    floor.price("99", "101")
    return floor


def test_a_fill_exchanges_nothing_but_its_fee_and_sets_margin_aside(floor: Floor) -> None:
    floor.place("buy", "10")
    assert floor.position() == (Decimal(10), Decimal(1010), Decimal(101))
    assert floor.total() == Decimal("998.99")
    assert floor.free() == Decimal("897.99")


def test_closing_settles_the_gain_and_gives_the_margin_back(floor: Floor) -> None:
    floor.place("buy", "10")
    floor.price("109", "111")
    floor.place("sell", "4")
    assert floor.position() == (Decimal(6), Decimal(606), Decimal("60.6"))
    # 4 × (109 - 101), less fees of 1.01 and 0.436.
    assert floor.total() == Decimal("1030.554")


def test_beyond_its_end_a_position_opens_the_other_way(floor: Floor) -> None:
    floor.place("buy", "10")
    order = floor.place("sell", "15")
    assert floor.position() == (Decimal(-5), Decimal(495), Decimal("49.5"))
    assert order.average_price == Decimal(99)
    assert [each.realised for each in order.settled.values()] == [Decimal(-20)]


def test_an_inverse_contract_is_settled_in_the_coin() -> None:
    floor = Floor(INVERSE, BTC="1")
    floor.leverage("10")
    floor.price("50000", "50000")
    floor.place("buy", "10000")
    assert floor.position() == (Decimal(10000), Decimal("0.2"), Decimal("0.02"))
    floor.price("40000", "40000")
    order = floor.place("sell", "10000")
    # 0.2 - 0.25, less fees of 0.0002 and 0.00025.
    assert floor.total() == Decimal("0.94955")
    assert (order.average_price, floor.position()[0]) == (Decimal(40000), Decimal(0))


def test_a_resting_order_locks_margin_and_fee_until_it_ends(floor: Floor) -> None:
    order = floor.place("buy", "10", "90")
    assert order.locked == Decimal("90.9")  # 900 ÷ 10, and 0.1 %
    assert floor.free() == Decimal("909.1")
    floor.matching.cancel(floor.account, order)
    assert floor.free() == Decimal(1000)


def test_what_closes_locks_nothing(floor: Floor) -> None:
    floor.place("buy", "10")
    assert floor.place("sell", "10", "120").locked == Decimal(0)
    assert floor.place("sell", "15", "120").locked == Decimal("60.6")
    assert floor.place("sell", "15", "120", reduce_only=True).locked == Decimal(0)


def test_an_order_that_waits_locks_nothing_until_its_price_has_come(floor: Floor) -> None:
    floor.print("100")
    order = floor.place("buy", "10", "130", type=OrderType.STOP_LIMIT, stop_price=Decimal(120))
    assert order.locked == Decimal(0)
    floor.price("125", "140")
    floor.print("121")
    assert order.locked == Decimal("131.3")
    assert floor.told[-1] == "triggered 1"


def test_changing_an_order_changes_what_it_locks(floor: Floor) -> None:
    order = floor.place("buy", "10", "90")
    floor.matching.change(floor.account, order, quantity=Decimal(20), price=Decimal(80))
    assert order.locked == Decimal("161.6")
    floor.matching.change(floor.account, order, quantity=Decimal(5), price=Decimal(80))
    assert order.locked == Decimal("40.4")
    assert floor.free() == Decimal("959.6")


def test_what_only_reduces_trades_no_more_than_there_is(floor: Floor) -> None:
    floor.place("buy", "10")
    order = floor.place("sell", "15", reduce_only=True)
    assert (order.filled, floor.position()[0]) == (Decimal(10), Decimal(0))
    assert floor.told[-2:] == ["filled 2 10 at 99", "ended 2 expired reduce_only"]


def test_two_sides_are_two_positions(floor: Floor) -> None:
    floor.place("buy", "10", position_side=PositionSide.LONG)
    floor.place("sell", "4", position_side=PositionSide.SHORT)
    assert floor.position(PositionSide.LONG)[0] == Decimal(10)
    assert floor.position(PositionSide.SHORT)[0] == Decimal(-4)
    floor.place("buy", "5", position_side=PositionSide.SHORT, reduce_only=True)
    assert floor.position(PositionSide.SHORT)[0] == Decimal(0)
    assert floor.position(PositionSide.LONG)[0] == Decimal(10)
    assert floor.position() == (Decimal(0), Decimal(0), Decimal(0))


def test_another_leverage_secures_positions_and_orders_anew(floor: Floor) -> None:
    floor.place("buy", "10")
    order = floor.place("buy", "10", "90")
    assert floor.leverage("5")
    assert (floor.position()[2], order.locked) == (Decimal(202), Decimal("180.9"))
    assert not floor.leverage("1")
    assert (floor.position()[2], order.locked) == (Decimal(202), Decimal("180.9"))


def test_longs_pay_shorts_when_the_time_has_come(floor: Floor) -> None:
    floor.place("buy", "10")
    floor.clock.at = floor.clearing.next_funding_at
    floor.clearing.round()
    floor.clearing.round()
    assert floor.told[-1] == "funded -0.10000000"
    assert floor.total() == Decimal("998.89")
    assert [each.quantity for each in floor.account.fundings] == [Decimal(10)]


def test_shorts_receive_it(floor: Floor) -> None:
    floor.place("sell", "10")
    floor.clearing.fund()
    assert floor.told[-1] == "funded 0.10000000"


def test_an_account_that_secures_its_contracts_no_more_loses_them(floor: Floor) -> None:
    floor.place("buy", "90")
    floor.place("buy", "1", "80")
    price = floor.clearing.liquidation_price(floor.account, floor.account.positions()[0])
    assert price is not None
    assert round(price, 2) == Decimal("90.90")
    floor.price("90.8", "90.9")
    floor.clearing.measure()
    assert floor.position() == (Decimal(0), Decimal(0), Decimal(0))
    assert floor.told[-3:] == ["ended 2 cancelled requested", "taken 3", "filled 3 90 at 90.8"]
    assert floor.account.orders()[-1].cause is Cause.LIQUIDATION
    assert floor.account.balances.of("USDT").locked == Decimal(0)


def test_nobody_else_is_touched_as_long_as_it_is_secured(floor: Floor) -> None:
    floor.place("buy", "90")
    floor.price("90.9", "91.1")
    floor.clearing.measure()
    assert floor.position()[0] == Decimal(90)


def test_an_isolated_position_is_lost_by_itself(floor: Floor) -> None:
    floor.leverage("10", MarginMode.ISOLATED)
    floor.place("sell", "10")
    price = floor.clearing.liquidation_price(floor.account, floor.account.positions()[0])
    assert price is not None
    assert round(price, 2) == Decimal("107.82")
    floor.price("108", "108")
    floor.clearing.measure()
    assert floor.position()[0] == Decimal(0)
    assert floor.total() > Decimal(800)


def test_the_venue_may_close_a_position_for_reasons_of_its_own(floor: Floor) -> None:
    floor.place("sell", "10", position_side=PositionSide.SHORT)
    floor.clearing.close(floor.account, floor.account.positions()[0], Cause.DELEVERAGING)
    assert not floor.account.positions()
    assert floor.account.orders()[-1].cause is Cause.DELEVERAGING

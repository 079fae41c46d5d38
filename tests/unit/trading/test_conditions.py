"""When conditional orders trigger and timed ones end."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tradebook.kernel.ids import ClientOrderId, InstrumentId
from tradebook.matching.stops import Direction, StopIndex
from tradebook.trading.conditions import await_trigger, better_anchor, direction_of, end_of, triggered_type
from tradebook.trading.orders import OrderTerms, OrderType, Side, TimeInForce

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def terms(type_: OrderType = OrderType.STOP, side: Side = Side.SELL, **others: Any) -> OrderTerms:
    return OrderTerms(
        client_order_id=ClientOrderId("one"),
        instrument_id=InstrumentId("BTC-USDT.SIM"),
        side=side,
        type=type_,
        quantity=Decimal(1),
        **others,
    )


@pytest.mark.parametrize(
    ("type_", "side", "direction"),
    [
        (OrderType.STOP, Side.SELL, Direction.FALL),
        (OrderType.STOP_LIMIT, Side.BUY, Direction.RISE),
        (OrderType.TRAILING_STOP, Side.SELL, Direction.FALL),
        (OrderType.TAKE_PROFIT, Side.SELL, Direction.RISE),
        (OrderType.TAKE_PROFIT, Side.BUY, Direction.FALL),
    ],
)
def test_stops_wait_for_the_market_to_turn_and_take_profits_for_it_to_go_on(
    type_: OrderType, side: Side, direction: Direction
) -> None:
    assert direction_of(terms(type_, side)) is direction


def test_a_trigger_without_a_price_is_a_defect() -> None:
    with pytest.raises(ValueError, match="no stop price"):
        await_trigger(StopIndex(), "one", terms(), stop_price=None, anchor=None)
    with pytest.raises(ValueError, match="without an anchor"):
        await_trigger(StopIndex(), "one", terms(OrderType.TRAILING_STOP), stop_price=None, anchor=None)


def test_the_better_anchor_is_the_one_with_more_behind_it() -> None:
    low, high = Decimal(90), Decimal(110)
    assert better_anchor(Side.SELL, low, None, high) == high
    assert better_anchor(Side.BUY, low, None, high) == low
    assert better_anchor(Side.BUY, None) is None


def test_a_triggered_order_with_a_price_is_a_limit_order() -> None:
    assert triggered_type(Decimal(1)) is OrderType.LIMIT
    assert triggered_type(None) is OrderType.MARKET


def test_a_day_ends_at_midnight_utc() -> None:
    until = datetime(2026, 2, 1, tzinfo=UTC)
    assert end_of(terms(time_in_force=TimeInForce.DAY), NOON) == datetime(2026, 1, 6, tzinfo=UTC)
    assert end_of(terms(time_in_force=TimeInForce.GTD, expires_at=until), NOON) == until
    assert end_of(terms(), NOON) is None

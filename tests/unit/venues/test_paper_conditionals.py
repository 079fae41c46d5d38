"""Conditional and timed orders that rest at the paper venue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.support.market import START, HandMarket, nothing_missed
from tests.unit.venues.conftest import Desk

from tradebook.trading.orders import OffsetType, OrderType, Side, TimeInForce
from tradebook.venues.paper.venue import PaperVenue

BUY, SELL = Side.BUY, Side.SELL


@pytest.mark.parametrize(
    ("type_", "side", "not_yet", "then"),
    [
        (OrderType.STOP, BUY, "99.99", "100"),
        (OrderType.STOP, SELL, "100.01", "100"),
        (OrderType.TAKE_PROFIT, BUY, "100.01", "100"),
        (OrderType.TAKE_PROFIT, SELL, "99.99", "100"),
    ],
)
async def test_stops_trigger_on_trades(
    desk: Desk, type_: OrderType, side: Side, not_yet: str, then: str
) -> None:
    await desk.send("stop", side, "1", type=type_, stop_price="100")
    desk.market.quote_at("42", "43")
    desk.market.trade_at(not_yet)
    assert await desk.told() == ["stop acceptance"]
    desk.market.trade_at(then)
    price = "43" if side is BUY else "42"
    assert await desk.told() == [f"stop trigger {then}", f"stop fill 1 at {price} taker"]


async def test_a_triggered_order_stops_at_its_protection_price_which_moves_with_its_stop(desk: Desk) -> None:
    for name in ("moved", "stays"):
        await desk.send(name, BUY, "2", type=OrderType.STOP, stop_price="100", protection="110")
    await desk.told()
    moved = desk.venue._exchange.find("moved")
    assert moved is not None
    await desk.venue.replace(moved.request, quantity=Decimal(2), price=None, stop_price=Decimal(105))
    desk.market.book_at([("99", "1")], [("109", "1"), ("115.5", "9")])
    desk.market.trade_at("105")
    assert await desk.told() == [
        "moved replacement",
        "stays trigger 105",
        "stays fill 1 at 109 taker",
        "stays cancellation protection_price",
        "moved trigger 105",
        "moved fill 1 at 109 taker",
        "moved fill 1 at 115.5 taker",
    ]


async def test_a_stop_limit_rests_at_its_price_and_the_triggering_trade_does_not_fill_it(desk: Desk) -> None:
    await desk.send("stop", BUY, "1", type=OrderType.STOP_LIMIT, stop_price="100", price="101")
    desk.market.trade_at("100.5")
    assert await desk.told() == ["stop acceptance", "stop trigger 100.5"]
    desk.market.trade_at("100.5")
    assert await desk.told() == ["stop fill 1 at 101 maker"]


@pytest.mark.parametrize(("offset", "kind"), [("2", OffsetType.PRICE), ("2", OffsetType.PERCENT)])
async def test_a_trailing_stop_follows_the_best_trade(desk: Desk, offset: str, kind: OffsetType) -> None:
    desk.market.quote_at("90", "91")
    desk.market.trade_at("95")
    await desk.send(
        "trail", SELL, "1", type=OrderType.TRAILING_STOP, trailing_offset=offset, trailing_offset_type=kind
    )
    for price in ("100", "98.01", "99"):
        desk.market.trade_at(price)
    assert await desk.told() == ["trail acceptance"]
    desk.market.trade_at("98")
    assert await desk.told() == ["trail trailingmove 100", "trail trigger 98", "trail fill 1 at 90 taker"]


async def test_a_trailing_stop_tells_its_steps_once_a_second_of_the_market(desk: Desk) -> None:
    desk.market.trade_at("100")
    await desk.send("trail", SELL, "1", type=OrderType.TRAILING_STOP, trailing_offset="10")
    for tick in range(30):
        desk.market.pass_time(0.1)
        desk.market.trade_at(str(101 + tick))
    assert await desk.told() == ["trail acceptance", "trail trailingmove 111", "trail trailingmove 122"]


async def test_a_trailing_stop_says_nothing_of_less_than_a_step(desk: Desk) -> None:
    desk.market.trade_at("100")
    await desk.send("trail", BUY, "1", type=OrderType.TRAILING_STOP, trailing_offset="10")
    for price in ("99.6", "99.7", "99.51", "99.5", "99.8"):
        desk.market.pass_time(2)
        desk.market.trade_at(price)
    assert await desk.told() == ["trail acceptance", "trail trailingmove 99.5"]


async def test_orders_end_when_the_market_s_time_says_so(desk: Desk) -> None:
    until = START + timedelta(seconds=10)
    await desk.send("gtd", BUY, "1", price="100", time_in_force=TimeInForce.GTD, expires_at=until)
    await desk.send("day", BUY, "1", price="90", time_in_force=TimeInForce.DAY)
    desk.market.pass_time(9.9)
    desk.market.trade_at("101")
    assert await desk.told() == ["gtd acceptance", "day acceptance"]
    desk.market.pass_time(0.1)
    desk.market.trade_at("101")
    assert await desk.told() == ["gtd expiry gtd"]
    desk.market.pass_time((datetime(2026, 1, 6, tzinfo=UTC) - desk.market.now()).total_seconds())
    desk.market.trade_at("101")
    assert await desk.told() == ["day expiry day"]


async def test_an_order_that_arrives_after_its_end_expires(desk: Desk) -> None:
    await desk.send("late", BUY, "1", price="100", time_in_force=TimeInForce.GTD, expires_at=START)
    assert await desk.told() == ["late acceptance", "late expiry gtd"]


async def test_a_venue_that_leaves_conditionals_to_trading_rejects_them() -> None:
    market = HandMarket()
    desk = Desk(market, PaperVenue("sim", market, run_id="run"))
    assert desk.venue.capabilities.rests == frozenset()
    await desk.venue.start(desk.record, nothing_missed)
    await desk.send("stop", BUY, "1", type=OrderType.STOP, stop_price="100")
    assert await desk.told() == ["stop rejection conditional_orders_do_not_rest_here"]
    await desk.venue.stop()

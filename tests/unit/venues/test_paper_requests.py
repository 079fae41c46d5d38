"""Requests to the paper venue: repeated, late, changed, asked about."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from tests.support.market import HandMarket, nothing_missed
from tests.unit.venues.conftest import FOREVER, Desk

from tradebook.kernel.ids import OrderId
from tradebook.trading.commands import RecordFill
from tradebook.trading.orders import OrderStatus, OrderType, Side
from tradebook.venues.paper import venue as paper
from tradebook.venues.paper.rules import latency_of
from tradebook.venues.paper.venue import PaperVenue

BUY, SELL = Side.BUY, Side.SELL


async def test_the_same_order_twice_is_one_order(desk: Desk) -> None:
    desk.market.quote_at("99", "101")
    order = await desk.send("buy", BUY, "1")
    await desk.venue.submit(order, send_before=FOREVER)
    assert await desk.told() == ["buy acceptance", "buy fill 1 at 101 taker"]


async def test_nothing_is_taken_after_send_before(desk: Desk) -> None:
    order = await desk.send("buy", BUY, "1", price="90")
    late = msgspec.structs.replace(order, order_id=OrderId("late"))
    await desk.venue.submit(late, send_before=datetime(2020, 1, 1, tzinfo=UTC))
    assert await desk.told() == ["buy acceptance"]
    assert await desk.venue.query(late) is None


async def test_a_cancel_ends_an_order_and_a_second_one_is_rejected(desk: Desk) -> None:
    order = await desk.send("buy", BUY, "1", price="90")
    await desk.venue.cancel(order)
    await desk.venue.cancel(order)
    desk.market.trade_at("80")
    assert await desk.told() == [
        "buy acceptance",
        "buy cancellation requested",
        "buy cancelrejection not_open",
    ]


async def test_less_size_keeps_the_place_and_another_price_loses_it(desk: Desk) -> None:
    first = await desk.send("first", BUY, "2", price="100")
    second = await desk.send("second", BUY, "2", price="100")
    await desk.venue.replace(first, quantity=Decimal(1), price=None, stop_price=None)
    desk.market.trade_at("99", "1.5")
    assert (await desk.told())[2:] == [
        "first replacement",
        "first fill 1 at 100 maker",
        "second fill 0.5 at 100 maker",
    ]
    third = await desk.send("third", BUY, "1", price="101")
    await desk.venue.replace(second, quantity=Decimal(2), price=Decimal(101), stop_price=None)
    desk.market.trade_at("100", "1.5")
    assert await desk.told() == [
        "third acceptance",
        "second replacement",
        "third fill 1 at 101 maker",
        "second fill 0.5 at 101 maker",
    ]
    await desk.venue.replace(third, quantity=Decimal(2), price=None, stop_price=None)
    await desk.venue.replace(second, quantity=Decimal(1), price=None, stop_price=None)
    assert await desk.told() == ["third replacerejection not_open", "second replacerejection already_filled"]


async def test_a_resting_stop_takes_its_new_price(desk: Desk) -> None:
    order = await desk.send("stop", SELL, "1", type=OrderType.STOP, stop_price="100")
    await desk.venue.replace(order, quantity=Decimal(1), price=None, stop_price=Decimal(90))
    desk.market.quote_at("89", "91")
    desk.market.trade_at("95")
    desk.market.trade_at("90")
    assert (await desk.told())[2:] == ["stop trigger 90", "stop fill 1 at 89 taker"]


async def test_a_query_answers_with_everything_that_was_reported(desk: Desk) -> None:
    desk.market.quote_at("99", "101", ask_size="0.4")
    order = await desk.send("buy", BUY, "1", price="101")
    state = await desk.venue.query(order)
    assert state is not None
    assert (state.status, state.filled_quantity) == (OrderStatus.PARTIALLY_FILLED, Decimal("0.4"))
    await desk.told()
    assert [type(report).__name__ for report in state.reports] == ["RecordAcceptance", "RecordFill"]
    assert await desk.venue.open_orders(order.account_id) == [state]


async def test_fill_ids_are_functions_of_run_order_and_market() -> None:
    async def fill_id(run_id: str) -> str:
        market = HandMarket()
        desk = Desk(market, PaperVenue("sim", market, run_id=run_id))
        market.quote_at("99", "101")
        await desk.send("buy", BUY, "1")
        (fill,) = desk.venue._exchange.find("buy").reports[1:]  # type: ignore[union-attr]  # it is there
        assert isinstance(fill, RecordFill)
        return fill.fill_id

    assert await fill_id("monday") == await fill_id("monday")
    assert await fill_id("monday") != await fill_id("tuesday")


async def test_an_order_acts_on_the_first_market_state_after_its_latency() -> None:
    market = HandMarket()
    desk = Desk(market, PaperVenue("sim", market, run_id="run", latency_ms=(50, 50)))
    await desk.venue.start(desk.record, nothing_missed)
    market.quote_at("99", "101")
    order = await desk.send("buy", BUY, "1")
    market.pass_time(0.049)
    market.quote_at("99", "102")
    assert await desk.told() == []
    state = await desk.venue.query(order)
    assert state is not None
    assert state.status is OrderStatus.SUBMITTED
    market.pass_time(0.001)
    market.quote_at("99", "103")
    assert await desk.told() == ["buy acceptance", "buy fill 1 at 103 taker"]
    await desk.venue.stop()


async def test_in_a_quiet_market_a_timer_lets_orders_arrive() -> None:
    market = HandMarket()
    desk = Desk(market, PaperVenue("sim", market, run_id="run", latency_ms=(1, 1)))
    await desk.venue.start(desk.record, nothing_missed)
    await desk.send("buy", BUY, "1", price="90")
    market.pass_time(0.001)
    await asyncio.sleep(0.03)
    assert await desk.told() == ["buy acceptance"]
    await desk.venue.stop()


def test_latency_is_the_same_for_the_same_request_and_within_its_range() -> None:
    spread = [latency_of(7, f"order {number}", 1, range_ms=(10, 20)) for number in range(200)]
    assert all(timedelta(milliseconds=10) <= latency <= timedelta(milliseconds=20) for latency in spread)
    assert len(set(spread)) > 100
    assert latency_of(7, "order 3", 1, range_ms=(10, 20)) == spread[3]


async def test_a_venue_whose_reports_are_not_recorded_shuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "UNRECORDED_REPORTS_MAX", 1)
    market = HandMarket()
    desk = Desk(market, PaperVenue("sim", market, run_id="run"))
    first = await desk.send("first", BUY, "1", price="90")
    with pytest.raises(ConnectionError):
        await desk.send("second", BUY, "1", price="90")
    await desk.venue.start(desk.record, nothing_missed)
    assert await desk.told() == ["first acceptance"]
    await desk.venue.cancel(first)
    assert await desk.told() == ["first cancellation requested"]
    await desk.venue.stop()


async def test_a_restored_market_order_waits_for_the_first_price() -> None:
    market = HandMarket()
    desk = Desk(market, PaperVenue("sim", market, run_id="run"))
    await desk.venue.start(desk.record, nothing_missed)
    order = await desk.send("buy", BUY, "1", restored=True)
    state = await desk.venue.query(order)
    assert state is not None
    assert state.status is OrderStatus.SUBMITTED
    market.quote_at("99", "101")
    assert await desk.told() == ["buy fill 1 at 101 taker"]
    await desk.venue.stop()


async def test_a_restored_order_that_cannot_work_any_more_is_cancelled() -> None:
    market = HandMarket()
    market.quote_at("99", "101")
    desk = Desk(market, PaperVenue("sim", market, run_id="run"))
    await desk.venue.start(desk.record, nothing_missed)
    await desk.send("crumb", BUY, quote_quantity="0.01", restored=True)
    assert await desk.told() == ["crumb cancellation less_than_one_lot"]
    await desk.venue.stop()

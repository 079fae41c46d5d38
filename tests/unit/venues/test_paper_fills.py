"""What an order gets on the paper venue."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.venues.conftest import Desk

from tradebook.trading.commands import RecordFill
from tradebook.trading.orders import Side, TimeInForce

BUY, SELL = Side.BUY, Side.SELL


async def test_a_market_order_fills_whole_at_the_last_quote(desk: Desk) -> None:
    desk.market.quote_at("99", "101", ask_size="0.5")
    await desk.send("buy", BUY, "2")
    await desk.send("sell", SELL, "1")
    assert await desk.told() == [
        "buy acceptance",
        "buy fill 2 at 101 taker",
        "sell acceptance",
        "sell fill 1 at 99 taker",
    ]


async def test_a_market_order_walks_the_known_depth_and_ends_at_its_worst_price(desk: Desk) -> None:
    desk.market.quote_at("99", "101")
    desk.market.book_at([("99", "1")], [("101", "1"), ("102", "0.5"), ("105", "0.1")])
    await desk.send("buy", BUY, "2")
    assert await desk.told() == [
        "buy acceptance",
        "buy fill 1 at 101 taker",
        "buy fill 0.5 at 102 taker",
        "buy fill 0.5 at 105 taker",
    ]


async def test_a_market_order_stops_at_its_protection_price_and_the_rest_is_cancelled(desk: Desk) -> None:
    desk.market.quote_at("99", "101")
    desk.market.book_at([("99", "0.2"), ("80", "5")], [("101", "1"), ("102", "0.5"), ("150", "9")])
    await desk.send("buy", BUY, "2", protection="111.1")
    await desk.send("sell", SELL, "1", protection="89.1")
    await desk.send("spend", BUY, quote_quantity="1000", protection="101.5")
    await desk.send("small", BUY, "1", protection="101")
    assert await desk.told() == [
        "buy acceptance",
        "buy fill 1 at 101 taker",
        "buy fill 0.5 at 102 taker",
        "buy cancellation protection_price",
        "sell acceptance",
        "sell fill 0.2 at 99 taker",
        "sell cancellation protection_price",
        "spend acceptance",
        "spend fill 1 at 101 taker",
        "spend cancellation protection_price",
        "small acceptance",
        "small fill 1 at 101 taker",
    ]


async def test_beyond_its_protection_price_a_market_order_gets_nothing(desk: Desk) -> None:
    desk.market.quote_at("99", "101")
    await desk.send("buy", BUY, "1", protection="100")
    assert await desk.told() == ["buy acceptance", "buy cancellation protection_price"]


async def test_a_fill_or_kill_market_order_that_its_protection_price_cuts_is_killed(desk: Desk) -> None:
    desk.market.quote_at("99", "101")
    desk.market.book_at([], [("101", "1"), ("150", "9")])
    await desk.send("buy", BUY, "2", protection="111", time_in_force=TimeInForce.FOK)
    assert await desk.told() == ["buy acceptance", "buy cancellation fill_or_kill"]


async def test_without_a_quote_a_market_order_fills_at_the_last_trade(desk: Desk) -> None:
    desk.market.trade_at("100", "0.001")
    await desk.send("buy", BUY, "2")
    assert await desk.told() == ["buy acceptance", "buy fill 2 at 100 taker"]


async def test_without_any_price_a_market_order_is_rejected(desk: Desk) -> None:
    await desk.send("buy", BUY, "2")
    assert await desk.told() == ["buy rejection no_price"]


async def test_a_market_order_for_an_amount_of_money_pays_the_fee_out_of_it(desk: Desk) -> None:
    desk.market.quote_at("99", "100")
    await desk.send("buy", BUY, quote_quantity="1000")
    await desk.send("sell", SELL, quote_quantity="1000")
    await desk.send("crumb", BUY, quote_quantity="0.1")
    fee_inside = desk.venue._exchange.find("buy").reports[1]  # type: ignore[union-attr]  # it is there
    assert isinstance(fee_inside, RecordFill)
    assert fee_inside.fee == Decimal("2.00")
    assert await desk.told() == [
        "buy acceptance",
        "buy fill 9.98 at 100 taker",
        "sell acceptance",
        "sell fill 10.101 at 99 taker",
        "crumb rejection less_than_one_lot",
    ]


async def test_an_aggressive_limit_order_takes_the_displayed_size_and_the_rest_rests(desk: Desk) -> None:
    desk.market.quote_at("99", "101", ask_size="0.4")
    await desk.send("buy", BUY, "1", price="102")
    assert await desk.told() == ["buy acceptance", "buy fill 0.4 at 101 taker"]
    desk.market.trade_at("101.5", "5")
    assert await desk.told() == ["buy fill 0.6 at 102 maker"]


async def test_displayed_float_noise_is_cut_to_the_lot(desk: Desk) -> None:
    desk.market.quote_at("99", "101", ask_size="0.40000000000000004")
    await desk.send("buy", BUY, "1", price="102", time_in_force=TimeInForce.IOC)
    assert await desk.told() == [
        "buy acceptance",
        "buy fill 0.4 at 101 taker",
        "buy cancellation immediate_or_cancel",
    ]


async def test_an_aggressive_limit_order_walks_the_depth_only_to_its_limit(desk: Desk) -> None:
    desk.market.quote_at("99", "101")
    desk.market.book_at([("99", "1"), ("98", "1"), ("97", "1")], [("101", "1")])
    await desk.send("sell", SELL, "5", price="98")
    assert await desk.told() == [
        "sell acceptance",
        "sell fill 1 at 99 taker",
        "sell fill 1 at 98 taker",
    ]


async def test_fill_or_kill_is_all_or_nothing_against_the_displayed_size(desk: Desk) -> None:
    desk.market.quote_at("99", "101", ask_size="1")
    await desk.send("too much", BUY, "1.001", price="101", time_in_force=TimeInForce.FOK)
    await desk.send("enough", BUY, "1", price="101", time_in_force=TimeInForce.FOK)
    assert await desk.told() == [
        "too much acceptance",
        "too much cancellation fill_or_kill",
        "enough acceptance",
        "enough fill 1 at 101 taker",
    ]


async def test_a_post_only_order_that_would_trade_is_rejected(desk: Desk) -> None:
    desk.market.quote_at("99", "101")
    await desk.send("crosses", BUY, "1", price="101", post_only=True)
    await desk.send("rests", BUY, "1", price="100.99", post_only=True)
    assert await desk.told() == ["crosses rejection post_only_would_trade", "rests acceptance"]


async def test_a_touch_and_a_quote_fill_nothing_but_a_print_through_does(desk: Desk) -> None:
    desk.market.quote_at("99", "101")
    await desk.send("buy", BUY, "1", price="100")
    desk.market.trade_at("100", "50")
    desk.market.quote_at("98", "99.5")
    assert await desk.told() == ["buy acceptance"]
    desk.market.trade_at("99.99", "0.25")
    assert await desk.told() == ["buy fill 0.25 at 100 maker"]
    desk.market.trade_at("99.98", "5")
    assert await desk.told() == ["buy fill 0.75 at 100 maker"]


async def test_a_trade_is_shared_by_price_and_then_by_time(desk: Desk) -> None:
    desk.market.quote_at("99", "105")
    await desk.send("low", BUY, "1", price="100")
    await desk.send("early", BUY, "1", price="101")
    await desk.send("late", BUY, "1", price="101")
    await desk.told()
    desk.market.trade_at("99.5", "1.5")
    assert await desk.told() == ["early fill 1 at 101 maker", "late fill 0.5 at 101 maker"]
    desk.market.trade_at("99.5", "1.5")
    assert await desk.told() == ["late fill 0.5 at 101 maker", "low fill 1 at 100 maker"]


async def test_a_restored_order_rests_at_the_back_and_is_not_accepted_again(desk: Desk) -> None:
    await desk.send("newer", SELL, "1", price="100")
    await desk.send("older", SELL, "1", price="100", restored=True)
    desk.market.trade_at("100.01", "1.5")
    assert await desk.told() == [
        "newer acceptance",
        "newer fill 1 at 100 maker",
        "older fill 0.5 at 100 maker",
    ]


async def test_fees_are_rounded_half_to_even_in_the_quote_asset(desk: Desk) -> None:
    desk.market.quote_at("99", "102.5")
    await desk.send("buy", BUY, "0.1", price="102.5")
    fill = desk.venue._exchange.find("buy").reports[1]  # type: ignore[union-attr]  # it is there
    assert isinstance(fill, RecordFill)
    assert (fill.fee, fill.fee_asset) == (Decimal("0.02"), "USDT")

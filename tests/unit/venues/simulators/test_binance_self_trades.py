"""What the simulated Binance does about an account that would trade with itself."""

from __future__ import annotations

import pytest
from tests.support.simulated_binance import Exchange


@pytest.fixture
def exchange() -> Exchange:
    """The market stands at 99/101; the account sells at 100 and 100.5 within, at 101.5 behind."""
    exchange = Exchange(USDT="1000", BTC="10")
    exchange.quote("99", "101")
    exchange.trade("100")
    for price in ("100.5", "100", "101.5"):
        exchange.limit("SELL", price, "1")
    exchange.listen()
    return exchange


def open_orders(exchange: Exchange) -> list[int]:
    return [each["orderId"] for each in exchange.ask("GET", "/api/v3/openOrders")[1]]


def test_an_order_expires_those_of_its_account_that_it_would_trade_with(exchange: Exchange) -> None:
    placed = exchange.limit("BUY", "101", "2", selfTradePreventionMode="EXPIRE_MAKER")
    assert placed["executedQty"] == "1.00000000"
    assert open_orders(exchange) == [3, 4]
    assert exchange.reports() == [
        ("TRADE_PREVENTION", "EXPIRED_IN_MATCH"),
        ("TRADE_PREVENTION", "EXPIRED_IN_MATCH"),
        ("NEW", "NEW"),
        ("TRADE", "PARTIALLY_FILLED"),
    ]
    first = exchange.heard[0]["event"]
    assert (first["i"], first["v"], first["A"], first["B"]) == (2, 1, "1.00000000", "1.00000000")
    expired = exchange.order(orderId=1)
    assert (expired["status"], expired["preventedQuantity"]) == ("EXPIRED_IN_MATCH", "1.00000000")
    assert exchange.balances()["BTC"] == ("9.99900000", "1.00000000")


def test_an_order_expires_rather_than_trade_with_its_account(exchange: Exchange) -> None:
    placed = exchange.limit("BUY", "101", "2", selfTradePreventionMode="EXPIRE_TAKER")
    assert (placed["status"], placed["fills"]) == ("EXPIRED_IN_MATCH", [])
    assert open_orders(exchange) == [1, 2, 3]
    assert exchange.reports() == [("NEW", "NEW"), ("TRADE_PREVENTION", "EXPIRED_IN_MATCH")]
    assert exchange.balances()["USDT"] == ("1000.00000000", "0.00000000")


def test_both_sides_expire_where_that_is_wished(exchange: Exchange) -> None:
    placed = exchange.place("BUY", "MARKET", quantity="1", selfTradePreventionMode="EXPIRE_BOTH")
    assert placed["status"] == "EXPIRED_IN_MATCH"
    assert open_orders(exchange) == [3]


def test_an_order_that_has_what_it_wants_from_others_reaches_nothing_behind_them() -> None:
    exchange = Exchange(USDT="1000", BTC="10")
    exchange.quote("99", "101")
    exchange.trade("100")
    exchange.limit("SELL", "101.5", "1")
    placed = exchange.limit("BUY", "102", "1", selfTradePreventionMode="EXPIRE_TAKER")
    assert placed["status"] == "FILLED"
    placed = exchange.limit("BUY", "102", "2", selfTradePreventionMode="EXPIRE_TAKER")
    assert placed["status"] == "EXPIRED_IN_MATCH"


def test_nothing_is_prevented_unless_it_is_asked_for(exchange: Exchange) -> None:
    assert exchange.limit("BUY", "101", "1")["status"] == "FILLED"
    assert open_orders(exchange) == [1, 2, 3]


def test_other_ways_are_not_taken(exchange: Exchange) -> None:
    words = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}
    assert exchange.refusal("POST", "/api/v3/order", **words, selfTradePreventionMode="DECREMENT") == (
        -1013,
        "This symbol does not allow the specified self-trade prevention mode.",
    )

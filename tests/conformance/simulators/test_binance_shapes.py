"""What the simulated Binance says has every field that the real one's examples have, written the same way."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.support.simulated_binance import Exchange
from tests.support.vectors import VECTORS

SPOT = VECTORS / "exchange_wire" / "nautilus" / "binance" / "spot"
PYTHON = VECTORS / "exchange_wire" / "nautilus" / "binance_py" / "http_responses"
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def example(path: str) -> Any:
    root = PYTHON if path.startswith("http_wallet") else SPOT
    return json.loads((root / path).read_text())


@pytest.fixture
def exchange() -> Exchange:
    exchange = Exchange(USDT="1000", BTC="2")
    exchange.quote("99", "101")
    exchange.trade("100")
    exchange.listen()
    return exchange


def kind_of(value: Any) -> str:
    """Numbers in strings are one kind, other strings another."""
    if isinstance(value, str):
        return "number in a string" if NUMBER.fullmatch(value) else "string"
    return type(value).__name__


def require_like(said: Any, shown: Any, where: str = "") -> None:
    """Raises AssertionError for a field of the example that is not there or is of another kind."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in said, f"{where}.{name} is missing"
            require_like(said[name], value, f"{where}.{name}")
    elif isinstance(shown, list):
        if shown:
            assert said, f"{where} is empty"
            require_like(said[0], shown[0], f"{where}[0]")
    else:
        assert kind_of(said) == kind_of(shown), f"{where}: {said!r} is not like {shown!r}"


def said(exchange: Exchange, method: str, path: str, **params: str | int) -> Any:
    status, document = exchange.ask(method, path, symbol="BTCUSDT", **params)
    assert status == 200, document
    return document


def test_a_placed_order_and_its_fills(exchange: Exchange) -> None:
    placed = exchange.place("SELL", "MARKET", quantity="1", newClientOrderId="mine")
    require_like(placed, example("http_json/new_order_full_response.json"))


def test_orders_that_are_asked_for(exchange: Exchange) -> None:
    exchange.limit("BUY", "90", "1", newClientOrderId="mine")
    shown = example("http_json/order_response.json")
    require_like(said(exchange, "GET", "/api/v3/order", orderId=1), shown)
    require_like(said(exchange, "GET", "/api/v3/openOrders"), [shown])
    require_like(said(exchange, "GET", "/api/v3/allOrders"), example("http_json/all_orders_response.json"))


def test_cancelled_orders(exchange: Exchange) -> None:
    exchange.limit("BUY", "90", "1", newClientOrderId="mine")
    shown = example("http_json/cancel_order_response.json")
    require_like(said(exchange, "DELETE", "/api/v3/order", orderId=1, newClientOrderId="away"), shown)
    exchange.limit("BUY", "90", "1")
    require_like(
        said(exchange, "DELETE", "/api/v3/openOrders"),
        example("http_json/cancel_open_orders_response.json")[:1],
    )


def test_trades_balances_and_fees(exchange: Exchange) -> None:
    exchange.place("BUY", "MARKET", quantity="1")
    require_like(said(exchange, "GET", "/api/v3/myTrades"), example("http_json/account_trades_response.json"))
    require_like(exchange.ask("GET", "/api/v3/account")[1], example("http_json/account_response.json"))
    require_like(said(exchange, "GET", "/sapi/v1/asset/tradeFee"), example("http_wallet_trading_fees.json"))


def test_what_is_told_of_orders_and_balances(exchange: Exchange) -> None:
    exchange.limit("BUY", "90", "1", newClientOrderId="mine")
    report, position = exchange.heard
    require_like(report, example("user_data_json/execution_report_wrapped.json"))
    require_like(position, example("user_data_json/account_position_wrapped.json"))


@pytest.mark.parametrize(
    ("time_in_force", "which", "name"),
    [("GTC", -2, "execution_report_trade"), ("IOC", -2, "execution_report_expired")],
)
def test_what_is_told_of_fills_and_of_ends(
    exchange: Exchange, time_in_force: str, which: int, name: str
) -> None:
    quantity = "1" if time_in_force == "GTC" else "2"
    exchange.limit("BUY", "101", quantity, timeInForce=time_in_force, newClientOrderId="mine")
    require_like(exchange.heard[which]["event"], example(f"user_data_json/{name}.json"))


def test_the_list_of_symbols(exchange: Exchange) -> None:
    listed = exchange.ask("GET", "/api/v3/exchangeInfo")[1]
    shown = example("http_json/exchange_info_response.json")
    require_like(listed, {name: value for name, value in shown.items() if name != "sors"})

"""Orders that the simulated Binance does not take, and why it says so."""

from __future__ import annotations

import pytest
from tests.support.simulated_binance import Exchange

LIMIT = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "1",
    "price": "90",
}
MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET"}


@pytest.fixture
def exchange() -> Exchange:
    exchange = Exchange(USDT="1000", BTC="2")
    exchange.quote("99", "101")
    exchange.trade("100")
    return exchange


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"symbol": "NOTHING"}, (-1121, "Invalid symbol.")),
        ({"side": "HOLD"}, (-1117, "Invalid side.")),
        ({"type": "GUESS"}, (-1116, "Invalid orderType.")),
        ({"timeInForce": "GTX"}, (-1115, "Invalid timeInForce.")),
        ({"price": "90.001"}, (-1013, "Filter failure: PRICE_FILTER")),
        ({"price": "2000000"}, (-1013, "Filter failure: PRICE_FILTER")),
        ({"quantity": "0.0005"}, (-1013, "Filter failure: LOT_SIZE")),
        ({"quantity": "0.05"}, (-1013, "Filter failure: NOTIONAL")),
        ({"quantity": "0.123456789"}, (-1111, "Parameter 'quantity' has too much precision.")),
        ({"quantity": "12"}, (-2010, "Account has insufficient balance for requested action.")),
        ({"stopPrice": "80"}, (-1106, "Parameter 'stopPrice' sent when not required.")),
        ({"trailingDelta": "100"}, (-2010, "Trailing stop orders are not supported for this symbol.")),
        ({"icebergQty": "0.1"}, (-2010, "Iceberg orders are not supported for this symbol.")),
    ],
)
def test_an_order_that_breaks_a_rule_is_refused_by_its_name(
    exchange: Exchange, change: dict[str, str], refusal: tuple[int, str]
) -> None:
    assert exchange.refusal("POST", "/api/v3/order", **{**LIMIT, **change}) == refusal


@pytest.mark.parametrize("name", ["symbol", "side", "type", "timeInForce", "quantity", "price"])
def test_an_order_needs_all_its_terms(exchange: Exchange, name: str) -> None:
    words = {key: value for key, value in LIMIT.items() if key != name}
    code, message = exchange.refusal("POST", "/api/v3/order", **words)
    assert (code, f"'{name}'" in message) == (-1102, True)


@pytest.mark.parametrize("text", ["", "1e3", "-1", "NaN", "1,5", "0", "1" * 20 + "." + "1" * 20])
def test_a_quantity_is_a_plain_positive_number(exchange: Exchange, text: str) -> None:
    code, _ = exchange.refusal("POST", "/api/v3/order", **{**LIMIT, "quantity": text})
    assert code in (-1100, -1102)


def test_a_client_order_id_has_letters_digits_and_dashes_only(exchange: Exchange) -> None:
    code, message = exchange.refusal("POST", "/api/v3/order", **LIMIT, newClientOrderId="mine/1")
    assert (code, "^[a-zA-Z0-9-_]{1,36}$" in message) == (-1100, True)
    assert exchange.refusal("POST", "/api/v3/order", **LIMIT, newClientOrderId="a" * 37)[0] == -1100


def test_a_market_order_has_a_quantity_or_an_amount_and_not_both(exchange: Exchange) -> None:
    assert exchange.refusal("POST", "/api/v3/order", **MARKET)[0] == -1102
    both = exchange.refusal("POST", "/api/v3/order", **MARKET, quantity="1", quoteOrderQty="50")
    assert both[0] == -1106


def test_a_market_order_must_be_worth_enough_at_the_last_price(exchange: Exchange) -> None:
    assert exchange.refusal("POST", "/api/v3/order", **MARKET, quantity="0.04") == (
        -1013,
        "Filter failure: NOTIONAL",
    )


def test_a_market_order_that_buys_less_than_a_lot_is_refused_and_gives_everything_back() -> None:
    exchange = Exchange(USDT="1000")
    exchange.quote("99998", "99999")
    assert exchange.refusal("POST", "/api/v3/order", **MARKET, quoteOrderQty="50") == (
        -1013,
        "Filter failure: LOT_SIZE",
    )
    assert exchange.balances() == {"USDT": ("1000.00000000", "0.00000000")}


def test_there_is_no_market_order_without_a_market() -> None:
    exchange = Exchange(USDT="1000")
    assert exchange.refusal("POST", "/api/v3/order", **MARKET, quantity="1")[0] == -2010


def test_no_more_is_sold_than_there_is(exchange: Exchange) -> None:
    exchange.limit("SELL", "110", "1.5")
    code, _ = exchange.refusal("POST", "/api/v3/order", **{**MARKET, "side": "SELL"}, quantity="1")
    assert code == -2010


def test_an_order_is_asked_for_by_an_id_that_there_is(exchange: Exchange) -> None:
    assert exchange.refusal("GET", "/api/v3/order", symbol="BTCUSDT", orderId=7) == (
        -2013,
        "Order does not exist.",
    )
    assert exchange.refusal("GET", "/api/v3/order", symbol="BTCUSDT")[0] == -1102
    exchange.limit("BUY", "90", "1", newClientOrderId="mine")
    mixed: dict[str, str | int] = {"symbol": "BTCUSDT", "orderId": 1, "origClientOrderId": "another"}
    assert exchange.refusal("GET", "/api/v3/order", **mixed)[0] == -2013


def test_an_order_is_cancelled_only_in_the_state_that_was_asked_for(exchange: Exchange) -> None:
    exchange.limit("BUY", "90", "1")
    cancel: dict[str, str | int] = {"symbol": "BTCUSDT", "orderId": 1}
    refused = exchange.refusal(
        "DELETE", "/api/v3/order", **cancel, cancelRestrictions="ONLY_PARTIALLY_FILLED"
    )
    assert refused == (-2011, "Order was not canceled due to cancel restrictions.")
    assert exchange.refusal("DELETE", "/api/v3/order", **cancel, cancelRestrictions="NEVER")[0] == -1145
    assert exchange.ask("DELETE", "/api/v3/order", **cancel, cancelRestrictions="ONLY_NEW")[0] == 200


def test_history_between_two_times_spans_a_day_at_most(exchange: Exchange) -> None:
    day_ms, end = 86_400_000, exchange.milliseconds
    words: dict[str, str | int] = {"symbol": "BTCUSDT", "endTime": end}
    assert exchange.refusal("GET", "/api/v3/myTrades", **words, startTime=end - day_ms - 1)[0] == -1127
    assert exchange.ask("GET", "/api/v3/myTrades", **words, startTime=end - day_ms) == (200, [])

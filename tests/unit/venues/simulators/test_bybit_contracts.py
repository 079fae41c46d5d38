"""The simulated Bybit trades contracts, secures positions and tells of them as the documentation says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.support.simulated_bybit import Exchange

from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.venue import SimulatedRequest

CREATE, AMEND, CANCEL = "/v5/order/create", "/v5/order/amend", "/v5/order/cancel"
LEVERAGE, MODE, POSITIONS = "/v5/position/set-leverage", "/v5/position/switch-mode", "/v5/position/list"
SYMBOL: dict[str, Any] = {"category": "linear", "symbol": "BTCUSDT"}
INVERSE: dict[str, Any] = {"category": "inverse", "symbol": "BTCUSD"}


@pytest.fixture
def it() -> Exchange:
    """At 99 to 101, traded at 100."""
    exchange = Exchange(USDT="1000", BTC="2")
    exchange.quote("99", "101", size="100")
    exchange.trade("100")
    return exchange


def market(it: Exchange, side: str, quantity: str, **more: Any) -> str:
    words = {**SYMBOL, "side": side, "orderType": "Market", "qty": quantity, **more}
    return str(it.ask("POST", CREATE, **words)["orderId"])


def limit(it: Exchange, side: str, price: str, quantity: str, **more: Any) -> str:
    words = {**SYMBOL, "side": side, "orderType": "Limit", "price": price, "qty": quantity, **more}
    return str(it.ask("POST", CREATE, **words)["orderId"])


def positions(it: Exchange, **which: Any) -> list[tuple[int, str, str, str]]:
    told = it.ask("GET", POSITIONS, **(which or SYMBOL))["list"]
    return [(each["positionIdx"], each["side"], each["size"], each["avgPrice"]) for each in told]


def refused(it: Exchange, path: str, **params: Any) -> int:
    return it.refusal("POST", path, **{**SYMBOL, **params})


def test_a_trade_opens_a_position_and_another_closes_it(it: Exchange) -> None:
    market(it, "Buy", "2")
    assert positions(it) == [(0, "Buy", "2", "101")]
    it.quote("109", "111", size="100")
    market(it, "Sell", "2", reduceOnly=True)
    assert positions(it) == [(0, "", "0", "0")]
    assert positions(it, category="linear", settleCoin="USDT") == []
    closing, opening = it.ask("GET", "/v5/execution/list", category="linear")["list"]
    assert (opening["closedSize"], opening["execFee"]) == ("0", "0.1111")
    assert (closing["closedSize"], closing["feeCurrency"]) == ("2", "")
    logged = it.ask("GET", "/v5/account/transaction-log", accountType="UNIFIED", category="linear")["list"][0]
    assert (logged["cashFlow"], logged["change"], logged["tradeId"]) == ("16", "15.8801", closing["execId"])
    # 16, less fees of 0.1111 and 0.1199.
    assert it.balances()["USDT"] == ("1015.769", "0")


def test_margin_is_no_spot_orders_lock(it: Exchange) -> None:
    market(it, "Buy", "2")
    limit(it, "Buy", "90", "1")
    (wallet,) = it.ask("GET", "/v5/account/wallet-balance", accountType="UNIFIED", coin="USDT")["list"]
    (coin,) = wallet["coin"]
    assert (coin["locked"], coin["totalPositionIM"]) == ("0", "202")
    assert coin["totalOrderIM"] == "90.0495"  # 90, and its fee


def test_one_symbol_means_two_things_in_two_categories(it: Exchange) -> None:
    spot = it.limit("Buy", "90", "1")
    linear = limit(it, "Buy", "90", "1")
    told = it.ask("GET", "/v5/order/realtime", category="linear", symbol="BTCUSDT")["list"]
    assert [each["orderId"] for each in told] == [linear]
    assert it.order(symbol="BTCUSDT")["orderId"] == spot
    assert refused(it, CANCEL, orderId=spot) == 110001


def test_inverse_contracts_are_dollars_settled_in_the_coin(it: Exchange) -> None:
    market(it, "Buy", "101", **INVERSE)
    assert positions(it, **INVERSE) == [(0, "Buy", "101", "101")]
    assert it.balances()["BTC"][0] == "1.99945"  # 1 BTC's worth, 0.055 % of it
    assert positions(it, category="inverse") == [(0, "Buy", "101", "101")]


def test_a_position_needs_less_margin_where_leverage_is_higher(it: Exchange) -> None:
    assert refused(it, CREATE, side="Buy", orderType="Market", qty="20") == 110007
    it.ask("POST", LEVERAGE, **SYMBOL, buyLeverage="10", sellLeverage="10")
    assert refused(it, LEVERAGE, buyLeverage="10", sellLeverage="10") == 110043
    assert refused(it, LEVERAGE, buyLeverage="101", sellLeverage="101") == 110013
    market(it, "Buy", "20")
    assert positions(it) == [(0, "Buy", "20", "101")]


def test_a_mode_has_the_positions_that_it_has(it: Exchange) -> None:
    hedged = {"side": "Buy", "orderType": "Market", "qty": "1", "positionIdx": 1}
    assert refused(it, CREATE, **hedged) == 10001
    it.ask("POST", MODE, **SYMBOL, mode=3)
    assert refused(it, MODE, mode=3) == 110025
    assert refused(it, CREATE, side="Buy", orderType="Market", qty="1") == 10001
    it.ask("POST", CREATE, **SYMBOL, **hedged)
    assert positions(it) == [(1, "Buy", "1", "101"), (2, "", "0", "0")]
    assert refused(it, MODE, mode=0) == 110024


def test_what_only_reduces_needs_something_to_reduce(it: Exchange) -> None:
    assert refused(it, CREATE, side="Sell", orderType="Market", qty="1", reduceOnly=True) == 110017


@pytest.mark.parametrize(
    ("side", "direction", "trigger", "code"), [("Sell", 2, "100", 110092), ("Buy", 1, "99", 110093)]
)
def test_a_trigger_has_to_be_ahead(it: Exchange, side: str, direction: int, trigger: str, code: int) -> None:
    words = {"side": side, "orderType": "Market", "qty": "1", "triggerDirection": direction}
    assert refused(it, CREATE, **words, triggerPrice=trigger) == code


def test_a_conditional_order_is_triggered_and_trades(it: Exchange) -> None:
    market(it, "Buy", "2")
    it.listen("order.linear", "position.linear")
    market(it, "Sell", "2", triggerPrice="95", triggerDirection=2, closeOnTrigger=True)
    it.quote("94", "95", size="100")
    it.trade("94")
    assert it.news() == [
        ("order.linear", "Untriggered"),
        ("order.linear", "Triggered"),
        ("order.linear", "New"),
        ("order.linear", "Filled"),
        ("position.linear", ""),
    ]


def test_an_order_that_would_take_and_must_not_has_ended_when_it_is_told(it: Exchange) -> None:
    order_id = limit(it, "Buy", "101", "1", timeInForce="PostOnly")
    order = it.order(category="linear", symbol="BTCUSDT", orderId=order_id)
    assert (order["orderStatus"], order["rejectReason"]) == ("Cancelled", "EC_PostOnlyWillTakeLiquidity")


def test_it_is_changed_in_place(it: Exchange) -> None:
    order_id = limit(it, "Buy", "90", "1")
    it.ask("POST", AMEND, **SYMBOL, orderId=order_id, qty="2", price="91")
    order = it.order(category="linear", symbol="BTCUSDT", orderId=order_id)
    assert (order["qty"], order["price"]) == ("2", "91")
    assert refused(it, AMEND, orderId=order_id, qty="2", price="91") == 10001


def test_everything_of_a_settle_coin_is_cancelled_at_once(it: Exchange) -> None:
    limit(it, "Buy", "90", "1")
    limit(it, "Buy", "90", "100", **INVERSE)
    it.ask("POST", "/v5/order/cancel-all", category="linear", settleCoin="USDT")
    assert it.ask("GET", "/v5/order/realtime", category="linear", settleCoin="USDT")["list"] == []
    assert len(it.ask("GET", "/v5/order/realtime", category="inverse")["list"]) == 1


def test_not_everything_linear_may_be_asked_for_at_once(it: Exchange) -> None:
    assert it.refusal("GET", POSITIONS, category="linear") == 10001
    assert it.refusal("GET", "/v5/order/realtime", category="linear") == 10001


def test_funding_is_told_among_the_executions_and_of_linear_on_the_stream(it: Exchange) -> None:
    it.listen("execution")
    market(it, "Buy", "2")
    market(it, "Sell", "100", **INVERSE)
    it.news()
    it.venue.contracts.clearing.fund()
    assert [each["data"][0]["execType"] for each in it.heard] == ["Funding"]
    (paid,) = it.ask("GET", "/v5/execution/list", category="linear", execType="Funding")["list"]
    assert (paid["execFee"], paid["execQty"], paid["feeRate"]) == ("0.02", "2", "0.0001")
    logged = it.ask("GET", "/v5/account/transaction-log", category="linear")["list"][0]
    assert (logged["type"], logged["funding"], logged["size"]) == ("SETTLEMENT", "-0.02", "2")
    (received,) = it.ask("GET", "/v5/execution/list", category="inverse", execType="Funding")["list"]
    assert Decimal(received["execFee"]) < 0


@pytest.mark.parametrize(
    ("cause", "kind", "maker"),
    [
        (Cause.LIQUIDATION, "BustTrade", "CreateByLiq"),
        (Cause.DELEVERAGING, "AdlTrade", "CreateByAdl_PassThrough"),
        (Cause.SETTLEMENT, "Settle", "CreateBySettle"),
    ],
)
def test_what_the_venue_closes_says_why(it: Exchange, cause: Cause, kind: str, maker: str) -> None:
    market(it, "Buy", "2")
    (held,) = it.account.positions()
    it.venue.contracts.clearing.close(it.account, held, cause)
    closing = it.ask("GET", "/v5/execution/list", category="linear")["list"][0]
    assert (closing["execType"], closing["createType"], closing["orderLinkId"]) == (kind, maker, "")
    assert positions(it) == [(0, "", "0", "0")]


def test_the_accounts_margin_mode_is_of_all_its_positions(it: Exchange) -> None:
    it.ask("POST", "/v5/account/set-margin-mode", setMarginMode="ISOLATED_MARGIN")
    assert it.ask("GET", "/v5/account/info")["marginMode"] == "ISOLATED_MARGIN"
    market(it, "Buy", "2")
    it.quote("20", "21", size="100")
    it.hand_clock.at = it.venue.contracts.clearing.next_funding_at
    it.trade("20")
    assert positions(it) == [(0, "Buy", "2", "101")]  # once leveraged it is never lost above zero


def test_tickers_and_risk_limits_tell_what_contracts_need(it: Exchange) -> None:
    def asked(path: str, **params: str) -> bytes:
        request = SimulatedRequest(method="GET", path=path, query=urlencode(params), headers={})
        return it.venue.answer(request).body

    assert b'"fundingRate":"0.0001"' in asked("/v5/market/tickers", **SYMBOL)
    assert b'"maintenanceMargin":"0.005"' in asked("/v5/market/risk-limit", category="inverse")

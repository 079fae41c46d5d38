"""Orders on the simulated Binance, as a client of its own sees them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.simulated_binance import BNB, Exchange


@pytest.fixture
def exchange() -> Exchange:
    """The market stands at 99/101 and traded at 100."""
    exchange = Exchange(USDT="1000", BTC="2")
    exchange.quote("99", "101")
    exchange.trade("100")
    exchange.listen()
    return exchange


def test_a_market_order_fills_is_told_of_and_is_found_among_the_trades(exchange: Exchange) -> None:
    placed = exchange.place("BUY", "MARKET", quantity="0.5")
    assert placed["status"] == "FILLED"
    assert placed["cummulativeQuoteQty"] == "50.50000000"
    assert placed["fills"] == [
        {
            "price": "101.00000000",
            "qty": "0.50000000",
            "commission": "0.00050000",
            "commissionAsset": "BTC",
            "tradeId": 1,
        }
    ]
    assert exchange.reports() == [("NEW", "NEW"), ("TRADE", "FILLED")]
    told = exchange.heard[-2]["event"]
    assert (told["l"], told["L"], told["n"], told["N"], told["t"]) == (
        "0.50000000",
        "101.00000000",
        "0.00050000",
        "BTC",
        1,
    )
    assert exchange.heard[-1] == {
        "subscriptionId": 0,
        "event": {
            "e": "outboundAccountPosition",
            "E": exchange.milliseconds,
            "u": exchange.milliseconds,
            "B": [
                {"a": "BTC", "f": "2.49950000", "l": "0.00000000"},
                {"a": "USDT", "f": "949.50000000", "l": "0.00000000"},
            ],
        },
    }
    _, trades = exchange.ask("GET", "/api/v3/myTrades", symbol="BTCUSDT")
    assert [(each["id"], each["orderId"], each["isBuyer"], each["isMaker"]) for each in trades] == [
        (1, placed["orderId"], True, False)
    ]


def test_a_limit_order_locks_what_it_may_cost_and_fills_when_trades_print_through_it(
    exchange: Exchange,
) -> None:
    exchange.limit("BUY", "90", "1")
    assert exchange.balances()["USDT"] == ("910.00000000", "90.00000000")
    exchange.trade("89", "0.4")
    assert exchange.order(orderId=1)["status"] == "PARTIALLY_FILLED"
    assert exchange.balances()["USDT"] == ("910.00000000", "54.00000000")
    exchange.trade("89", "5")
    order = exchange.order(orderId=1)
    assert (order["status"], order["executedQty"], order["isWorking"]) == ("FILLED", "1.00000000", True)
    assert exchange.balances() == {
        "BTC": ("2.99900000", "0.00000000"),
        "USDT": ("910.00000000", "0.00000000"),
    }
    assert exchange.reports() == [("NEW", "NEW"), ("TRADE", "PARTIALLY_FILLED"), ("TRADE", "FILLED")]
    assert exchange.heard[-2]["event"]["m"] is True


def test_what_a_limit_order_saves_is_free_again(exchange: Exchange) -> None:
    exchange.limit("BUY", "105", "1", timeInForce="GTC")
    assert exchange.balances()["USDT"] == ("899.00000000", "0.00000000")


def test_a_sell_pays_its_fee_from_the_proceeds(exchange: Exchange) -> None:
    exchange.place("SELL", "MARKET", quantity="1")
    assert exchange.balances() == {
        "BTC": ("1.00000000", "0.00000000"),
        "USDT": ("1098.90100000", "0.00000000"),
    }


def test_a_market_order_for_an_amount_of_money_spends_no_more_than_that(exchange: Exchange) -> None:
    placed = exchange.place("BUY", "MARKET", quoteOrderQty="50")
    assert (placed["origQty"], placed["cummulativeQuoteQty"]) == ("0.49500000", "49.99500000")
    assert placed["origQuoteOrderQty"] == "50.00000000"
    assert exchange.balances()["USDT"] == ("950.00500000", "0.00000000")


def test_a_sell_for_an_amount_of_money_locks_only_what_it_sells(exchange: Exchange) -> None:
    placed = exchange.place("SELL", "MARKET", quoteOrderQty="99")
    assert placed["executedQty"] == "1.00000000"
    assert exchange.balances()["BTC"] == ("1.00000000", "0.00000000")


@pytest.mark.parametrize(
    ("time_in_force", "filled", "reason"),
    [
        ("IOC", "1.00000000", "UNFILLED_IOC_QUANTITY_EXPIRED"),
        ("FOK", "0.00000000", "UNFILLED_FOK_ORDER_EXPIRED"),
    ],
)
def test_what_does_not_fill_at_once_expires_where_that_was_asked_for(
    exchange: Exchange, time_in_force: str, filled: str, reason: str
) -> None:
    placed = exchange.limit("BUY", "101", "3", timeInForce=time_in_force)
    assert (placed["status"], placed["executedQty"]) == ("EXPIRED", filled)
    assert exchange.reports()[-1] == ("EXPIRED", "EXPIRED")
    assert exchange.heard[-2]["event"]["eR"] == reason
    assert exchange.balances()["USDT"][1] == "0.00000000"


def test_a_maker_that_would_take_is_refused_and_locks_nothing(exchange: Exchange) -> None:
    words = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT_MAKER", "quantity": "1", "price": "101"}
    code, message = exchange.refusal("POST", "/api/v3/order", **words)
    assert (code, message) == (-2010, "Order would immediately match and take.")
    assert exchange.balances()["USDT"] == ("1000.00000000", "0.00000000")
    assert exchange.heard == []


def test_a_stop_waits_for_its_price_and_then_sells_at_the_market(exchange: Exchange) -> None:
    exchange.place("SELL", "STOP_LOSS", quantity="1", stopPrice="95")
    waiting = exchange.order(orderId=1)
    assert (waiting["isWorking"], waiting["workingTime"], waiting["stopPrice"]) == (False, -1, "95.00000000")
    exchange.quote("94", "96")
    exchange.trade("94.5")
    assert exchange.order(orderId=1)["status"] == "FILLED"
    assert exchange.reports() == [("NEW", "NEW"), ("NEW", "NEW"), ("TRADE", "FILLED")]


def test_a_buy_that_waits_is_paid_for_up_to_a_price_and_expires_beyond_it(exchange: Exchange) -> None:
    exchange.place("BUY", "STOP_LOSS", quantity="1", stopPrice="110")
    assert exchange.balances()["USDT"] == ("884.50000000", "115.50000000")
    exchange.quote("118", "120")
    exchange.trade("119")
    assert exchange.order(orderId=1)["expiryReason"] == "EXECUTION_RULE_PRICE_RANGE_EXCEEDED"
    assert exchange.balances()["USDT"] == ("1000.00000000", "0.00000000")


def test_a_take_profit_with_a_price_rests_as_a_limit_order_once_it_is_triggered(exchange: Exchange) -> None:
    exchange.place("SELL", "TAKE_PROFIT_LIMIT", quantity="1", stopPrice="110", price="112", timeInForce="GTC")
    exchange.trade("110")
    order = exchange.order(orderId=1)
    assert (order["status"], order["isWorking"]) == ("NEW", True)
    exchange.trade("113")
    assert exchange.order(orderId=1)["status"] == "FILLED"


def test_a_stop_that_its_price_has_passed_is_refused(exchange: Exchange) -> None:
    words = {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", "quantity": "1", "stopPrice": "100"}
    assert exchange.refusal("POST", "/api/v3/order", **words) == (
        -2010,
        "Stop price would trigger immediately.",
    )


def test_a_cancellation_has_an_id_of_its_own(exchange: Exchange) -> None:
    exchange.limit("BUY", "90", "1", newClientOrderId="mine")
    status, document = exchange.ask(
        "DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="mine", newClientOrderId="away"
    )
    assert status == 200
    assert (document["origClientOrderId"], document["clientOrderId"]) == ("mine", "away")
    told = exchange.heard[-2]["event"]
    assert (told["x"], told["X"], told["c"], told["C"]) == ("CANCELED", "CANCELED", "away", "mine")
    assert exchange.order(origClientOrderId="mine")["status"] == "CANCELED"
    assert exchange.balances()["USDT"] == ("1000.00000000", "0.00000000")
    assert exchange.refusal("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=1) == (
        -2011,
        "Unknown order sent.",
    )


def test_the_id_of_an_open_order_is_refused_and_that_of_a_closed_one_taken_again(
    exchange: Exchange,
) -> None:
    words = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "1",
        "price": "90",
        "newClientOrderId": "twice",
    }
    assert exchange.ask("POST", "/api/v3/order", **words)[0] == 200
    assert exchange.refusal("POST", "/api/v3/order", **words) == (-2010, "Duplicate order sent.")
    exchange.ask("DELETE", "/api/v3/order", symbol="BTCUSDT", origClientOrderId="twice")
    status, again = exchange.ask("POST", "/api/v3/order", **words)
    assert (status, again["orderId"]) == (200, 2)
    assert exchange.order(origClientOrderId="twice")["orderId"] == 2


def test_all_orders_of_a_symbol_are_cancelled_at_once(exchange: Exchange) -> None:
    exchange.limit("BUY", "90", "1")
    exchange.limit("SELL", "120", "1")
    status, document = exchange.ask("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")
    assert (status, [each["status"] for each in document]) == (200, ["CANCELED", "CANCELED"])
    assert exchange.ask("GET", "/api/v3/openOrders") == (200, [])
    assert exchange.refusal("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")[0] == -2011


def test_an_amended_order_gets_smaller_where_it_stands(exchange: Exchange) -> None:
    exchange.limit("BUY", "90", "2", newClientOrderId="first")
    exchange.limit("BUY", "90", "1")
    status, document = exchange.ask(
        "PUT", "/api/v3/order/amend/keepPriority", symbol="BTCUSDT", orderId=1, newQty="1"
    )
    amended = document["amendedOrder"]
    assert (status, amended["qty"], amended["origClientOrderId"]) == (200, "1.00000000", "first")
    assert exchange.reports()[-1] == ("REPLACED", "NEW")
    assert exchange.balances()["USDT"] == ("820.00000000", "180.00000000")
    exchange.trade("89", "1")
    assert exchange.order(orderId=1)["status"] == "FILLED"
    assert exchange.order(orderId=2)["status"] == "NEW"
    assert exchange.refusal(
        "PUT", "/api/v3/order/amend/keepPriority", symbol="BTCUSDT", orderId=2, newQty="2"
    ) == (-2038, "Order amend (quantity increase) not supported.")


def test_an_order_is_not_made_smaller_than_what_has_filled(exchange: Exchange) -> None:
    exchange.limit("BUY", "90", "2")
    exchange.trade("89", "1.5")
    code, _ = exchange.refusal(
        "PUT", "/api/v3/order/amend/keepPriority", symbol="BTCUSDT", orderId=1, newQty="1.5"
    )
    assert (code, exchange.order(orderId=1)["origQty"]) == (-2038, "2.00000000")


def test_an_answer_is_as_long_as_it_is_wished(exchange: Exchange) -> None:
    words = {"symbol": "BTCUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.1"}
    _, ack = exchange.ask("POST", "/api/v3/order", **words, newOrderRespType="ACK")
    assert set(ack) == {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}
    _, result = exchange.ask("POST", "/api/v3/order", **words, newOrderRespType="RESULT")
    assert (result["status"], "fills" in result) == ("FILLED", False)
    _, by_default = exchange.ask("POST", "/api/v3/order", **words)
    assert len(by_default["fills"]) == 1


def test_a_replacement_says_how_far_it_went(exchange: Exchange) -> None:
    exchange.limit("BUY", "90", "1")
    words: dict[str, str] = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "1",
        "price": "91",
        "cancelReplaceMode": "STOP_ON_FAILURE",
    }
    path = "/api/v3/order/cancelReplace"
    status, document = exchange.ask("POST", path, **words, cancelOrderId=1)
    assert (status, document["newOrderResponse"]["orderId"]) == (200, 2)
    assert document["cancelResponse"]["status"] == "CANCELED"

    status, document = exchange.ask("POST", path, **words, cancelOrderId=1)
    assert (status, document["code"], document["data"]["newOrderResult"]) == (400, -2022, "NOT_ATTEMPTED")
    assert document["data"]["cancelResponse"] == {"code": -2011, "msg": "Unknown order sent."}

    status, document = exchange.ask("POST", path, **{**words, "quantity": "500"}, cancelOrderId=2)
    assert (status, document["code"], document["data"]["cancelResult"]) == (409, -2021, "SUCCESS")
    assert document["data"]["newOrderResponse"]["code"] == -2010


def test_a_tested_order_is_judged_and_not_placed(exchange: Exchange) -> None:
    words = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET"}
    assert exchange.ask("POST", "/api/v3/order/test", **words, quantity="1") == (200, {})
    assert exchange.refusal("POST", "/api/v3/order/test", **words, quantity="100")[0] == -2010
    assert exchange.ask("GET", "/api/v3/allOrders", symbol="BTCUSDT") == (200, [])


def test_fees_are_paid_in_bnb_where_that_is_wished_and_there_is_enough_of_it() -> None:
    exchange = Exchange(USDT="1000", BNB="0.002")
    exchange.account.pays_fees_in_bnb = True
    exchange.quote("99", "100")
    exchange.trade("50", instrument=BNB)
    assert exchange.place("BUY", "MARKET", quantity="1")["fills"][0] == {
        "price": "100.00000000",
        "qty": "1.00000000",
        "commission": "0.00150000",
        "commissionAsset": "BNB",
        "tradeId": 1,
    }
    assert exchange.place("BUY", "MARKET", quantity="1")["fills"][0]["commissionAsset"] == "BTC"


def test_money_that_comes_beside_trading_is_told_of(exchange: Exchange) -> None:
    exchange.venue.deposit(exchange.account, "USDT", Decimal(5))
    change, position = (each["event"] for each in exchange.heard)
    assert (change["e"], change["a"], change["d"]) == ("balanceUpdate", "USDT", "5.00000000")
    assert position["B"] == [{"a": "USDT", "f": "1005.00000000", "l": "0.00000000"}]


def test_trades_are_read_on_from_an_id_or_a_time(exchange: Exchange) -> None:
    for _ in range(4):
        exchange.place("SELL", "MARKET", quantity="0.1")
        exchange.pass_time(1)

    def ids(**params: str | int) -> list[int]:
        _, document = exchange.ask("GET", "/api/v3/myTrades", symbol="BTCUSDT", **params)
        return [each["id"] for each in document]

    assert ids() == [1, 2, 3, 4]
    assert ids(limit=2) == [3, 4]
    assert ids(fromId=2, limit=2) == [2, 3]
    assert ids(startTime=exchange.milliseconds - 2000) == [3, 4]
    assert ids(orderId=3) == [3]

"""The simulated Bybit takes orders, moves money and tells of it as the documentation says."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.simulated_binance import KEY, READER, READER_SECRET
from tests.support.simulated_bybit import Exchange

from tradebook.kernel.money import ZERO
from tradebook.venues.simulators.bybit.limits import Budgets

CREATE, AMEND, CANCEL = "/v5/order/create", "/v5/order/amend", "/v5/order/cancel"
BUY = {"symbol": "BTCUSDT", "side": "Buy"}


def exchange(*, usdt: str = "1000", btc: str = "2") -> Exchange:
    """At 99 to 101, traded at 100."""
    it = Exchange(USDT=usdt, BTC=btc)
    it.quote("99", "101")
    it.trade("100")
    return it


# --- orders and their money


def test_an_order_that_rests_locks_what_it_may_cost_and_gives_it_back() -> None:
    it = exchange()
    order_id = it.limit("Buy", "90", "1")
    assert it.balances()["USDT"] == ("1000", "90")
    assert it.order(orderId=order_id)["orderStatus"] == "New"
    it.ask("POST", CANCEL, symbol="BTCUSDT", orderId=order_id)
    assert it.balances()["USDT"] == ("1000", "0")
    ended = it.order(orderId=order_id)
    assert (ended["orderStatus"], ended["cancelType"]) == ("Cancelled", "CancelByUser")


def test_who_buys_pays_the_fee_in_what_is_bought() -> None:
    it = exchange()
    it.ask("POST", CREATE, **BUY, orderType="Market", qty="1", marketUnit="baseCoin")
    (execution,) = it.ask("GET", "/v5/execution/list")["list"]
    assert (execution["execPrice"], execution["execFee"], execution["feeCurrency"]) == ("101", "0.001", "BTC")
    assert (execution["isMaker"], execution["leavesQty"]) == (False, "0")
    assert it.balances() == {"BTC": ("2.999", "0"), "USDT": ("899", "0")}


def test_a_market_buy_is_by_value_unless_it_says_otherwise() -> None:
    it = exchange()
    placed = it.ask("POST", CREATE, **BUY, orderType="Market", qty="50.5")
    order = it.order(orderId=placed["orderId"])
    assert (order["orderStatus"], order["cumExecQty"], order["qty"]) == ("Filled", "0.5", "50.5")
    assert order["marketUnit"] == "quoteCoin"


@pytest.mark.parametrize(("price", "status"), [("101", "PartiallyFilledCanceled"), ("95", "Cancelled")])
def test_what_does_not_fill_at_once_is_cancelled_for_that_reason(price: str, status: str) -> None:
    it = exchange()
    order = it.order(orderId=it.limit("Buy", price, "3", timeInForce="IOC"))
    assert (order["orderStatus"], order["rejectReason"]) == (status, "EC_NoImmediateQtyToFill")


def test_a_stop_waits_and_says_so_when_its_price_has_come() -> None:
    it = exchange()
    it.listen("order")
    order_id = it.limit("Sell", "94", "1", orderFilter="tpslOrder", triggerPrice="95")
    assert it.order(orderId=order_id)["orderStatus"] == "Untriggered"
    it.quote("93", "93.5")
    it.trade("93")
    assert it.news() == [("order", "Untriggered"), ("order", "Triggered"), ("order", "New")]
    # It is an order like any other now.
    assert it.refusal("POST", CANCEL, symbol="BTCUSDT", orderId=order_id, orderFilter="tpslOrder") == 170213
    it.ask("POST", CANCEL, symbol="BTCUSDT", orderId=order_id)


@pytest.mark.parametrize(("trigger", "reached"), [("95", "94"), ("105", "106")])
def test_which_way_a_trigger_is_reached_is_told_by_where_the_price_was(trigger: str, reached: str) -> None:
    it = exchange()
    it.limit("Sell", "90", "1", orderFilter="tpslOrder", triggerPrice=trigger)
    it.quote(reached, str(int(reached) + 1))
    it.trade(reached)
    assert len(it.ask("GET", "/v5/execution/list")["list"]) == 1


def test_an_order_is_changed_where_it_stands_and_locks_what_it_needs_then() -> None:
    it = exchange()
    order_id = it.limit("Buy", "90", "1")
    it.ask("POST", AMEND, symbol="BTCUSDT", orderId=order_id, qty="2", price="95")
    assert it.balances()["USDT"] == ("1000", "190")
    order = it.order(orderId=order_id)
    assert (order["orderStatus"], order["qty"], order["price"]) == ("New", "2", "95")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"qty": "1"}, 10001), ({"qty": "20"}, 170131), ({"price": "90.001"}, 170134), ({}, 10001)],
)
def test_a_change_that_is_none_or_cannot_be_is_refused(change: dict[str, str], code: int) -> None:
    it = exchange()
    order_id = it.limit("Buy", "90", "1")
    assert it.refusal("POST", AMEND, symbol="BTCUSDT", orderId=order_id, **change) == code
    assert it.balances()["USDT"] == ("1000", "90")


@pytest.mark.parametrize(
    ("smp_type", "resting", "new"),
    [
        ("None", "New", "Filled"),
        ("CancelMaker", "Cancelled", "Filled"),
        ("CancelTaker", "New", "Cancelled"),
        ("CancelBoth", "Cancelled", "Cancelled"),
    ],
)
def test_an_account_does_not_trade_with_itself_as_it_wishes(smp_type: str, resting: str, new: str) -> None:
    it = exchange()
    maker = it.limit("Sell", "101", "1")
    taker = it.limit("Buy", "101", "1", smpType=smp_type)
    assert it.order(orderId=maker)["orderStatus"] == resting
    told = it.order(orderId=taker)
    assert told["orderStatus"] == new
    assert (told["cancelType"] == "CancelBySmp") is (new == "Cancelled")


def test_all_of_a_kind_are_cancelled_together() -> None:
    it = exchange()
    plain = it.limit("Buy", "90", "1")
    stop = it.limit("Sell", "94", "1", orderFilter="tpslOrder", triggerPrice="95")
    assert [each["orderId"] for each in it.ask("POST", "/v5/order/cancel-all")["list"]] == [plain]
    (left,) = it.ask("GET", "/v5/order/realtime")["list"]
    assert left["orderId"] == stop


@given(
    orders=st.lists(
        st.tuples(
            st.sampled_from(["Buy", "Sell"]),
            st.integers(95, 105),
            st.integers(1, 30),
            st.sampled_from(["GTC", "IOC", "FOK", "PostOnly"]),
        ),
        max_size=8,
    ),
    prints=st.lists(st.integers(90, 110), max_size=4),
)
def test_what_is_locked_is_what_open_orders_may_cost(
    orders: list[tuple[str, int, int, str]], prints: list[int]
) -> None:
    it = exchange(usdt="500", btc="5")
    words = {"symbol": "BTCUSDT", "orderType": "Limit", "category": "spot"}
    for side, price, tenths, time_in_force in orders:
        terms = {"price": str(price), "qty": str(Decimal(tenths) / 10), "timeInForce": time_in_force}
        it.send("POST", CREATE, {**words, **terms, "side": side})
    for each in prints:
        it.trade(str(each), "0.5")
    locked = {"BTC": ZERO, "USDT": ZERO}
    for order in it.account.open_orders():
        assert order.price is not None
        locked[order.gives] += order.remaining * (order.price if order.is_buy else 1)
    assert {asset: it.account.balances.of(asset).locked for asset in locked} == locked


# --- what is refused


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"orderType": "Limit", "qty": "100", "price": "90"}, 170131),
        ({"orderType": "Limit", "qty": "0.01", "price": "90"}, 170140),
        ({"orderType": "Limit", "qty": "1", "price": "90.001"}, 170134),
        ({"orderType": "Limit", "qty": "1.00001", "price": "90"}, 170137),
        ({"orderType": "Limit", "qty": "1", "price": "101", "timeInForce": "PostOnly"}, 170218),
        ({"orderType": "Limit", "qty": "1"}, 170130),
        ({"orderType": "Limit", "qty": "one", "price": "90"}, 10001),
        ({"orderType": "Stop", "qty": "1", "price": "90"}, 170116),
        ({"orderType": "Market", "qty": "1", "orderFilter": "tpslOrder"}, 170203),
        ({"orderType": "Market", "qty": "1", "orderLinkId": "not/allowed"}, 10001),
    ],
)
def test_an_order_that_cannot_be_is_refused_with_its_code(terms: dict[str, str], code: int) -> None:
    it = exchange()
    assert it.refusal("POST", CREATE, **BUY, **terms) == code
    assert it.balances()["USDT"] == ("1000", "0")
    assert not it.account.orders()


def test_a_client_order_id_is_taken_once_even_of_an_order_that_ended() -> None:
    it = exchange()
    order_id = it.limit("Buy", "90", "1", orderLinkId="once")
    again = {"orderType": "Limit", "qty": "1", "price": "90", "orderLinkId": "once"}
    assert it.refusal("POST", CREATE, **BUY, **again) == 170141
    it.ask("POST", CANCEL, symbol="BTCUSDT", orderId=order_id)
    assert it.refusal("POST", CREATE, **BUY, **again) == 170141


@pytest.mark.parametrize(
    ("differing", "code"),
    [
        ({"key": "nobody"}, 10003),
        ({"secret": "wrong"}, 10004),
        ({"at": "1"}, 10002),
        ({"at": "what"}, 10002),
    ],
)
def test_who_cannot_show_who_he_is_learns_nothing(differing: dict[str, str], code: int) -> None:
    answer, _ = exchange().send("GET", "/v5/order/realtime", {"category": "spot"}, **differing)
    assert (answer["retCode"], answer["result"]) == (code, {})


def test_a_key_that_only_reads_reads() -> None:
    it = exchange()
    reader = {"key": READER, "secret": READER_SECRET}
    told, _ = it.send("GET", "/v5/user/query-api", {}, **reader)
    assert told["result"]["readOnly"] == 1
    refused, _ = it.send("POST", CREATE, {"category": "spot", **BUY}, **reader)
    assert refused["retCode"] == 10005


def test_who_asks_too_often_is_told_how_long_to_wait_and_whose_address_does_is_banned() -> None:
    it = Exchange(budgets=Budgets(orders_per_s=2, requests_per_5_s=4))
    answers = [it.send("POST", CANCEL, {"category": "spot"}) for _ in range(5)]
    assert [told["retCode"] for told, _ in answers[:4]] == [10001, 10001, 10006, 10006]
    assert [headers["X-Bapi-Limit-Status"] for _, headers in answers[:4]] == ["1", "0", "0", "0"]
    assert int(answers[0][1]["X-Bapi-Limit-Reset-Timestamp"]) == it.milliseconds // 1000 * 1000 + 1000
    assert answers[4][0] == 403


# --- what is told


def test_a_trade_is_told_before_the_order_and_the_money() -> None:
    it = exchange()
    it.listen("order.spot", "execution.spot", "wallet")
    it.limit("Sell", "102", "1")
    it.news()
    it.trade("103", "0.4")
    assert it.news() == [("execution.spot", ""), ("order.spot", "PartiallyFilled"), ("wallet", "")]


def test_of_an_order_at_the_market_only_what_became_of_it_is_told() -> None:
    it = exchange()
    it.listen("order")
    it.ask("POST", CREATE, **BUY, orderType="Market", qty="1", marketUnit="baseCoin")
    assert it.news() == [("order", "Filled")]


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        ({"op": "subscribe", "args": ["order"]}, "Request not authorized"),
        ({"op": "auth", "args": [KEY, 1, "x"]}, "Request expired"),
        ({"op": "auth", "args": [KEY, 99_999_999_999_999, "x"]}, "error sign!"),
        ({"op": "auth", "args": []}, "not enough values to unpack (expected 3, got 0)"),
        ({"op": "what"}, "error:unknown op"),
    ],
)
def test_the_stream_says_why_it_does_not(frame: dict[str, Any], problem: str) -> None:
    it, heard = exchange(), []
    session = it.venue.open("/v5/private", lambda each: heard.append(json.loads(each)))
    assert session is not None
    session.received(json.dumps(frame).encode())
    session.received(b"no json")
    assert [(each["success"], each["ret_msg"]) for each in heard] == [
        (False, problem),
        (False, "error:request is not JSON"),
    ]


def test_a_ping_is_answered_with_a_pong_and_who_has_left_hears_nothing() -> None:
    it = exchange()
    session = it.listen("wallet")
    session.received(b'{"op":"ping"}')
    assert it.heard.pop()["op"] == "pong"
    session.received(b'{"op":"unsubscribe","args":["wallet"]}')
    it.heard.clear()
    it.venue.deposit(it.account, "USDT", Decimal(1))
    session.closed()
    assert it.heard == []


# --- what is asked


def test_pages_are_newest_first_and_whole() -> None:
    it = exchange()
    placed = [it.limit("Buy", "90", "0.1") for _ in range(5)]
    cursor, told = "", []
    for _ in range(3):
        page = it.ask("GET", "/v5/order/realtime", limit="2", **({"cursor": cursor} if cursor else {}))
        told += [each["orderId"] for each in page["list"]]
        cursor = page["nextPageCursor"].replace("%3A", ":")
    assert told == placed[::-1]
    assert cursor == ""


def test_what_has_ended_is_history() -> None:
    it = exchange()
    works, ended = it.limit("Buy", "90", "1"), it.limit("Buy", "91", "1", orderLinkId="mine")
    it.ask("POST", CANCEL, symbol="BTCUSDT", orderLinkId="mine")
    assert [each["orderId"] for each in it.ask("GET", "/v5/order/realtime")["list"]] == [works]
    recent = it.ask("GET", "/v5/order/realtime", openOnly="1")["list"]
    assert [each["orderId"] for each in recent] == [ended]
    history = it.ask("GET", "/v5/order/history", orderLinkId="mine")["list"]
    assert [each["orderId"] for each in history] == [ended]
    assert it.ask("GET", "/v5/order/realtime", orderLinkId="never")["list"] == []


@pytest.mark.parametrize("path", ["/v5/execution/list", "/v5/account/transaction-log"])
def test_what_was_traded_is_told_of_seven_days_at_once(path: str) -> None:
    it, week = exchange(), 7 * 86_400_000
    now = it.milliseconds
    assert it.refusal("GET", path, startTime=now - week - 1, endTime=now) == 10001
    it.ask("GET", path, startTime=now - week, endTime=now)


def test_where_it_is_not_said_it_is_the_last_week_and_a_week_from_where_it_begins() -> None:
    it = exchange()
    began = it.milliseconds
    it.ask("POST", CREATE, **BUY, orderType="Market", qty="1", marketUnit="baseCoin")
    it.hand_clock.at += timedelta(days=8)

    def told(**span: int) -> int:
        return len(it.ask("GET", "/v5/execution/list", **span)["list"])

    assert (told(), told(startTime=began), told(endTime=it.milliseconds)) == (0, 1, 0)

"""Our orders become Bybit's requests, signed as it wants them, and its answers say what became of them."""

from __future__ import annotations

import pickle
import string
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.bybit.markets import BTC_PERP, MARKETS, D, listed, ms
from tests.support.vectors import VECTORS

from tradebook.kernel.errors import Refused
from tradebook.kernel.ids import AccountId, ClientOrderId, OrderId
from tradebook.market.values import Interval
from tradebook.trading.orders import OrderTerms, OrderType, PositionSide, Side, TimeInForce
from tradebook.trading.ports import Capabilities, VenueOrder
from tradebook.venues.bybit import requests
from tradebook.venues.bybit.account_data import decode_private
from tradebook.venues.bybit.answers import (
    Answer,
    Outcome,
    RateLimit,
    decode_answer,
    outcome_of,
    rate_limit_of,
)
from tradebook.venues.bybit.capabilities import DOCUMENTED, capabilities_of
from tradebook.venues.bybit.execution import (
    DisconnectProduct,
    cancel,
    cancel_all,
    cancel_all_on_disconnect,
    change,
    client_order_id_of,
    place,
    trade_frame,
)
from tradebook.venues.bybit.signing import Credentials, signed_headers, websocket_login
from tradebook.venues.bybit.symbols import Category
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import ExecutionReport, VenueProblem

SPOT = listed(Category.SPOT, "BTCUSDT")
PERP = listed(Category.LINEAR, "BTCUSDT")
INVERSE = listed(Category.INVERSE, "BTCUSD")
OPTION = listed(Category.OPTION, "BTC-6JAN23-17500-C")


def order(instrument: Any = PERP, **told: Any) -> VenueOrder:
    """A limit buy of 0.5 at 100, but for what is told."""
    outside: dict[str, Any] = {
        name: told.pop(name) for name in ("attempt", "order_id", "protection_price") if name in told
    }
    usual: dict[str, Any] = {
        "client_order_id": ClientOrderId("mine"),
        "instrument_id": instrument.instrument.instrument_id,
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "quantity": D("0.5"),
        "price": D("100"),
    }
    terms = OrderTerms(**{**usual, **told})
    placed: dict[str, Any] = {
        "account_id": AccountId("a1"),
        "order_id": OrderId("o1"),
        "instrument": instrument.instrument,
        "terms": terms,
        "quantity": terms.quantity,
        "attempt": 1,
    }
    placed.update(outside)
    return VenueOrder(**placed)


MARKET: dict[str, Any] = {"type": OrderType.MARKET, "price": None}


def sent(instrument: Any = PERP, **told: Any) -> dict[str, Any]:
    """What is sent of an order, without its id."""
    request = place(order(instrument, **told), instrument)
    assert (request.method, request.path) == ("POST", "/v5/order/create")
    body: dict[str, Any] = msgspec.json.decode(request.payload)
    assert body.pop("orderLinkId") == client_order_id_of(order(instrument, **told))
    return body


# --- placing


def test_a_limit_order_on_spot_never_borrows() -> None:
    assert sent(SPOT) == {
        "category": "spot",
        "symbol": "BTCUSDT",
        "side": "Buy",
        "orderType": "Limit",
        "qty": "0.5",
        "price": "100",
        "timeInForce": "GTC",
        "isLeverage": 0,
    }


def test_a_market_order_by_value_says_so() -> None:
    body = sent(SPOT, **MARKET, quantity=D("0"), quote_quantity=D("200.50"))
    assert body == {
        "category": "spot",
        "symbol": "BTCUSDT",
        "side": "Buy",
        "orderType": "Market",
        "qty": "200.5",
        "marketUnit": "quoteCoin",
        "isLeverage": 0,
    }
    with pytest.raises(Refused):
        sent(PERP, **MARKET, quantity=D("0"), quote_quantity=D("200"))


def test_a_market_order_by_quantity_says_so_on_spot_where_it_would_be_taken_for_a_value() -> None:
    assert sent(SPOT, **MARKET)["marketUnit"] == "baseCoin"
    assert "marketUnit" not in sent(PERP, **MARKET)


def test_a_market_order_with_a_worst_price_goes_as_a_limit_that_is_filled_at_once() -> None:
    bought = sent(PERP, **MARKET, protection_price=D("105.17"))
    assert (bought["orderType"], bought["price"], bought["timeInForce"]) == ("Limit", "105.1", "IOC")
    sold = sent(PERP, **MARKET, side=Side.SELL, protection_price=D("94.11"))
    assert sold["price"] == "94.2"


@pytest.mark.parametrize(
    ("time_in_force", "post_only", "word"),
    [
        (TimeInForce.GTC, False, "GTC"),
        (TimeInForce.GTC, True, "PostOnly"),
        (TimeInForce.IOC, False, "IOC"),
        (TimeInForce.FOK, False, "FOK"),
        (TimeInForce.GTD, False, "GTC"),
        (TimeInForce.DAY, False, "GTC"),
    ],
)
def test_a_time_in_force_is_one_of_the_venues(time_in_force: Any, post_only: bool, word: str) -> None:
    assert sent(PERP, time_in_force=time_in_force, post_only=post_only)["timeInForce"] == word


@pytest.mark.parametrize(
    ("side", "type_", "direction"),
    [
        (Side.BUY, OrderType.STOP, 1),
        (Side.SELL, OrderType.STOP, 2),
        (Side.BUY, OrderType.TAKE_PROFIT, 2),
        (Side.SELL, OrderType.TAKE_PROFIT, 1),
    ],
)
def test_a_conditional_order_says_which_way_the_last_price_comes(
    side: Side, type_: OrderType, direction: int
) -> None:
    body = sent(INVERSE, side=side, type=type_, price=None, stop_price=D("90"), reduce_only=True)
    assert body == {
        "category": "inverse",
        "symbol": "BTCUSD",
        "side": "Buy" if side is Side.BUY else "Sell",
        "orderType": "Market",
        "qty": "0.5",
        "triggerPrice": "90",
        "triggerDirection": direction,
        "triggerBy": "LastPrice",
        "positionIdx": 0,
        "reduceOnly": True,
    } | ({} if type_ is OrderType.TAKE_PROFIT else {"closeOnTrigger": True})


def test_a_conditional_order_on_spot_sets_its_funds_aside() -> None:
    body = sent(SPOT, type=OrderType.STOP_LIMIT, stop_price=D("99"))
    assert (body["orderFilter"], body["triggerPrice"], body["orderType"]) == ("tpslOrder", "99", "Limit")
    assert "triggerDirection" not in body


@pytest.mark.parametrize(
    ("position_side", "index"), [(PositionSide.NET, 0), (PositionSide.LONG, 1), (PositionSide.SHORT, 2)]
)
def test_it_is_told_which_position_is_meant(position_side: PositionSide, index: int) -> None:
    assert sent(PERP, position_side=position_side)["positionIdx"] == index


def test_what_the_venue_cannot_hold_is_refused_and_not_sent() -> None:
    for instrument, type_ in ((PERP, OrderType.TRAILING_STOP), (OPTION, OrderType.STOP)):
        with pytest.raises(Refused):
            sent(instrument, type=type_, price=None, stop_price=D("90"), trailing_offset=D("1"))
    with pytest.raises(Refused):
        sent(OPTION)


# --- ids


def test_an_attempt_has_its_own_id_and_always_the_same() -> None:
    ids = [
        client_order_id_of(order(**each)) for each in ({}, {}, {"attempt": 2}, {"order_id": OrderId("o2")})
    ]
    assert len(set(ids)) == 3
    assert ids[0] == ids[1]


@given(account=st.text(), name=st.text(), attempt=st.integers(min_value=0))
def test_an_id_fits_the_venues_letters_and_length(account: str, name: str, attempt: int) -> None:
    each = msgspec.structs.replace(
        order(), account_id=AccountId(account), order_id=OrderId(name), attempt=attempt
    )
    client_order_id = client_order_id_of(each)
    assert len(client_order_id) <= 36
    assert set(client_order_id) <= set(string.ascii_letters + string.digits + "-_")


# --- changing and cancelling


def test_a_change_names_the_order_by_our_id_and_what_is_new() -> None:
    request = change(order(), PERP, quantity=D("0.7"), price=D("101.50"), stop_price=None)
    assert request.path == "/v5/order/amend"
    assert request.params == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "orderLinkId": client_order_id_of(order()),
        "qty": "0.7",
        "price": "101.5",
    }
    stop = change(order(), PERP, quantity=D("0.7"), price=None, stop_price=D("90"))
    assert stop.params["triggerPrice"] == "90"


def test_a_cancel_on_spot_names_the_kind_of_order() -> None:
    assert cancel(order(SPOT), SPOT).params["orderFilter"] == "Order"
    waiting = order(SPOT, type=OrderType.STOP, price=None, stop_price=D("90"))
    assert cancel(waiting, SPOT).params["orderFilter"] == "tpslOrder"
    assert "orderFilter" not in cancel(order(), PERP).params


def test_all_orders_are_cancelled_kind_by_kind_on_spot_and_at_once_elsewhere() -> None:
    kinds = [request.params["orderFilter"] for request in cancel_all(Category.SPOT)]
    assert kinds == ["Order", "tpslOrder", "StopOrder", "OcoOrder", "BidirectionalTpslOrder"]
    (request,) = cancel_all(Category.LINEAR, settle_asset="USDT")
    assert request.params == {"category": "linear", "settleCoin": "USDT"}
    (request,) = cancel_all(Category.LINEAR, symbol="BTCUSDT", settle_asset="USDT")
    assert request.params == {"category": "linear", "symbol": "BTCUSDT"}


def test_the_dead_mans_switch_waits_as_long_as_the_venue_allows() -> None:
    request = cancel_all_on_disconnect(DisconnectProduct.DERIVATIVES, after_s=10)
    assert request.path == "/v5/order/disconnected-cancel-all"
    assert request.params == {"product": "DERIVATIVES", "timeWindow": 10}
    for after_s in (2, 301):
        with pytest.raises(ValueError, match="3 to 300"):
            cancel_all_on_disconnect(DisconnectProduct.SPOT, after_s=after_s)


def test_the_trade_stream_gets_the_same_order_as_rest() -> None:
    request = place(order(), PERP)
    frame = trade_frame(request, request_id="r1", at=datetime(2026, 11, 21, tzinfo=UTC))
    assert msgspec.json.decode(frame) == {
        "reqId": "r1",
        "header": {"X-BAPI-TIMESTAMP": "1795219200000", "X-BAPI-RECV-WINDOW": "5000"},
        "op": "order.create",
        "args": [request.params],
    }


@given(
    quantity=st.decimals(min_value="0.001", max_value=10**9, places=3),
    price=st.decimals(min_value="0.1", max_value=10**9, places=1),
    side=st.sampled_from(Side),
    time_in_force=st.sampled_from([TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK]),
    reduce_only=st.booleans(),
)
def test_an_order_comes_back_from_the_venue_as_it_was_sent(
    quantity: Any, price: Any, side: Side, time_in_force: TimeInForce, reduce_only: bool
) -> None:
    placed = order(
        quantity=quantity,
        price=price,
        side=side,
        time_in_force=time_in_force,
        reduce_only=reduce_only,
    )
    echo = {
        **place(placed, PERP).params,
        "orderId": "v1",
        "orderStatus": "New",
        "updatedTime": "1700000000000",
    }
    frame = {"topic": "order", "creationTime": 1, "data": [echo]}
    (report,) = decode_private(MARKETS, msgspec.json.encode(frame))
    assert isinstance(report, ExecutionReport)
    assert (report.instrument_id, report.client_order_id) == (BTC_PERP, client_order_id_of(placed))
    assert (report.quantity, report.price, report.side) == (quantity, price, side)
    assert (report.time_in_force, report.reduce_only) == (time_in_force, reduce_only)


# --- asking


def test_questions_name_what_they_ask_for() -> None:
    start, end = ms(1700000000000), ms(1700000060000)
    asked = [
        (
            requests.order_by_client_id(Category.LINEAR, "BTCUSDT", "c1"),
            "/v5/order/realtime",
            "category=linear&symbol=BTCUSDT&orderLinkId=c1",
        ),
        (
            requests.past_order_by_client_id(Category.SPOT, "BTCUSDT", "c1"),
            "/v5/order/history",
            "category=spot&symbol=BTCUSDT&orderLinkId=c1",
        ),
        (
            requests.open_orders(Category.LINEAR, settle_asset="USDT", cursor="a%3D1"),
            "/v5/order/realtime",
            "category=linear&openOnly=0&limit=50&settleCoin=USDT&cursor=a%3D1",
        ),
        (
            requests.executions(Category.SPOT, start=start, end=end),
            "/v5/execution/list",
            "category=spot&startTime=1700000000000&endTime=1700000060000&limit=100",
        ),
        (
            requests.transactions(start=start, end=end),
            "/v5/account/transaction-log",
            "accountType=UNIFIED&startTime=1700000000000&endTime=1700000060000&limit=50",
        ),
        (
            requests.transactions(start=start, end=end, category=Category.INVERSE),
            "/v5/account/transaction-log",
            "accountType=UNIFIED&startTime=1700000000000&endTime=1700000060000&limit=50&category=inverse",
        ),
        (
            requests.executions(Category.LINEAR, start=start, end=end, only="Funding"),
            "/v5/execution/list",
            "category=linear&startTime=1700000000000&endTime=1700000060000&limit=100&execType=Funding",
        ),
        (
            requests.positions(Category.INVERSE, symbol="BTCUSD"),
            "/v5/position/list",
            "category=inverse&limit=200&symbol=BTCUSD",
        ),
        (requests.margin_mode(), "/v5/account/info", ""),
        (
            requests.positions(Category.LINEAR, settle_asset="USDT"),
            "/v5/position/list",
            "category=linear&limit=200&settleCoin=USDT",
        ),
        (requests.wallet(), "/v5/account/wallet-balance", "accountType=UNIFIED"),
        (requests.transferable("BTC"), "/v5/account/withdrawal", "coinName=BTC"),
        (requests.fee_rates(Category.SPOT), "/v5/account/fee-rate", "category=spot"),
        (requests.permissions(), "/v5/user/query-api", ""),
        (requests.instruments(Category.SPOT), "/v5/market/instruments-info", "category=spot"),
        (requests.instruments(Category.LINEAR), "/v5/market/instruments-info", "category=linear&limit=1000"),
        (
            requests.candles(Category.SPOT, "BTCUSDT", Interval.H4, start=start, end=end),
            "/v5/market/kline",
            "category=spot&symbol=BTCUSDT&interval=240&start=1700000000000&end=1700000060000&limit=1000",
        ),
        (
            requests.book(Category.SPOT, "BTCUSDT", depth=200),
            "/v5/market/orderbook",
            "category=spot&symbol=BTCUSDT&limit=200",
        ),
        (requests.server_time(), "/v5/market/time", ""),
    ]
    for request, path, query in asked:
        assert (request.method, request.path, request.payload) == ("GET", path, query)
        assert request.is_private is not path.startswith("/v5/market/")


# --- signing

SIGNATURES = VECTORS / "exchange_wire" / "signing_vectors.json"


def test_every_published_signature_is_ours_too() -> None:
    published = msgspec.json.decode(SIGNATURES.read_bytes())["cases"]
    cases = {case["id"]: case for case in published if case["exchange"] == "bybit"}
    assert cases.keys() == {"bybit-get", "bybit-post", "bybit-ws-auth"}
    for name in ("bybit-get", "bybit-post"):
        case = cases[name]
        credentials = Credentials(case["api_key"], case["secret"])
        headers = signed_headers(
            credentials,
            case["payload"],
            at_ms=int(case["timestamp"]),
            recv_window_ms=case["recv_window"],
        )
        assert headers == {
            "X-BAPI-API-KEY": case["api_key"],
            "X-BAPI-TIMESTAMP": case["timestamp"],
            "X-BAPI-RECV-WINDOW": "5000",
            "X-BAPI-SIGN": case["signature"],
        }
    case = cases["bybit-ws-auth"]
    frame = websocket_login(Credentials("key", case["secret"]), expires_ms=case["expires"])
    assert frame == {"op": "auth", "args": ["key", case["expires"], case["signature"]]}


def test_the_secret_shows_nowhere() -> None:
    credentials = Credentials("key", "hidden-secret")
    with pytest.raises(TypeError) as refusal:
        pickle.dumps(credentials)
    headers = signed_headers(credentials, "a=1", at_ms=1)
    frame = websocket_login(credentials, expires_ms=1)
    for text in (repr(credentials), str(credentials), str(refusal.value), repr(headers), repr(frame)):
        assert "hidden-secret" not in text


# --- answers


def test_an_answer_of_the_trade_stream_tells_the_limit_too() -> None:
    frame = {
        "reqId": "test-005",
        "retCode": 0,
        "retMsg": "OK",
        "op": "order.create",
        "data": {"orderId": "a4c1718e", "orderLinkId": "c1"},
        "header": {
            "X-Bapi-Limit": "10",
            "X-Bapi-Limit-Status": "9",
            "X-Bapi-Limit-Reset-Timestamp": "1711001595208",
            "Traceid": "38b7977b430f9bd228f4b19724794dfd",
            "Timenow": "1711001595209",
        },
        "connId": "cnt5leec0hvan15eukcg-2v",
    }
    assert decode_answer(msgspec.json.encode(frame)) == Answer(
        outcome=Outcome.TAKEN,
        venue_order_id="a4c1718e",
        client_order_id="c1",
        request_id="test-005",
        rate_limit=RateLimit(limit=10, left=9, resets_at=ms(1711001595208)),
    )


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (0, Outcome.TAKEN),
        (10000, Outcome.UNKNOWN),
        (10016, Outcome.UNKNOWN),
        (170146, Outcome.UNKNOWN),
        (10099, Outcome.UNKNOWN),
        (10002, Outcome.REFUSED),
        (110007, Outcome.REFUSED),
        (170131, Outcome.REFUSED),
        (10006, Outcome.TOO_OFTEN),
        (110072, Outcome.REPEATED),
        (170141, Outcome.REPEATED),
        (110001, Outcome.NO_SUCH_ORDER),
        (170213, Outcome.NO_SUCH_ORDER),
    ],
)
def test_an_answer_is_a_refusal_only_where_the_venue_surely_did_nothing(code: int, outcome: Outcome) -> None:
    assert outcome_of(code) is outcome
    said = decode_answer(msgspec.json.encode({"retCode": code, "retMsg": "words", "result": {}}))
    problem = None if outcome is Outcome.TAKEN else VenueProblem(code=str(code), message="words")
    assert (said.outcome, said.problem) == (outcome, problem)


def test_an_answer_that_is_none_leaves_the_outcome_open() -> None:
    with pytest.raises(UndecodableFrame):
        decode_answer(b"<html>502 Bad Gateway</html>")


def test_headers_tell_the_limit_whatever_their_case_and_nothing_where_they_lack_it() -> None:
    headers = {
        "X-BAPI-LIMIT": "100",
        "x-bapi-limit-status": "99",
        "X-Bapi-Limit-Reset-Timestamp": "1672738134824",
    }
    assert rate_limit_of(headers) == RateLimit(limit=100, left=99, resets_at=ms(1672738134824))
    assert rate_limit_of({"X-Bapi-Limit": "100"}) is None


# --- capabilities


def test_every_capability_names_the_page_that_says_so() -> None:
    fields = set(Capabilities.__struct_fields__) - {"forgets", "of_contracts"}
    assert fields <= DOCUMENTED.keys()
    assert all(page.startswith("https://bybit-exchange.github.io/docs/v5/") for page in DOCUMENTED.values())


def test_a_request_can_take_effect_no_longer_than_its_window_and_a_second() -> None:
    for category in Category:
        assert capabilities_of(category).request_expiry_s == 6
    assert OrderType.TRAILING_STOP not in capabilities_of(Category.LINEAR).rests
    assert not capabilities_of(Category.SPOT).reduce_only

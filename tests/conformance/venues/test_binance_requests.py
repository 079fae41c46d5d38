"""Our orders as requests to Binance."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.venues.binance_orders import order
from tests.conformance.venues.binance_tables import D

from tradebook.kernel.ids import OrderId
from tradebook.trading.orders import MarginMode, OffsetType, OrderType, PositionSide, Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.binance import capabilities
from tradebook.venues.binance import futures_execution as futures
from tradebook.venues.binance import spot_execution as spot
from tradebook.venues.binance.requests import Request, client_order_id_of
from tradebook.venues.errors import Inexpressible

BUY, SELL = Side.BUY, Side.SELL
ID = client_order_id_of(order())


def said(request: Request) -> str:
    return f"{request.method} {request.path} " + " ".join(f"{name}={value}" for name, value in request.params)


def placed_on_spot(venue_order: VenueOrder) -> str:
    return _placed(said(spot.place_spot_order(venue_order, "BTCUSDT")), "newOrderRespType=FULL")


def placed_on_futures(venue_order: VenueOrder, *, hedge_mode: bool = False) -> str:
    request = futures.place_futures_order(venue_order, "BTCUSDT", hedge_mode=hedge_mode)
    return _placed(said(request), "newOrderRespType=RESULT")


def _placed(text: str, kind_of_answer: str) -> str:
    """Without what every order has."""
    path = r"POST /api/v3/order symbol=BTCUSDT |POST /fapi/v1/order symbol=BTCUSDT "
    algo = r"POST /fapi/v1/algoOrder algoType=CONDITIONAL symbol=BTCUSDT "
    assert f"newClientOrderId={ID} {kind_of_answer}" in text or f"clientAlgoId={ID}" in text
    text = re.sub(
        f" (newClientOrderId={ID} {kind_of_answer}|workingType=CONTRACT_PRICE clientAlgoId={ID})", "", text
    )
    return re.sub(algo, "algo ", re.sub(path, "", text))


IOC = TimeInForce.IOC
PERCENT = OffsetType.PERCENT
LIMIT = order(price=D("64000.10"))
MARKET = order(OrderType.MARKET)
STOP = order(OrderType.STOP, SELL, stop_price=D(60000))
STOP_LIMIT = order(OrderType.STOP_LIMIT, SELL, stop_price=D(60000), price=D(59900))
TAKE = order(OrderType.TAKE_PROFIT, SELL, stop_price=D(70000))
TAKE_LIMIT = order(OrderType.TAKE_PROFIT, SELL, stop_price=D(70000), price=D(70010))
TRAILING = order(OrderType.TRAILING_STOP, SELL, trailing_offset=D("1.5"), trailing_offset_type=PERCENT)


@pytest.mark.parametrize(
    ("venue_order", "expected"),
    [
        (LIMIT, "side=BUY type=LIMIT timeInForce=GTC quantity=0.5 price=64000.1"),
        (
            order(price=D(1), time_in_force=IOC),
            "side=BUY type=LIMIT timeInForce=IOC quantity=0.5 price=1",
        ),
        (
            order(price=D(1), time_in_force=TimeInForce.DAY),
            "side=BUY type=LIMIT timeInForce=GTC quantity=0.5 price=1",
        ),
        (order(price=D(1), post_only=True), "side=BUY type=LIMIT_MAKER quantity=0.5 price=1"),
        (MARKET, "side=BUY type=MARKET quantity=0.5"),
        (
            order(OrderType.MARKET, quantity=D(0), quote_quantity=D("1E+2")),
            "side=BUY type=MARKET quoteOrderQty=100",
        ),
        (
            order(OrderType.MARKET, protection_price=D(65000)),
            "side=BUY type=LIMIT timeInForce=IOC quantity=0.5 price=65000",
        ),
        (
            order(OrderType.MARKET, protection_price=D("61105.4915")),
            "side=BUY type=LIMIT timeInForce=IOC quantity=0.5 price=61105.49",
        ),
        (
            order(OrderType.MARKET, SELL, protection_price=D("61105.4915")),
            "side=SELL type=LIMIT timeInForce=IOC quantity=0.5 price=61105.5",
        ),
        (STOP, "side=SELL type=STOP_LOSS quantity=0.5 stopPrice=60000"),
        (
            order(OrderType.STOP, SELL, stop_price=D(60000), protection_price=D(59000)),
            "side=SELL type=STOP_LOSS_LIMIT timeInForce=IOC quantity=0.5 price=59000 stopPrice=60000",
        ),
        (
            STOP_LIMIT,
            "side=SELL type=STOP_LOSS_LIMIT timeInForce=GTC quantity=0.5 price=59900 stopPrice=60000",
        ),
        (TAKE, "side=SELL type=TAKE_PROFIT quantity=0.5 stopPrice=70000"),
        (
            TAKE_LIMIT,
            "side=SELL type=TAKE_PROFIT_LIMIT timeInForce=GTC quantity=0.5 price=70010 stopPrice=70000",
        ),
        (TRAILING, "side=SELL type=STOP_LOSS quantity=0.5 trailingDelta=150"),
    ],
)
def test_an_order_for_spot_is_said_in_binances_words(venue_order: VenueOrder, expected: str) -> None:
    assert placed_on_spot(venue_order) == expected


@pytest.mark.parametrize(
    ("venue_order", "expected"),
    [
        (LIMIT, "side=BUY type=LIMIT timeInForce=GTC quantity=0.5 price=64000.1"),
        (
            order(price=D(1), post_only=True),
            "side=BUY type=LIMIT timeInForce=GTX quantity=0.5 price=1",
        ),
        (
            order(price=D(1), reduce_only=True, time_in_force=TimeInForce.FOK),
            "side=BUY reduceOnly=true type=LIMIT timeInForce=FOK quantity=0.5 price=1",
        ),
        (MARKET, "side=BUY type=MARKET quantity=0.5"),
        (
            order(OrderType.MARKET, protection_price=D(65000)),
            "side=BUY type=LIMIT timeInForce=IOC quantity=0.5 price=65000",
        ),
        (STOP, "algo side=SELL type=STOP_MARKET quantity=0.5 triggerPrice=60000"),
        (
            STOP_LIMIT,
            "algo side=SELL type=STOP timeInForce=GTC quantity=0.5 price=59900 triggerPrice=60000",
        ),
        (TAKE, "algo side=SELL type=TAKE_PROFIT_MARKET quantity=0.5 triggerPrice=70000"),
        (
            TAKE_LIMIT,
            "algo side=SELL type=TAKE_PROFIT timeInForce=GTC quantity=0.5 price=70010 triggerPrice=70000",
        ),
        (TRAILING, "algo side=SELL type=TRAILING_STOP_MARKET quantity=0.5 callbackRate=1.5"),
    ],
)
def test_an_order_for_futures_is_said_in_binances_words(venue_order: VenueOrder, expected: str) -> None:
    assert placed_on_futures(venue_order) == expected


@pytest.mark.parametrize(
    ("side", "reduces", "position"),
    [(BUY, False, "LONG"), (SELL, True, "LONG"), (SELL, False, "SHORT"), (BUY, True, "SHORT")],
)
def test_with_two_positions_the_side_that_is_meant_says_whether_it_reduces(
    side: Side, reduces: bool, position: str
) -> None:
    position_side = PositionSide(position.lower())
    wanted = order(OrderType.MARKET, side, reduce_only=reduces, position_side=position_side)
    text = placed_on_futures(wanted, hedge_mode=True)
    assert text == f"side={side.upper()} positionSide={position} type=MARKET quantity=0.5"


@pytest.mark.parametrize(
    ("wish", "hedge_mode", "field"),
    [
        ({}, True, "position_side"),
        ({"position_side": PositionSide.LONG}, False, "position_side"),
        ({"position_side": PositionSide.LONG, "reduce_only": True}, True, "reduce_only"),
    ],
)
def test_an_order_says_which_position_where_there_are_two_and_only_there(
    wish: dict[str, Any], hedge_mode: bool, field: str
) -> None:
    with pytest.raises(Inexpressible) as refused:
        placed_on_futures(order(OrderType.MARKET, BUY, **wish), hedge_mode=hedge_mode)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("venue_order", "field"),
    [
        (order(OrderType.MARKET, reduce_only=True), "reduce_only"),
        (order(OrderType.TRAILING_STOP, trailing_offset=D(5)), "trailing_offset"),
        (
            order(OrderType.TRAILING_STOP, trailing_offset=D("0.105"), trailing_offset_type=PERCENT),
            "trailing_offset",
        ),
    ],
)
def test_what_spot_has_no_words_for_is_not_sent(venue_order: VenueOrder, field: str) -> None:
    with pytest.raises(Inexpressible) as refused:
        spot.place_spot_order(venue_order, "BTCUSDT")
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("venue_order", "field"),
    [
        (order(OrderType.MARKET, quote_quantity=D(100)), "quote_quantity"),
        (order(OrderType.TRAILING_STOP, trailing_offset=D(5)), "trailing_offset"),
        (
            order(OrderType.TRAILING_STOP, trailing_offset=D(11), trailing_offset_type=PERCENT),
            "trailing_offset",
        ),
    ],
)
def test_what_futures_have_no_words_for_is_not_sent(venue_order: VenueOrder, field: str) -> None:
    with pytest.raises(Inexpressible) as refused:
        futures.place_futures_order(venue_order, "BTCUSDT", hedge_mode=False)
    assert refused.value.field == field


def test_two_exits_are_one_pair_at_binance() -> None:
    above = order(OrderType.LIMIT, SELL, price=D(70000), order_id=OrderId("above"))
    below = order(
        OrderType.STOP_LIMIT,
        SELL,
        stop_price=D(60000),
        price=D(59900),
        order_id=OrderId("below"),
    )
    assert said(spot.place_oco(above, below, "BTCUSDT", list_id="pair")) == (
        "POST /api/v3/orderList/oco symbol=BTCUSDT listClientOrderId=pair side=SELL quantity=0.5"
        f" aboveType=LIMIT_MAKER abovePrice=70000 aboveClientOrderId={client_order_id_of(above)}"
        " belowType=STOP_LOSS_LIMIT belowTimeInForce=GTC belowPrice=59900 belowStopPrice=60000"
        f" belowClientOrderId={client_order_id_of(below)} newOrderRespType=FULL"
    )


@pytest.mark.parametrize("other", [MARKET, order(OrderType.STOP, SELL, stop_price=D(1), quantity=D(2))])
def test_what_is_no_pair_is_not_sent_as_one(other: VenueOrder) -> None:
    with pytest.raises(Inexpressible):
        spot.place_oco(order(OrderType.LIMIT, other.terms.side, price=D(1)), other, "BTCUSDT", list_id="pair")


def test_orders_are_cancelled_changed_and_asked_for_by_our_id() -> None:
    plain, waiting = LIMIT, STOP
    assert [
        said(request)
        for request in (
            spot.cancel_spot_order(plain, "BTCUSDT"),
            spot.cancel_all_spot_orders("BTCUSDT"),
            spot.reduce_spot_order(plain, "BTCUSDT", quantity=D("0.25")),
            spot.query_spot_order(plain, "BTCUSDT"),
            spot.open_spot_orders(),
            futures.cancel_futures_order(plain, "BTCUSDT"),
            futures.cancel_futures_order(waiting, "BTCUSDT"),
            *futures.cancel_all_futures_orders("BTCUSDT"),
            futures.cancel_all_after("BTCUSDT", seconds=D(60)),
            futures.change_futures_order(plain, "BTCUSDT", quantity=D(1), price=D(2)),
            futures.query_futures_order(plain, "BTCUSDT"),
            futures.query_futures_order(waiting, "BTCUSDT"),
            futures.query_triggered_order(waiting, "BTCUSDT"),
            *futures.open_futures_orders("BTCUSDT"),
        )
    ] == [
        f"DELETE /api/v3/order symbol=BTCUSDT origClientOrderId={ID}",
        "DELETE /api/v3/openOrders symbol=BTCUSDT",
        "PUT /api/v3/order/amend/keepPriority symbol=BTCUSDT"
        f" origClientOrderId={ID} newClientOrderId={ID} newQty=0.25",
        f"GET /api/v3/order symbol=BTCUSDT origClientOrderId={ID}",
        "GET /api/v3/openOrders ",
        f"DELETE /fapi/v1/order symbol=BTCUSDT origClientOrderId={ID}",
        f"DELETE /fapi/v1/algoOrder clientAlgoId={ID}",
        "DELETE /fapi/v1/allOpenOrders symbol=BTCUSDT",
        "DELETE /fapi/v1/algoOpenOrders symbol=BTCUSDT",
        "POST /fapi/v1/countdownCancelAll symbol=BTCUSDT countdownTime=60000",
        f"PUT /fapi/v1/order symbol=BTCUSDT side=BUY origClientOrderId={ID} quantity=1 price=2",
        f"GET /fapi/v1/order symbol=BTCUSDT origClientOrderId={ID}",
        f"GET /fapi/v1/algoOrder clientAlgoId={ID}",
        f"GET /fapi/v1/order symbol=BTCUSDT origClientOrderId={ID}",
        "GET /fapi/v1/openOrders symbol=BTCUSDT",
        "GET /fapi/v1/openAlgoOrders symbol=BTCUSDT",
    ]
    with pytest.raises(Inexpressible):
        futures.change_futures_order(waiting, "BTCUSDT", quantity=D(1), price=D(2))


def test_the_account_is_asked_for_what_connecting_needs() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert [
        said(request).strip()
        for request in (
            spot.spot_account(),
            spot.spot_fills("BTCUSDT", from_id=7),
            spot.spot_fills("BTCUSDT", since=since),
            spot.key_permissions(),
            spot.trading_fees("BTCUSDT"),
            futures.futures_fills("BTCUSDT", from_id=7),
            futures.incomes(since=since),
            futures.futures_balances(),
            futures.positions(),
            futures.leverage_settings(),
            futures.futures_fees("BTCUSDT"),
            futures.hedge_mode(),
            futures.set_leverage("BTCUSDT", 5),
            futures.set_margin_mode("BTCUSDT", MarginMode.CROSS),
        )
    ] == [
        "GET /api/v3/account omitZeroBalances=true",
        "GET /api/v3/myTrades symbol=BTCUSDT fromId=7 limit=1000",
        "GET /api/v3/myTrades symbol=BTCUSDT startTime=1767225600000 limit=1000",
        "GET /sapi/v1/account/apiRestrictions",
        "GET /sapi/v1/asset/tradeFee symbol=BTCUSDT",
        "GET /fapi/v1/userTrades symbol=BTCUSDT fromId=7 limit=1000",
        "GET /fapi/v1/income startTime=1767225600000 page=1 limit=1000",
        "GET /fapi/v3/balance",
        "GET /fapi/v2/positionRisk",
        "GET /fapi/v1/symbolConfig",
        "GET /fapi/v1/commissionRate symbol=BTCUSDT",
        "GET /fapi/v1/positionSide/dual",
        "POST /fapi/v1/leverage symbol=BTCUSDT leverage=5",
        "POST /fapi/v1/marginType symbol=BTCUSDT marginType=CROSSED",
    ]


@given(account=st.text(min_size=1), name=st.text(min_size=1), attempt=st.integers(0, 10**6))
def test_a_client_order_id_fits_binance_and_is_of_one_attempt_only(
    account: str, name: str, attempt: int
) -> None:
    one = order(order_id=OrderId(name), attempt=attempt)
    again = order(order_id=OrderId(name), attempt=attempt + 1)
    assert re.fullmatch(r"[a-zA-Z0-9-_]{1,36}", client_order_id_of(one))
    assert client_order_id_of(one) == client_order_id_of(order(order_id=OrderId(name), attempt=attempt))
    assert client_order_id_of(one) != client_order_id_of(again)


@given(
    quantity=st.decimals("0.00000001", "9000000000", places=8),
    price=st.decimals("0.00000001", "9000000000", places=8),
)
def test_quantities_and_prices_keep_every_digit_and_never_have_an_exponent(
    quantity: Decimal, price: Decimal
) -> None:
    request = spot.place_spot_order(order(quantity=quantity, price=price), "BTCUSDT")
    params = dict(request.params)
    assert (Decimal(params["quantity"]), Decimal(params["price"])) == (quantity, price)
    assert re.fullmatch(r"\d+(\.\d+)?", params["quantity"])
    assert re.fullmatch(r"\d+(\.\d+)?", params["price"])


def test_what_is_said_to_rest_at_binance_can_be_placed_there() -> None:
    for type_ in capabilities.SPOT.rests | capabilities.FUTURES.rests:
        conditional = order(
            type_, SELL, stop_price=D(1), price=D(1) if type_ is OrderType.STOP_LIMIT else None
        )
        assert "stopPrice=1" in placed_on_spot(conditional)
        assert "triggerPrice=1" in placed_on_futures(conditional)
    for time_in_force in capabilities.SPOT.times_in_force | capabilities.FUTURES.times_in_force:
        timed = order(price=D(1), time_in_force=time_in_force)
        assert f"timeInForce={time_in_force.upper()}" in placed_on_spot(timed)
        assert f"timeInForce={time_in_force.upper()}" in placed_on_futures(timed)
    assert (capabilities.SPOT.replace, capabilities.FUTURES.replace) == (False, True)
    assert (capabilities.SPOT.reduce_only, capabilities.FUTURES.reduce_only) == (False, True)

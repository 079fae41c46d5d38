"""Parameters of a new order → a request that the symbol's filters let through.

https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order, New-Algo-Order
and ``common-definition`` beside it.
"""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import ClientOrderId
from tradebook.kernel.money import is_multiple, multiply
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderTerms, OrderType, PositionSide, Side, TimeInForce
from tradebook.venues.simulators.binance.futures.orders import FuturesRequest
from tradebook.venues.simulators.binance.params import Params
from tradebook.venues.simulators.binance.rejections import Rejection, missing
from tradebook.venues.simulators.binance.symbols import PRICE_MAX, QUANTITY_MAX

_SIDES = ("BUY", "SELL")
_POSITION_SIDES = {"BOTH": PositionSide.NET, "LONG": PositionSide.LONG, "SHORT": PositionSide.SHORT}
_TIMES_IN_FORCE = ("GTC", "IOC", "FOK", "GTX")
_RESPONSES = ("ACK", "RESULT")
_PLAIN = {"LIMIT": OrderType.LIMIT, "MARKET": OrderType.MARKET}
_CONDITIONAL = {
    "STOP": OrderType.STOP_LIMIT,
    "STOP_MARKET": OrderType.STOP,
    "TAKE_PROFIT": OrderType.TAKE_PROFIT,
    "TAKE_PROFIT_MARKET": OrderType.TAKE_PROFIT,
}
_WITHOUT_PRICE = frozenset({"MARKET", "STOP_MARKET", "TAKE_PROFIT_MARKET"})


def read_order(params: Params, instrument: Instrument, *, is_hedged: bool) -> FuturesRequest:
    """An order for the matching engine. Raises Rejection."""
    if params.text("type") in {*_CONDITIONAL, "TRAILING_STOP_MARKET"}:
        raise Rejection(
            -4120,
            "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
        )
    return _read(params, instrument, set(_PLAIN), "newClientOrderId", is_hedged=is_hedged)


def read_algo_order(params: Params, instrument: Instrument, *, is_hedged: bool) -> FuturesRequest:
    """An order that waits for its price. Raises Rejection."""
    params.word(
        "algoType", ("CONDITIONAL",), Rejection(-1130, "Data sent for parameter 'algoType' is not valid.")
    )
    return _read(params, instrument, set(_CONDITIONAL), "clientAlgoId", is_hedged=is_hedged)


def terms_of(request: FuturesRequest, instrument: Instrument) -> OrderTerms:
    """As the matching takes it. With two positions, what closes one only reduces it."""
    side, position = Side(request.side.lower()), _POSITION_SIDES[request.position_side]
    is_long = position is PositionSide.LONG
    closes = position is not PositionSide.NET and (side is Side.SELL) is is_long
    time_in_force = "gtc" if request.time_in_force == "GTX" else request.time_in_force.lower()
    return OrderTerms(
        client_order_id=ClientOrderId(""),
        instrument_id=instrument.instrument_id,
        side=side,
        type={**_PLAIN, **_CONDITIONAL}[request.type],
        quantity=request.quantity,
        price=request.price,
        stop_price=request.trigger_price,
        time_in_force=TimeInForce(time_in_force),
        post_only=request.time_in_force == "GTX",
        reduce_only=request.reduce_only or closes,
        position_side=position,
    )


def require_filters(instrument: Instrument, *, quantity: Decimal, prices: tuple[Decimal | None, ...]) -> None:
    """Raises Rejection for figures that the symbol does not have."""
    for price in prices:
        if price is not None and (not is_multiple(price, instrument.tick_size) or price > PRICE_MAX):
            raise Rejection(-4014, "Price not increased by tick size.")
    if not is_multiple(quantity, instrument.lot_size) or quantity > QUANTITY_MAX:
        raise Rejection(-4023, "Qty not increased by step size.")


def require_worth(instrument: Instrument, quantity: Decimal, price: Decimal | None, *, reduces: bool) -> None:
    """Raises Rejection for an order that is worth too little; what only reduces may be."""
    if price and not reduces and multiply(price, quantity) < instrument.min_notional:
        least = instrument.min_notional
        raise Rejection(
            -4164, f"Order's notional must be no smaller than {least} (unless you choose reduce only)."
        )


def _read(
    params: Params, instrument: Instrument, types: set[str], name_of_id: str, *, is_hedged: bool
) -> FuturesRequest:
    if params.flag("closePosition"):
        raise Rejection(-4136, "Target strategy invalid for orderType, closePosition or closeAll")
    kind = params.word("type", types, Rejection(-1116, "Invalid orderType."))
    request = FuturesRequest(
        symbol=params.text("symbol"),
        side=params.word("side", _SIDES, Rejection(-1117, "Invalid side.")),
        type=kind,
        position_side=_position_side(params, is_hedged=is_hedged),
        time_in_force=_time_in_force(params, kind),
        quantity=params.amount("quantity"),
        price=None if kind in _WITHOUT_PRICE else params.amount("price"),
        trigger_price=params.amount("triggerPrice") if kind in _CONDITIONAL else None,
        reduce_only=params.flag("reduceOnly"),
        client_order_id=params.client_order_id(name_of_id),
        response=_response(params),
    )
    require_filters(instrument, quantity=request.quantity, prices=(request.price, request.trigger_price))
    price = request.price or request.trigger_price
    require_worth(instrument, request.quantity, price, reduces=request.reduce_only or is_hedged)
    return request


def _position_side(params: Params, *, is_hedged: bool) -> str:
    told = "BOTH"
    if "positionSide" in params:
        told = params.word("positionSide", _POSITION_SIDES, Rejection(-4060, "Invalid position side."))
    if (told != "BOTH") is not is_hedged:
        raise Rejection(-4061, "Order's position side does not match user's setting.")
    if is_hedged and "reduceOnly" in params:
        raise Rejection(-1106, "Parameter 'reduceonly' sent when not required.")
    return told


def _time_in_force(params: Params, kind: str) -> str:
    if "timeInForce" not in params:
        if kind == "LIMIT":
            raise missing("timeInForce")
        return "GTC"
    return params.word("timeInForce", _TIMES_IN_FORCE, Rejection(-1115, "Invalid timeInForce."))


def _response(params: Params) -> str:
    if "newOrderRespType" not in params:
        return "ACK"
    return params.word("newOrderRespType", _RESPONSES, missing("newOrderRespType"))

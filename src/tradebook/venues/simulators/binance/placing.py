"""Parameters of a new order → a request that the symbol's filters let through.

https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#new-order-trade and ``filters.md``
there.
"""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.money import ZERO, is_multiple, multiply
from tradebook.market.values import Instrument
from tradebook.venues.simulators.binance.orders import OrderRequest
from tradebook.venues.simulators.binance.params import Params
from tradebook.venues.simulators.binance.rejections import Rejection, filtered, missing, rejected
from tradebook.venues.simulators.binance.symbols import PRICE_MAX, QUANTITY_MAX, SELF_TRADE_PREVENTION

_SIDES = ("BUY", "SELL")
_TIMES_IN_FORCE = ("GTC", "IOC", "FOK")
_RESPONSES = ("ACK", "RESULT", "FULL")

_TERMS = ("timeInForce", "quantity", "quoteOrderQty", "price", "stopPrice")
_TERMS_OF = {
    "LIMIT": {"timeInForce", "quantity", "price"},
    "LIMIT_MAKER": {"quantity", "price"},
    "MARKET": {"quantity", "quoteOrderQty"},
    "STOP_LOSS": {"quantity", "stopPrice"},
    "STOP_LOSS_LIMIT": {"timeInForce", "quantity", "price", "stopPrice"},
    "TAKE_PROFIT": {"quantity", "stopPrice"},
    "TAKE_PROFIT_LIMIT": {"timeInForce", "quantity", "price", "stopPrice"},
}
"""What each type needs, of a market order's two one; nothing else of the terms may be sent with it."""
_NOT_HERE = {
    "trailingDelta": "Trailing stop orders are not supported for this symbol.",
    "icebergQty": "Iceberg orders are not supported for this symbol.",
}


def read_order(params: Params, instrument: Instrument) -> OrderRequest:
    """The order that is asked for. Raises Rejection."""
    for name, message in _NOT_HERE.items():
        if name in params:
            raise rejected(message)
    side = params.word("side", _SIDES, Rejection(-1117, "Invalid side."))
    kind = params.word("type", _TERMS_OF, Rejection(-1116, "Invalid orderType."))
    _require_terms(params, kind)
    by_default = "FULL" if kind in ("MARKET", "LIMIT") else "ACK"
    request = OrderRequest(
        symbol=params.text("symbol"),
        side=side,
        type=kind,
        time_in_force=_time_in_force(params),
        quantity=params.amount("quantity") if "quantity" in params else ZERO,
        quote_quantity=params.amount("quoteOrderQty") if "quoteOrderQty" in params else ZERO,
        price=_amount(params, "price"),
        stop_price=_amount(params, "stopPrice"),
        client_order_id=params.client_order_id("newClientOrderId"),
        response=_word(params, "newOrderRespType", _RESPONSES, by_default),
        self_trade_prevention=_self_trade_prevention(params),
    )
    require_filters(request, instrument)
    return request


def require_filters(request: OrderRequest, instrument: Instrument) -> None:
    """Raises Rejection for an order that a filter of its symbol keeps out."""
    for price in (request.price, request.stop_price):
        if price is not None and (not is_multiple(price, instrument.tick_size) or price > PRICE_MAX):
            raise filtered("PRICE_FILTER")
    quantity = request.quantity
    if not is_multiple(quantity, instrument.lot_size) or quantity > QUANTITY_MAX:
        raise filtered("LOT_SIZE")
    price = request.price or request.stop_price
    worth = request.quote_quantity if price is None else multiply(price, quantity)
    if worth:
        require_worth(worth, instrument)


def require_worth(worth: Decimal, instrument: Instrument) -> None:
    """Raises Rejection for an order that is worth too little."""
    if worth < instrument.min_notional:
        raise filtered("NOTIONAL")


def _require_terms(params: Params, kind: str) -> None:
    allowed = _TERMS_OF[kind]
    for name in _TERMS:
        if name in params and name not in allowed:
            raise Rejection(-1106, f"Parameter '{name}' sent when not required.")
        if kind != "MARKET" and name in allowed and name not in params:
            raise missing(name)
    if kind == "MARKET":
        given = [name for name in allowed if name in params]
        if not given:
            raise Rejection(
                -1102, "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"
            )
        if len(given) > 1:
            raise Rejection(-1106, "Parameter 'quoteOrderQty' sent when not required.")


def _time_in_force(params: Params) -> str:
    if "timeInForce" not in params:
        return "GTC"
    return params.word("timeInForce", _TIMES_IN_FORCE, Rejection(-1115, "Invalid timeInForce."))


def _self_trade_prevention(params: Params) -> str:
    if "selfTradePreventionMode" not in params:
        return SELF_TRADE_PREVENTION[0]
    strange = Rejection(-1013, "This symbol does not allow the specified self-trade prevention mode.")
    return params.word("selfTradePreventionMode", SELF_TRADE_PREVENTION, strange)


def _amount(params: Params, name: str) -> Decimal | None:
    return params.amount(name) if name in params else None


def _word(params: Params, name: str, words: tuple[str, ...], otherwise: str) -> str:
    return params.word(name, words, missing(name)) if name in params else otherwise

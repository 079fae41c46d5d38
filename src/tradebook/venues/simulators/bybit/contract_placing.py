"""Parameters of a new order of a contract → terms that its rules let through.

https://bybit-exchange.github.io/docs/v5/order/create-order
"""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import ClientOrderId
from tradebook.kernel.money import is_multiple
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderTerms, OrderType, PositionSide, Side
from tradebook.venues.simulators.bybit.orders import PREVENTIONS, OrderRequest
from tradebook.venues.simulators.bybit.params import Params
from tradebook.venues.simulators.bybit.placing import SIDES, TIMES_IN_FORCE
from tradebook.venues.simulators.bybit.rejections import Rejection, strange

POSITION_SIDES = {"0": PositionSide.NET, "1": PositionSide.LONG, "2": PositionSide.SHORT}
RISES, FALLS = 1, 2
"""Directions of a trigger."""


def read_request(params: Params) -> OrderRequest:
    """The words of an order. Raises Rejection."""
    return OrderRequest(
        symbol=params.text("symbol"),
        order_type=params.word("orderType", ("Market", "Limit")),
        time_in_force=params.word("timeInForce", TIMES_IN_FORCE, otherwise="GTC"),
        client_order_id=params.client_order_id(),
        smp_type=params.word("smpType", PREVENTIONS, otherwise="None"),
        trigger_direction=params.integer("triggerDirection", otherwise=0),
        position_idx=int(params.word("positionIdx", POSITION_SIDES, otherwise="0")),
        close_on_trigger=params.flag("closeOnTrigger"),
    )


def terms_of(
    params: Params, request: OrderRequest, instrument: Instrument, last: Decimal | None
) -> OrderTerms:
    """What is asked for; ``last`` is the price of the last trade. Raises Rejection."""
    side, quantity = SIDES[params.word("side", SIDES)], params.amount("qty")
    is_limit = request.order_type == "Limit"
    price, trigger = params.amount("price") if is_limit else None, params.amount("triggerPrice")
    if quantity is None:
        raise strange("qty")
    if is_limit and price is None:
        raise strange("price")
    if trigger is not None:
        _require_ahead(trigger, request.trigger_direction, last)
    terms = OrderTerms(
        client_order_id=ClientOrderId(""),
        instrument_id=instrument.instrument_id,
        side=side,
        type=_type(side, request.trigger_direction, trigger, is_limit=is_limit),
        quantity=quantity,
        price=price,
        stop_price=trigger,
        time_in_force=TIMES_IN_FORCE[request.time_in_force],
        post_only=request.time_in_force == "PostOnly",
        reduce_only=params.flag("reduceOnly") or request.close_on_trigger,
        position_side=POSITION_SIDES[str(request.position_idx)],
    )
    require_rules(terms, instrument)
    return terms


def require_rules(terms: OrderTerms, instrument: Instrument) -> None:
    """Raises Rejection for an order that a rule of its symbol keeps out."""
    for price in (terms.price, terms.stop_price):
        if price is not None and not is_multiple(price, instrument.tick_size):
            raise Rejection(10001, "params error: price has too many decimals")
    if not is_multiple(terms.quantity, instrument.lot_size):
        raise Rejection(10001, "params error: qty has too many decimals")
    if terms.reduce_only or terms.price is None or instrument.contract is None:
        return
    if instrument.contract.notional(terms.quantity, terms.price) < instrument.min_notional:
        raise Rejection(110094, "Order does not meet minimum order value.")


def _require_ahead(trigger: Decimal, direction: int, last: Decimal | None) -> None:
    if direction not in (RISES, FALLS):
        raise strange("triggerDirection")
    if last is None:
        return
    if direction == RISES and trigger <= last:
        raise Rejection(110093, "expect Rising, but trigger_price <= current")
    if direction == FALLS and trigger >= last:
        raise Rejection(110092, "expect Falling, but trigger_price >= current")


def _type(side: Side, direction: int, trigger: Decimal | None, *, is_limit: bool) -> OrderType:
    if trigger is None:
        return OrderType.LIMIT if is_limit else OrderType.MARKET
    if (direction == RISES) is (side is Side.SELL):
        return OrderType.TAKE_PROFIT
    return OrderType.STOP_LIMIT if is_limit else OrderType.STOP

"""What a request to change an order asks for, beside what the order has.

https://bybit-exchange.github.io/docs/v5/order/amend-order
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from tradebook.kernel.messages import Value
from tradebook.trading.orders import OrderTerms, OrderType
from tradebook.venues.simulators.bybit.orders import AnyOrder
from tradebook.venues.simulators.bybit.params import Params
from tradebook.venues.simulators.bybit.rejections import Rejection

_UNCHANGED = "The order remains unchanged as the parameters entered match the existing ones."


class Amendment(Value, frozen=True, kw_only=True):
    """What is to be another; a price that is None stays."""

    quantity: Decimal
    price: Decimal | None
    stop_price: Decimal | None
    terms: OrderTerms
    """Of the order as it would be."""


def read_amendment(params: Params, order: AnyOrder, *, too_small: Rejection) -> Amendment:
    """Raises Rejection, ``too_small`` where so much is filled already."""
    price, stop_price = params.amount("price"), params.amount("triggerPrice")
    quantity = params.amount("qty") or order.quantity
    wanted = (quantity, price or order.price, stop_price or order.stop_price)
    if wanted == (order.quantity, order.price, order.stop_price):
        raise Rejection(10001, _UNCHANGED)
    if quantity <= order.filled or order.terms.type is OrderType.MARKET:
        raise too_small
    terms = msgspec.structs.replace(order.terms, quantity=wanted[0], price=wanted[1], stop_price=wanted[2])
    return Amendment(quantity=quantity, price=price, stop_price=stop_price, terms=terms)

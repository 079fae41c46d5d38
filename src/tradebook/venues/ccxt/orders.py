"""Orders → what ccxt is told to write."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from tradebook.kernel.ids import derive_id
from tradebook.kernel.money import plain
from tradebook.trading.orders import OrderType, Side, TimeInForce
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.errors import Inexpressible
from tradebook.venues.protection import at_once, refuse_all_or_nothing, worst_price

_AT_ONCE = {TimeInForce.IOC: "IOC", TimeInForce.FOK: "FOK"}


class Placing(NamedTuple):
    """The arguments of ccxt's ``create_order``, numbers as texts."""

    symbol: str
    type: str
    side: str
    amount: str
    """In the base asset; in the quote asset where ``is_cost``."""
    price: str | None
    params: dict[str, Any]
    is_cost: bool = False

    async def by(self, client: Any, venue: str) -> Any:
        """Have a client write and send it; what ccxt makes of the answer.

        Raises Inexpressible where ccxt would round a number, which it does without a word.
        """
        self._refuse_rounding(client, venue)
        if self.is_cost:
            return await client.create_market_buy_order_with_cost(self.symbol, self.amount, self.params)
        return await client.create_order(
            self.symbol, self.type, self.side, self.amount, self.price, self.params
        )

    def _refuse_rounding(self, client: Any, venue: str) -> None:
        steps = client.market(self.symbol)["precision"]
        if self.is_cost:
            step = steps.get("cost") or steps["price"]
            written = [("quote_quantity", self.amount, client.cost_to_precision, step)]
        else:
            written = [("quantity", self.amount, client.amount_to_precision, steps["amount"])]
        if self.price is not None:
            written.append(("price", self.price, client.price_to_precision, steps["price"]))
        for field, asked, write, step in written:
            if Decimal(write(self.symbol, asked)) != Decimal(asked):
                raise Inexpressible(venue, field, f"{asked} is no multiple of {step}, its step there")


def client_order_id_of(venue: str, attempt: Attempt) -> str:
    """Ours for an attempt at an order: 32 of ``[0-9a-f]``, which every exchange of ``profiles`` takes."""
    facts = (attempt.account_id, attempt.order_id, str(attempt.attempt))
    return derive_id(f"{venue}-order", *facts).replace("-", "")


def placing_of(order: VenueOrder, venue: str, symbol: str) -> Placing:
    """What places it. Raises Inexpressible where ccxt's words would make another order of it."""
    terms = order.terms
    if terms.reduce_only and terms.side is Side.BUY:
        raise Inexpressible(venue, "reduce_only", "spot has nothing that buying reduces")
    params: dict[str, Any] = {"clientOrderId": client_order_id_of(venue, order)}
    side = terms.side.value
    if terms.type is OrderType.MARKET:
        return _market(order, venue, symbol, params)
    if terms.type is not OrderType.LIMIT or terms.price is None:
        raise Inexpressible(
            venue, "type", f"{terms.type.value} orders are watched by us, and sent when triggered"
        )
    if terms.post_only:
        params["postOnly"] = True
    elif terms.time_in_force in _AT_ONCE:
        params["timeInForce"] = _AT_ONCE[terms.time_in_force]
    return _limit(order.quantity, terms.price, symbol, side, params)


def _market(order: VenueOrder, venue: str, symbol: str, params: dict[str, Any]) -> Placing:
    terms, side, worst = order.terms, order.terms.side.value, worst_price(order)
    if terms.quote_quantity is not None and terms.side is not Side.BUY:
        raise Inexpressible(venue, "quote_quantity", "only what is bought can be sized by its cost")
    if terms.quote_quantity is None and worst is not None:
        # Beyond its protection nothing may be traded: at once up to that price, and the rest is cancelled.
        time_in_force = _AT_ONCE[at_once(order)]
        return _limit(order.quantity, worst, symbol, side, {**params, "timeInForce": time_in_force})
    refuse_all_or_nothing(order, venue)
    if terms.quote_quantity is not None:
        return Placing(symbol, "market", side, plain(terms.quote_quantity), None, params, is_cost=True)
    return Placing(symbol, "market", side, plain(order.quantity), None, params)


def _limit(quantity: Decimal, price: Decimal, symbol: str, side: str, params: dict[str, Any]) -> Placing:
    return Placing(symbol, "limit", side, plain(quantity), plain(price), params)

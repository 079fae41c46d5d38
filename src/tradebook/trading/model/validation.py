"""Whether an order or a limit makes sense at all, before anyone asks whether it is wise.

Defects name the field.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.money import END_OF_AMOUNTS, ONE, ZERO, in_range
from tradebook.market.values import Contract
from tradebook.trading.conditions import CONDITIONAL_TYPES
from tradebook.trading.limits import FRACTIONS, RiskLimits
from tradebook.trading.orders import OffsetType, OrderTerms, OrderType, PositionSide, Side, TimeInForce

BRACKET = "bracket:"
"""How the OCO groups of bracket legs begin."""
NEEDS_PRICE = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
MAY_HAVE_PRICE = NEEDS_PRICE | {OrderType.TAKE_PROFIT}
NEEDS_STOP_PRICE = frozenset({OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT})


def validate(terms: OrderTerms, at: datetime, contract: Contract | None = None) -> None:
    """Raises InvalidInput with code ``invalid_order`` for terms that contradict themselves.

    ``contract``: of the instrument, where it is settled and not exchanged.
    """
    _amounts(terms)
    _size(terms)
    _prices(terms)
    bookable(terms.quantity, terms.price, terms.stop_price, terms.trailing_offset)
    _life(terms, at)
    _flags(terms)
    _bracket(terms, is_contract=contract is not None)
    _position(terms, is_contract=contract is not None)


def validate_limits(limits: RiskLimits) -> None:
    """Raises InvalidInput for a fraction that is none: 5 meant as 5 % would never limit anything. And for a
    leverage below 1: that would be more than all of a position."""
    for name in FRACTIONS:
        fraction = getattr(limits, name)
        if fraction is not None and not (fraction.is_finite() and ZERO <= fraction < ONE):
            raise InvalidInput(name, "is not a fraction below 1", "write 5 % as 0.05")

    leverage = limits.max_leverage
    if leverage is not None and not (leverage.is_finite() and leverage >= ONE):
        raise InvalidInput("max_leverage", "is below 1", "write 10 for ten times the margin")


def _refuse(field: str, problem: str, remedy: str) -> InvalidInput:
    return InvalidInput(field, problem, remedy, code="invalid_order")


def _amounts(terms: OrderTerms) -> None:
    if terms.quote_quantity is not None:
        positive("quote_quantity", terms.quote_quantity)
    if terms.price is not None:
        positive("price", terms.price)
    if terms.stop_price is not None:
        positive("stop_price", terms.stop_price)
    if terms.trailing_offset is not None:
        positive("trailing_offset", terms.trailing_offset)


def positive(field: str, amount: Decimal) -> None:
    """Raises InvalidInput unless the amount is finite, above zero and of a size we book."""
    if not amount.is_finite() or amount <= ZERO:
        raise _refuse(field, "is not a positive number", "give a number above zero")
    if not in_range(amount):
        raise _refuse(field, "has more than 38 digits", "use fewer digits")


def bookable(quantity: Decimal, *prices: Decimal | None) -> None:
    """Raises InvalidInput where the quantity at one of the prices is more than we book."""
    for price in prices:
        if price is not None and quantity * price >= END_OF_AMOUNTS:
            raise _refuse("quantity", "times the price has more than 38 digits", "use fewer digits")


def _size(terms: OrderTerms) -> None:
    if terms.quote_quantity is None:
        positive("quantity", terms.quantity)
    elif terms.type is not OrderType.MARKET:
        raise _refuse("quote_quantity", "only market orders can be sized in the quote asset", "give quantity")
    elif terms.quantity != ZERO:
        raise _refuse("quantity", "stands beside quote_quantity", "give one of the two")


def _prices(terms: OrderTerms) -> None:
    kind = terms.type
    if kind in NEEDS_PRICE and terms.price is None:
        raise _refuse("price", f"a {kind.value} order needs one", "add it")
    if terms.price is not None and kind not in MAY_HAVE_PRICE:
        raise _refuse("price", f"a {kind.value} order has none", "leave it out")
    if kind in NEEDS_STOP_PRICE and terms.stop_price is None:
        raise _refuse("stop_price", f"a {kind.value} order needs one", "add it")
    if terms.stop_price is not None and kind not in NEEDS_STOP_PRICE:
        raise _refuse("stop_price", f"a {kind.value} order has none", "leave it out")
    if (terms.trailing_offset is not None) != (kind is OrderType.TRAILING_STOP):
        raise _refuse(
            "trailing_offset", "belongs to trailing_stop orders, and only to them", "add or remove it"
        )
    is_percent = terms.trailing_offset_type is OffsetType.PERCENT
    if terms.trailing_offset is not None and is_percent and terms.trailing_offset >= 100:
        raise _refuse("trailing_offset", "leaves no price at which to stop", "give less than 100 percent")


def _life(terms: OrderTerms, at: datetime) -> None:
    lifetime = terms.time_in_force
    if (terms.expires_at is not None) != (lifetime is TimeInForce.GTD):
        raise _refuse("expires_at", "belongs to time_in_force gtd, and only to it", "add or remove it")
    if terms.expires_at is not None:
        if terms.expires_at.tzinfo is None:
            raise _refuse("expires_at", "has no time zone", "write it with Z or an offset")
        if terms.expires_at <= at:
            raise _refuse("expires_at", "has passed", "give a time to come")
    at_once = lifetime in (TimeInForce.IOC, TimeInForce.FOK)
    if terms.type is OrderType.MARKET and not at_once and lifetime is not TimeInForce.GTC:
        raise _refuse("time_in_force", f"a market order never rests until {lifetime.value}", "leave it out")
    if at_once and terms.type in CONDITIONAL_TYPES:
        raise _refuse("time_in_force", f"{lifetime.value} cannot wait for a trigger", "use gtc, gtd or day")


def _flags(terms: OrderTerms) -> None:
    at_once = terms.time_in_force in (TimeInForce.IOC, TimeInForce.FOK)
    if terms.post_only and (terms.type is not OrderType.LIMIT or at_once):
        raise _refuse(
            "post_only", "is for limit orders that may rest", "use a limit order with gtc, gtd or day"
        )
    if terms.oco_group and terms.type is OrderType.MARKET:
        raise _refuse("oco_group", "a market order waits for nothing", "leave it out")
    if terms.oco_group.startswith(BRACKET):
        raise _refuse(
            "oco_group", f"{BRACKET!r} begins the names of brackets' own groups", "name it otherwise"
        )


def _bracket(terms: OrderTerms, *, is_contract: bool) -> None:
    for field, leg in (("take_profit", terms.take_profit), ("stop_loss", terms.stop_loss)):
        if leg is None:
            continue
        if terms.side is Side.SELL and not is_contract:
            raise _refuse(field, "on a spot account only a buy can be bracketed", "leave it out")
        if terms.quote_quantity is not None:
            raise _refuse(field, "a bracket needs a quantity", "give quantity instead of quote_quantity")
        positive(f"{field}.stop_price", leg.stop_price)
        if leg.price is not None:
            positive(f"{field}.price", leg.price)
    bracket_order(terms)


def bracket_order(terms: OrderTerms) -> None:
    """Raises InvalidInput unless stop-loss, entry and take-profit ascend; descend where the entry sells.

    Else an exit would trigger as soon as it exists.
    """
    loss = terms.stop_loss.stop_price if terms.stop_loss is not None else None
    profit = terms.take_profit.stop_price if terms.take_profit is not None else None
    is_buy = terms.side is Side.BUY
    (below, lower), (above, higher) = (("below", "lower"), ("above", "higher"))[:: 1 if is_buy else -1]

    def are_swapped(one: Decimal | None, other: Decimal | None) -> bool:
        if one is None or other is None:
            return False
        return one >= other if is_buy else one <= other

    if are_swapped(loss, profit):
        problem = f"is not {below} take_profit.stop_price"
        raise _refuse("stop_loss.stop_price", problem, f"set it {lower}")
    if are_swapped(loss, terms.price):
        raise _refuse("stop_loss.stop_price", f"is not {below} the entry's price", f"set it {lower}")
    if are_swapped(terms.price, profit):
        raise _refuse("take_profit.stop_price", f"is not {above} the entry's price", f"set it {higher}")


def _position(terms: OrderTerms, *, is_contract: bool) -> None:
    """Which position is meant, and whether the order can be about it."""
    side = terms.position_side
    if is_contract and terms.quote_quantity is not None:
        raise _refuse("quote_quantity", "an order of a contract is sized in contracts", "give quantity")
    if side is PositionSide.NET:
        return
    if not is_contract:
        raise _refuse("position_side", "what is owned has no sides", "leave it out")
    opens = (terms.side is Side.BUY) == (side is PositionSide.LONG)
    if opens and terms.reduce_only:
        raise _refuse("reduce_only", f"a {terms.side.value} opens a {side.value} position", "leave it out")
    if not opens and not terms.reduce_only:
        problem = f"a {terms.side.value} can only reduce a {side.value} position"
        raise _refuse("reduce_only", problem, "set it, or name the other position_side")

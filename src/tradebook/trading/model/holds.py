"""How much is set aside for an order, so that one cent is spent once.

Sells hold what they sell. Buys hold what they could cost at worst, fees included. An OCO group holds once,
as much as its most expensive member needs: only one of them can fill.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tradebook.kernel.money import ONE, ZERO, multiply, round_up
from tradebook.market.values import Instrument
from tradebook.trading.limits import RiskLimits
from tradebook.trading.model.state import Account, Order
from tradebook.trading.orders import OffsetType, OrderTerms, OrderType, PriceSeen, Side

SLIPPAGE_DEFAULT = Decimal("0.05")
"""How far a market buy may slip from the price seen where the account sets no collar."""


def unit_hold(
    terms: OrderTerms, instrument: Instrument, seen: PriceSeen | None, limits: RiskLimits
) -> Decimal:
    """What one unit of the base asset needs to be held, in the hold asset."""
    if terms.side is Side.SELL:
        return ONE
    return multiply(_worst_price(terms, seen, limits), ONE + instrument.taker_fee_rate)


def _worst_price(terms: OrderTerms, seen: PriceSeen | None, limits: RiskLimits) -> Decimal:
    if terms.price is not None:
        return terms.price
    slippage = ONE + (limits.price_collar if limits.price_collar is not None else SLIPPAGE_DEFAULT)
    ask = seen.ask if seen is not None else ZERO
    if terms.type is OrderType.TRAILING_STOP and terms.trailing_offset is not None:
        return multiply(trailing_stop_price(terms, ask), slippage)
    return multiply(terms.stop_price if terms.stop_price is not None else ask, slippage)


def trailing_stop_price(terms: OrderTerms, anchor: Decimal) -> Decimal:
    """Where a trailing stop stands for an anchor: behind it by the offset (above it for buys)."""
    offset = terms.trailing_offset or ZERO
    if terms.trailing_offset_type is OffsetType.PERCENT:
        offset = multiply(anchor, offset / 100)
    return anchor + offset if terms.side is Side.BUY else anchor - offset


def needed(unit: Decimal, quantity: Decimal, step: Decimal) -> Decimal:
    """``unit`` × ``quantity``, rounded up to ``step`` (zero: exact)."""
    amount = multiply(unit, quantity)
    return round_up(amount, step) if step else amount


def need_of(order: Order) -> Decimal:
    """What an open order needs held for what is left of it."""
    return needed(order.unit_hold, order.remaining, order.hold_step)


def group_key(order: Order) -> str:
    """Under which key the order's hold is kept."""
    return order.group or order.order_id


def released_without(account: Account, order: Order) -> Decimal:
    """What becomes free when the order is no more: all of its hold, or what its siblings do not need."""
    held = account.group_held.get(group_key(order), ZERO)
    return held - _largest(need_of(s) for s in account.siblings(order))


def released_by_fill(account: Account, order: Order, quantity: Decimal, *, complete: bool) -> Decimal:
    """What becomes free when ``quantity`` of the order fills: it takes as much off its OCO siblings too."""
    held = account.group_held.get(group_key(order), ZERO)
    left = [(s, s.remaining - quantity) for s in account.siblings(order)]
    if not complete:
        left.append((order, order.remaining - quantity))
    return held - _largest(needed(o.unit_hold, max(rest, ZERO), o.hold_step) for o, rest in left)


def _largest(needs: Iterable[Decimal]) -> Decimal:
    return max(needs, default=ZERO)

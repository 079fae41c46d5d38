"""How much is set aside for an order, so that one cent is spent once.

Sells hold what they sell. Buys hold what they could cost at worst, with the fee where it is paid on top.
Orders of contracts hold the margin of what they open. An OCO group holds once, as much as its most expensive
member needs: only one of them can fill.
"""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset, OrderId
from tradebook.kernel.money import ONE, ZERO, round_up
from tradebook.market.values import Instrument
from tradebook.trading.conditions import trailing_stop_price
from tradebook.trading.limits import RiskLimits
from tradebook.trading.model.state import Account, Order, Replacement
from tradebook.trading.orders import Hold, OrderTerms, OrderType, PriceSeen, Side

SLIPPAGE_DEFAULT = Decimal("0.05")
"""How far an order without a price may slip where the account sets no collar."""


def unit_hold(
    terms: OrderTerms, instrument: Instrument, seen: PriceSeen | None, limits: RiskLimits
) -> Decimal:
    """What one unit of the base asset needs to be held, in the hold asset."""
    if terms.side is Side.SELL:
        return ONE
    worst = terms.price if terms.price is not None else protection_price(terms, seen, limits)
    return (worst or ZERO) * (ONE + instrument.fee_rate_on_cost)


def unit_hold_at(order: Order, price: Decimal | None, stop_price: Decimal | None) -> Decimal:
    """The same for an open order at new prices: in proportion to the price that bounds its cost."""
    bound = price if price is not None else order.price
    if bound is None:
        bound = stop_price
    if bound is None or not order.bound or not (order.is_buy or order.contract is not None):
        return order.unit_hold
    if order.contract is not None and order.contract.inverse_size is not None:
        return order.unit_hold * order.bound / bound
    return order.unit_hold * bound / order.bound


def protection_price(terms: OrderTerms, seen: PriceSeen | None, limits: RiskLimits) -> Decimal | None:
    """The worst price at which an order without one of its own may trade, and for which it holds enough.

    None where its own price bounds it, and for a triggered sell: it holds what it sells, and is to get out.
    """
    if terms.price is not None:
        return None
    slippage = slippage_of(limits)
    if terms.side is Side.SELL:
        if terms.type is not OrderType.MARKET or seen is None:
            return None
        return seen.bid * (ONE - slippage)
    base = price_before_slippage(terms, seen)
    return None if base is None else base * (ONE + slippage)


def slippage_of(limits: RiskLimits) -> Decimal:
    """How far an order without a price may slip, as a fraction."""
    return limits.price_collar if limits.price_collar is not None else SLIPPAGE_DEFAULT


def price_before_slippage(terms: OrderTerms, seen: PriceSeen | None) -> Decimal | None:
    """What a buy without a price of its own pays where nothing slips: its trigger, or the ask."""
    if terms.stop_price is not None:
        return terms.stop_price
    if seen is None:
        return None
    return trailing_stop_price(terms, seen.last) if terms.type is OrderType.TRAILING_STOP else seen.ask


def needed(unit: Decimal, quantity: Decimal, step: Decimal) -> Decimal:
    """``unit`` × ``quantity``, rounded up to ``step`` (zero: exact)."""
    amount = unit * quantity
    return round_up(amount, step) if step else amount


def need_of(order: Order, *, less: Decimal = ZERO) -> Decimal:
    """What an open order needs held for what is left of it, once ``less`` of it is gone."""
    need = needed(order.unit_hold, max(order.remaining - less, ZERO), order.hold_step)
    if order.replacement is None:
        return need
    return max(need, need_of_new(order, order.replacement, less=less))


def need_of_new(order: Order, new: Replacement, *, less: Decimal = ZERO) -> Decimal:
    """The same under the terms that the venue has been asked for."""
    left = max(new.quantity - order.filled - less, ZERO)
    return needed(new.unit_hold, left, order.hold_step)


def group_key(order: Order) -> str:
    """Under which key the order's hold is kept."""
    return oco_key(order.group) if order.group else order.order_id


def oco_key(group: str) -> str:
    """The same for an OCO group by its name; no order id looks like it."""
    return f"oco:{group}"


class Holding:
    """The one hold of an OCO group (or of a single order) while a decision changes what its members need.

    What is held is the largest need. Every change answers with what it releases, so that the facts of one
    decision together release everything once.
    """

    __slots__ = ("_needs", "asset", "held")

    def __init__(self, asset: Asset, held: Decimal, needs: dict[OrderId, Decimal]) -> None:
        self.asset = asset
        self.held = held
        self._needs = needs

    @classmethod
    def of(cls, account: Account, order: Order, *, less: Decimal = ZERO) -> Holding:
        """That of the order and its OCO siblings. ``less``: what a fill takes off every one of them."""
        family = account.family(order)
        held = account.group_held[group_key(order)] if family else ZERO
        if order.quantity:
            return cls(order.hold_asset, held, {m.order_id: need_of(m, less=less) for m in family})
        # An order sized in the quote asset needs whatever is left of its budget.
        return cls(order.hold_asset, held, {m.order_id: held for m in family})

    @classmethod
    def of_group(cls, account: Account, group: str, asset: Asset) -> Holding:
        """That of an OCO group, which may not exist yet."""
        held = account.group_held.get(oco_key(group), ZERO)
        return cls(asset, held, {member.order_id: need_of(member) for member in account.members(group)})

    def drop(self, order_id: OrderId) -> Hold:
        """The order is no more. Answers what is released."""
        self._needs.pop(order_id, None)
        return self.settle()

    def spend(self, order_id: OrderId, amount: Decimal) -> Hold:
        """An order sized in the quote asset used up ``amount`` of its hold. Answers what is released."""
        if order_id in self._needs:
            self._needs[order_id] = max(self.held - amount, ZERO)
        return self.settle()

    def change(self, order_id: OrderId, need: Decimal) -> tuple[Hold, Hold]:
        """The order's need is another. Answers what is held in addition and what is released."""
        self._needs[order_id] = need
        more = max(self._needs.values()) - self.held
        self.held += more
        return self._hold(max(more, ZERO)), self._hold(max(-more, ZERO))

    def grow(self, order_id: OrderId, more: Decimal) -> Hold:
        """The order needs that much more. Answers what is held in addition."""
        return self.change(order_id, self._needs.get(order_id, ZERO) + more)[0]

    def settle(self) -> Hold:
        """Release what no member needs."""
        largest = max(self._needs.values(), default=ZERO)
        released = self.held - largest
        self.held = largest
        return self._hold(released)

    def _hold(self, amount: Decimal) -> Hold:
        return Hold(asset=self.asset, amount=amount)

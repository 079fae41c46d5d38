"""Which orders of an account a new one of the same account would trade with.

Orders of a simulator never meet each other, but what a venue does about those that would can be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum, auto
from typing import TypeVar

from tradebook.kernel.money import ZERO
from tradebook.market.values import Level
from tradebook.trading.conditions import CONDITIONAL_TYPES
from tradebook.trading.orders import OrderTerms, Side
from tradebook.venues.paper.rules import crosses, take
from tradebook.venues.simulators.spot.orders import SpotOrder

OrderT = TypeVar("OrderT", bound=SpotOrder)


class Prevention(Enum):
    """Which orders end so that an account does not trade with itself."""

    NONE = auto()
    TAKER = auto()
    MAKER = auto()
    BOTH = auto()

    @property
    def ends_maker(self) -> bool:
        """Whether those end that were there before."""
        return self in (Prevention.MAKER, Prevention.BOTH)

    @property
    def ends_taker(self) -> bool:
        """Whether the new one ends."""
        return self in (Prevention.TAKER, Prevention.BOTH)


def own_orders_met(
    terms: OrderTerms, own: Iterable[OrderT], displayed: Sequence[Level], *, lot: Decimal
) -> list[OrderT]:
    """Resting orders that the new one reaches before it has what it wants, best price first.

    ``displayed`` is what others offer to it, best first: what they give is not asked of its own side.
    """
    side = terms.side
    if terms.type in CONDITIONAL_TYPES or terms.post_only or not displayed:
        return []
    limit = terms.price if terms.price is not None else displayed[-1].price
    matches = take(displayed, terms.quantity, side=side, limit=limit, lot=lot)
    if terms.quantity and sum((each.quantity for each in matches), ZERO) == terms.quantity:
        limit = matches[-1].price
    met = [
        each
        for each in own
        if each.is_working
        and each.terms.side is not side
        and each.price is not None
        and crosses(side, limit, each.price)
    ]
    return sorted(met, key=lambda each: each.price or ZERO, reverse=side is Side.SELL)

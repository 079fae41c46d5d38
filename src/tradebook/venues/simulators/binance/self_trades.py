"""Which orders of an account a new one of the same account would trade with.

https://github.com/binance/binance-spot-api-docs/blob/master/faqs/stp_faq.md. Orders of the simulator never
meet each other, but what Binance does about those that would can be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from tradebook.kernel.money import ZERO
from tradebook.market.values import Level
from tradebook.venues.paper.rules import crosses, take
from tradebook.venues.simulators.binance.orders import OrderRequest, SpotOrder
from tradebook.venues.simulators.binance.translation import side_of

EXPIRES_MAKER = frozenset({"EXPIRE_MAKER", "EXPIRE_BOTH"})
EXPIRES_TAKER = frozenset({"EXPIRE_TAKER", "EXPIRE_BOTH"})


def own_orders_met(
    request: OrderRequest, own: Iterable[SpotOrder], displayed: Sequence[Level], *, lot: Decimal
) -> list[SpotOrder]:
    """Resting orders that the new one reaches before it has what it wants, best price first.

    ``displayed`` is what others offer to it, best first: what they give is not asked of its own side.
    """
    side = side_of(request)
    if request.waits or request.type == "LIMIT_MAKER" or not displayed:
        return []
    limit = request.price if request.price is not None else displayed[-1].price
    matches = take(displayed, request.quantity, side=side, limit=limit, lot=lot)
    if request.quantity and sum((each.quantity for each in matches), ZERO) == request.quantity:
        limit = matches[-1].price
    met = [
        each
        for each in own
        if each.is_working
        and each.request.is_buy is not request.is_buy
        and each.request.price is not None
        and crosses(side, limit, each.request.price)
    ]
    return sorted(met, key=lambda each: each.request.price or ZERO, reverse=not request.is_buy)

"""How many orders a principal may place a minute, over all accounts."""

from __future__ import annotations

import math
from collections import OrderedDict

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import RateLimited

PRINCIPALS_MAX = 20_000


class OrderRates:
    """A token bucket per principal: a minute's worth at once, refilled evenly."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, principal: Principal, orders: int, now_s: float) -> None:
        """Spend ``orders`` of the principal's minute, all or none. Raises RateLimited."""
        capacity = principal.orders_per_minute
        tokens, seen_s = self._buckets.get(principal.actor, (float(capacity), now_s))
        tokens = min(capacity, tokens + max(0.0, now_s - seen_s) * capacity / 60)
        if tokens < orders:
            retry_after_s = max(1, math.ceil((orders - tokens) * 60 / capacity))
            raise RateLimited(f"More than {capacity} orders a minute.", retry_after_s)
        self._buckets[principal.actor] = (tokens - orders, now_s)
        self._buckets.move_to_end(principal.actor)
        if len(self._buckets) > PRINCIPALS_MAX:
            self._buckets.popitem(last=False)

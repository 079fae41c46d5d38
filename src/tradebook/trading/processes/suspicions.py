"""What is told of orders and is believed only once it has been so for a while."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta

from tradebook.kernel.ids import OrderId


class Suspicions:
    """Of one kind: since when each order is suspected."""

    def __init__(self, *, for_s: float) -> None:
        """``for_s`` is how long it has to be so."""
        self._for = timedelta(seconds=for_s)
        self._since: dict[OrderId, datetime] = {}

    def __contains__(self, order_id: OrderId) -> bool:
        return order_id in self._since

    def __len__(self) -> int:
        return len(self._since)

    def suspect(self, order_id: OrderId, at: datetime) -> datetime:
        """It is told; from when on it may be believed."""
        return self._since.setdefault(order_id, at) + self._for

    def drop(self, order_id: OrderId) -> None:
        """It is not so, where it was ever suspected."""
        self._since.pop(order_id, None)

    def keep(self, orders: Container[OrderId]) -> None:
        """Drop all of other orders."""
        self._since = {order_id: at for order_id, at in self._since.items() if order_id in orders}

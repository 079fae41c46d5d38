"""Which of our orders a venue means by a client order id."""

from __future__ import annotations

from collections.abc import Callable

from tradebook.kernel.ids import OrderId
from tradebook.trading.ports import Attempt

REMEMBERED_MAX = 100_000


class ClientIds:
    """Ids are functions of account, order and attempt; this is their inverse for those that were sent."""

    def __init__(self, id_of: Callable[[Attempt], str]) -> None:
        self._id_of = id_of
        self._orders: dict[str, OrderId] = {}

    def learn(self, attempt: Attempt) -> None:
        """It was sent, or is about to be."""
        self._orders[self._id_of(attempt)] = attempt.order_id
        if len(self._orders) > REMEMBERED_MAX:
            del self._orders[next(iter(self._orders))]

    def order_id_of(self, client_order_id: str) -> OrderId | None:
        """None for what somebody else placed."""
        return self._orders.get(client_order_id)

"""Which of our orders a venue means by a client order id."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
        self._know(self._id_of(attempt), attempt.order_id)

    def rename(self, former: str, name: str) -> None:
        """Somebody changed the order at the venue, and it goes by another id since."""
        order_id = self._orders.get(former)
        if order_id is not None:
            self._know(name, order_id)

    @property
    def known(self) -> Mapping[str, OrderId]:
        """Orders by their ids, as far as they are known by now and will be."""
        return self._orders

    def take_over(self, known: Mapping[str, OrderId]) -> None:
        """Know what another one has known, of the same account."""
        self._orders.update(known)

    def order_id_of(self, client_order_id: str) -> OrderId | None:
        """None for what somebody else placed."""
        return self._orders.get(client_order_id)

    def _know(self, client_order_id: str, order_id: OrderId) -> None:
        self._orders[client_order_id] = order_id
        if len(self._orders) > REMEMBERED_MAX:
            del self._orders[next(iter(self._orders))]

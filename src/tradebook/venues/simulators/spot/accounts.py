"""Accounts of a simulated spot market: keys, money, orders and trades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Generic, TypeVar

from tradebook.kernel.ids import AccountId
from tradebook.kernel.messages import Value
from tradebook.venues.simulators.balances import Balances
from tradebook.venues.simulators.keys import Proof
from tradebook.venues.simulators.spot.orders import SpotFill, SpotOrder

OrderT = TypeVar("OrderT", bound=SpotOrder)


class Permissions(Value, frozen=True, kw_only=True):
    """What a key may do."""

    reading: bool = True
    trading: bool = True
    withdrawals: bool = False
    contracts: bool = True
    """Where a venue's key is for pairs and for contracts."""


class ApiKey(Value, frozen=True, kw_only=True):
    """A key of an account."""

    api_key: str
    proof: Proof
    """How a client shows that the key is his."""
    permissions: Permissions = Permissions()


class SpotAccount(Generic[OrderT]):
    """One customer, with orders as his venue has them."""

    def __init__(self, uid: int, *, keys: Iterable[ApiKey], balances: Mapping[str, Decimal]) -> None:
        self.uid = uid
        self.account_id = AccountId(f"spot-{uid}")
        self.keys = {each.api_key: each for each in keys}
        self.balances = Balances(balances)
        self.fills: dict[str, list[SpotFill]] = {}
        """By symbol, oldest first."""
        self._orders: dict[str, dict[int, OrderT]] = {}
        self._open: dict[str, dict[int, OrderT]] = {}
        self._by_client_order_id: dict[tuple[str, str], OrderT] = {}
        self._forgotten: set[OrderT] = set()

    def add_order(self, order: OrderT) -> None:
        """An order was taken."""
        for orders in (self._orders, self._open):
            orders.setdefault(order.symbol, {})[order.order_id] = order
        self.name_order(order)

    def end_order(self, order: OrderT) -> None:
        """An order works no longer, if it ever did."""
        self._open.get(order.symbol, {}).pop(order.order_id, None)

    def forget_order(self, order: OrderT) -> None:
        """The venue finds it no more by any of its ids; what it traded is told as before."""
        self._forgotten.add(order)

    def name_order(self, order: OrderT) -> None:
        """From now on its client order id means this order."""
        self._by_client_order_id[order.symbol, order.client_order_id] = order

    def orders(self, symbol: str | None = None) -> list[OrderT]:
        """All there ever were, oldest first, of a symbol or of all."""
        return _of(self._orders, symbol)

    def open_orders(self, symbol: str | None = None) -> list[OrderT]:
        """Those that work, of a symbol or of all."""
        return _of(self._open, symbol)

    def find(
        self, symbol: str, *, order_id: int | None = None, client_order_id: str | None = None
    ) -> OrderT | None:
        """The order of an id. A client order id means whoever had it last; where both are, both must fit."""
        if order_id is None:
            order = self._by_client_order_id.get((symbol, client_order_id or ""))
        else:
            order = self._orders.get(symbol, {}).get(order_id)
        if order is None or order in self._forgotten:
            return None
        return order if client_order_id in (None, order.client_order_id) else None


def _of(orders: dict[str, dict[int, OrderT]], symbol: str | None) -> list[OrderT]:
    chosen = list(orders) if symbol is None else [symbol]
    return [order for each in chosen for order in orders.get(each, {}).values()]

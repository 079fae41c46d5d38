"""Accounts of the simulated spot market: keys, money, orders and trades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tradebook.kernel.ids import AccountId
from tradebook.kernel.messages import Value
from tradebook.venues.simulators.balances import Balances
from tradebook.venues.simulators.binance.keys import Proof
from tradebook.venues.simulators.binance.orders import SpotFill, SpotOrder


class Permissions(Value, frozen=True, kw_only=True):
    """What a key may do."""

    reading: bool = True
    trading: bool = True
    withdrawals: bool = False


class ApiKey(Value, frozen=True, kw_only=True):
    """A key of an account."""

    api_key: str
    proof: Proof
    """How a client shows that the key is his."""
    permissions: Permissions = Permissions()


class SpotAccount:
    """One customer."""

    def __init__(
        self,
        uid: int,
        *,
        keys: Iterable[ApiKey],
        balances: Mapping[str, Decimal],
        pays_fees_in_bnb: bool = False,
    ) -> None:
        self.uid = uid
        self.account_id = AccountId(f"spot-{uid}")
        self.keys = {each.api_key: each for each in keys}
        self.balances = Balances(balances)
        self.pays_fees_in_bnb = pays_fees_in_bnb
        self.fills: dict[str, list[SpotFill]] = {}
        """By symbol, oldest first."""
        self.updated_at = 0
        """When a balance last changed, in milliseconds."""
        self._orders: dict[str, dict[int, SpotOrder]] = {}
        self._open: dict[str, dict[int, SpotOrder]] = {}
        self._by_client_order_id: dict[tuple[str, str], SpotOrder] = {}

    def add_order(self, order: SpotOrder) -> None:
        """An order was taken."""
        for orders in (self._orders, self._open):
            orders.setdefault(order.symbol, {})[order.order_id] = order
        self.name_order(order)

    def end_order(self, order: SpotOrder) -> None:
        """An order works no longer, if it ever did."""
        self._open.get(order.symbol, {}).pop(order.order_id, None)

    def name_order(self, order: SpotOrder) -> None:
        """From now on its client order id means this order."""
        self._by_client_order_id[order.symbol, order.client_order_id] = order

    def orders(self, symbol: str) -> list[SpotOrder]:
        """All there ever were, oldest first."""
        return list(self._orders.get(symbol, {}).values())

    def open_orders(self, symbol: str | None = None) -> list[SpotOrder]:
        """Those that work, of a symbol or of all."""
        chosen = list(self._open) if symbol is None else [symbol]
        return [order for each in chosen for order in self._open.get(each, {}).values()]

    def find(
        self, symbol: str, *, order_id: int | None = None, client_order_id: str | None = None
    ) -> SpotOrder | None:
        """The order of an id. A client order id means whoever had it last; where both are, both must fit."""
        if order_id is None:
            order = self._by_client_order_id.get((symbol, client_order_id or ""))
        else:
            order = self._orders.get(symbol, {}).get(order_id)
        fits = order is not None and client_order_id in (None, order.client_order_id)
        return order if fits else None

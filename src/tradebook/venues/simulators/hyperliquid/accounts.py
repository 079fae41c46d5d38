"""Customers of the simulated Hyperliquid: addresses, agents that sign for them, money, orders and fills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import AccountId
from tradebook.kernel.money import ZERO
from tradebook.venues.simulators.balances import Balances
from tradebook.venues.simulators.hyperliquid.orders import SpotFill, SpotOrder


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """A key that may trade for an account, and do nothing else. One without a name there is once at most."""

    address: str
    name: str = ""
    valid_until: int
    """In milliseconds since 1970."""


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came, or with a negative amount went, beside trading."""

    token: str
    amount: Decimal
    other: str
    """Whose it was, or is."""
    time: int
    hash: str


class Customer:
    """An account, a sub-account or a vault."""

    def __init__(
        self,
        address: str,
        *,
        balances: Mapping[str, Decimal],
        agents: Iterable[Agent] = (),
        master: str | None = None,
        is_vault: bool = False,
    ) -> None:
        """``master`` owns the sub-account or leads the vault: his agents sign for it, for it has no key."""
        self.address = address.lower()
        self.account_id = AccountId(self.address)
        self.balances = Balances(balances)
        self.agents = {each.address.lower(): each for each in agents}
        self.master = None if master is None else master.lower()
        self.is_vault = is_vault
        self.fills: list[SpotFill] = []
        """Oldest first."""
        self.transfers: list[Transfer] = []
        self.traded = ZERO
        """All that was ever traded, in the quote token."""
        self.requests = 0
        """Actions, each order and cancel of a batch counted."""
        self.cancels_at: int | None = None
        """When its dead-man's switch fires, in milliseconds."""
        self.switch_fired: list[int] = []
        """On which days, counted since 1970."""
        self.leverage: dict[int, tuple[bool, int]] = {}
        """By perpetual: whether it is cross, and how much."""
        self._orders: dict[int, SpotOrder] = {}
        self._open: dict[int, SpotOrder] = {}
        self._by_cloid: dict[str, SpotOrder] = {}

    def add_order(self, order: SpotOrder) -> None:
        """An order came; where it was refused it has a number all the same."""
        self._orders[order.oid] = order
        if order.is_open:
            self._open[order.oid] = order
        if order.request.cloid is not None:
            self._by_cloid[order.request.cloid] = order

    def end_order(self, order: SpotOrder) -> None:
        """An order works no longer."""
        self._open.pop(order.oid, None)

    def orders(self) -> list[SpotOrder]:
        """All there ever were, oldest first."""
        return list(self._orders.values())

    def open_orders(self) -> list[SpotOrder]:
        """Those that work, oldest first."""
        return list(self._open.values())

    def find(self, which: int | str) -> SpotOrder | None:
        """The order of a number, or of a client's id: that of the last one that bore it."""
        if isinstance(which, int):
            return self._orders.get(which)
        return self._by_cloid.get(which.lower())

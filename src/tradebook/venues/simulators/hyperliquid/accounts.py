"""Customers of the simulated Hyperliquid: addresses, agents that sign for them, money, orders and fills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO
from tradebook.trading.model.state import Leverage
from tradebook.trading.orders import MarginMode
from tradebook.venues.simulators.contracts.accounts import ContractAccount
from tradebook.venues.simulators.hyperliquid.orders import AnyOrder, PairOrder, PerpetualOrder
from tradebook.venues.simulators.spot.accounts import SpotAccount

LEVERAGE = Leverage(Decimal(20), MarginMode.CROSS)
"""Of a perpetual where nobody has set another."""


class Agent(Value, frozen=True, kw_only=True):
    """A key that may trade for an account, and do nothing else. One without a name there is once at most."""

    address: str
    name: str = ""
    valid_until: int
    """In milliseconds since 1970."""


class Customer:
    """An account, a sub-account or a vault. What it has on spot and for perpetuals is in two wallets."""

    def __init__(
        self,
        address: str,
        *,
        balances: Mapping[str, Decimal],
        collateral: Mapping[str, Decimal] | None = None,
        agents: Iterable[Agent] = (),
        master: str | None = None,
        is_vault: bool = False,
    ) -> None:
        """``balances`` are on spot, ``collateral`` is for perpetuals. ``master`` owns the sub-account or
        leads the vault: his agents sign for it, for it has no key.
        """
        self.address = address.lower()
        self.spot = SpotWallet(self, balances)
        self.perpetuals = PerpetualWallet(self, collateral or {})
        self.agents = {each.address.lower(): each for each in agents}
        self.master = None if master is None else master.lower()
        self.is_vault = is_vault
        self.abstraction = "disabled"
        """How balances are kept: here always apart, whatever is said."""
        self.fills: list[dict[str, Any]] = []
        """As they were told, oldest first; so are the others."""
        self.fundings: list[dict[str, Any]] = []
        self.transfers: list[dict[str, Any]] = []
        self.traded = ZERO
        """All that was ever traded, in the quote token."""
        self.requests = 0
        """Actions, each order and cancel of a batch counted."""
        self.cancels_at: int | None = None
        """When its dead-man's switch fires, in milliseconds."""
        self.switch_fired: list[int] = []
        """On which days, counted since 1970."""
        self._orders: dict[int, AnyOrder] = {}
        self._by_cloid: dict[str, AnyOrder] = {}

    def note(self, order: AnyOrder) -> None:
        """An order came; where it was refused it has a number all the same."""
        self._orders[order.order_id] = order
        if order.request.cloid is not None:
            self._by_cloid[order.request.cloid] = order

    def orders(self) -> list[AnyOrder]:
        """All there ever were, oldest first."""
        return list(self._orders.values())

    def open_orders(self) -> list[AnyOrder]:
        """Those that work or wait for their price, oldest first."""
        works: list[AnyOrder] = [*self.spot.open_orders(), *self.perpetuals.open_orders()]
        return sorted(works, key=lambda each: each.order_id)

    def forget_order(self, order: AnyOrder) -> None:
        """The venue finds it no more by any of its ids; what it traded is told as before."""
        self._orders.pop(order.order_id, None)
        self._by_cloid.pop(order.client_order_id, None)

    def find(self, which: int | str) -> AnyOrder | None:
        """The order of a number, or of a client's id: that of the last one that bore it."""
        if isinstance(which, int):
            return self._orders.get(which)
        return self._by_cloid.get(which.lower())


class SpotWallet(SpotAccount[PairOrder]):
    """What a customer has and does on spot."""

    def __init__(self, customer: Customer, balances: Mapping[str, Decimal]) -> None:
        super().__init__(int(customer.address, 16), keys=(), balances=balances)
        self.customer = customer


class PerpetualWallet(ContractAccount[PerpetualOrder]):
    """What a customer has and does in perpetuals."""

    def __init__(self, customer: Customer, balances: Mapping[str, Decimal]) -> None:
        super().__init__(int(customer.address, 16), keys=(), balances=balances, leverage=LEVERAGE)
        self.customer = customer

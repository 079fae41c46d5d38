"""What customers are told of, and what of it is kept to be asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.venues.simulators.hyperliquid import documents
from tradebook.venues.simulators.hyperliquid.accounts import Customer
from tradebook.venues.simulators.hyperliquid.orders import AnyOrder
from tradebook.venues.simulators.hyperliquid.symbols import milliseconds

Say = Callable[[Customer, str, Any], None]
"""Says something on one of a customer's streams to everybody who listens to it."""


class News:
    """Of one venue; it also counts what is numbered there."""

    def __init__(self, clock: Clock, say: Say) -> None:
        self._clock = clock
        self._say = say
        self._oids, self._hashes = count(1), count(1)

    def now(self) -> datetime:
        """By the venue's clock."""
        return self._clock.now()

    def next_oid(self) -> int:
        """Of a new order, of whatever coin."""
        return next(self._oids)

    def stands(self, customer: Customer, order: AnyOrder, status: str) -> None:
        """The status of an order is this from now on."""
        order.standing.becomes(status, order.remaining, self.now())
        self.works(customer, order)

    def works(self, customer: Customer, order: AnyOrder) -> None:
        """An order is what its status says."""
        self._say(customer, "orderUpdates", [documents.order_update(order)])

    def traded(self, customer: Customer, told: dict[str, Any]) -> None:
        """An order has traded."""
        customer.fills.append(told)
        self._say(customer, "userFills", [told])

    def funded(self, customer: Customer, told: dict[str, Any]) -> None:
        """A position has paid, or was paid."""
        customer.fundings.append(told)
        self._say(customer, "userFundings", [told])

    def moved(self, customer: Customer, delta: dict[str, Any]) -> None:
        """Money came or went beside trading."""
        told = {"time": milliseconds(self.now()), "hash": f"0x{next(self._hashes):064x}", "delta": delta}
        customer.transfers.append(told)
        self._say(customer, "userNonFundingLedgerUpdates", [told])

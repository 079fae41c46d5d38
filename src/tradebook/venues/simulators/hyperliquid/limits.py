"""How much the simulated Hyperliquid lets an address on the internet ask, and a customer do.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits
All clients of the simulator come from one address.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tradebook.kernel.money import plain
from tradebook.venues.simulators.hyperliquid.accounts import Customer
from tradebook.venues.simulators.hyperliquid.rejections import ActionRefusal
from tradebook.venues.simulators.venue import SimulatedAnswer

TOO_MANY = SimulatedAnswer(status=429, body=b"null")
MINUTE_MS = 60_000
_LIGHT = {
    "l2Book",
    "allMids",
    "clearinghouseState",
    "orderStatus",
    "spotClearinghouseState",
    "exchangeStatus",
}
_HEAVY = {"userRole": 60}
_BY_LENGTH = {
    "recentTrades",
    "historicalOrders",
    "userFills",
    "userFillsByTime",
    "fundingHistory",
    "userFunding",
    "userNonFundingLedgerUpdates",
    "userTwapSliceFills",
}


class Budgets(msgspec.Struct, frozen=True, kw_only=True):
    """As Hyperliquid had them in 2026."""

    weight_per_minute: int = 1200
    """Of an address on the internet."""
    requests_free: int = 10_000
    """Actions of a customer; one more for each USDC that he has traded."""


class AddressWeight:
    """What was asked from an address in the minute that runs."""

    def __init__(self, budgets: Budgets) -> None:
        self._most = budgets.weight_per_minute
        self._minute, self._used = -1, 0

    def has_room(self, weight: int, now: int) -> bool:
        """Count a request; whether there was room for it. ``now`` is in milliseconds."""
        if now // MINUTE_MS != self._minute:
            self._minute, self._used = now // MINUTE_MS, 0
        if self._used + weight > self._most:
            return False
        self._used += weight
        return True

    def add(self, weight: int) -> None:
        """An answer became long."""
        self._used += weight


class RequestLimits:
    """Of customers: about one action for each USDC that was ever traded."""

    def __init__(self, budgets: Budgets) -> None:
        self._free = budgets.requests_free

    def count(self, customer: Customer, requests: int, *, is_cancel: bool) -> None:
        """Raises ActionRefusal for one too many; there may be more cancels, so that orders can be ended."""
        most = self._free + int(customer.traded)
        if is_cancel:
            most = min(most + 100_000, most * 2)
        if customer.requests + requests > most:
            raise ActionRefusal(
                f"Too many cumulative requests sent ({customer.requests + requests} > {most}) "
                f"for cumulative volume traded ${plain(customer.traded)}."
            )
        customer.requests += requests

    def document(self, customer: Customer) -> dict[str, Any]:
        """``userRateLimit``."""
        return {
            "cumVlm": plain(customer.traded),
            "nRequestsUsed": customer.requests,
            "nRequestsCap": self._free + int(customer.traded),
        }


def weight_of_question(kind: str) -> int:
    """Before it is known how long the answer is."""
    return 2 if kind in _LIGHT else _HEAVY.get(kind, 20)


def weight_of_length(kind: str, lines: int) -> int:
    """What a long answer weighs beside."""
    return lines // 20 if kind in _BY_LENGTH else 0


def weight_of_action(length: int) -> int:
    """What an action weighs."""
    return 1 + length // 40

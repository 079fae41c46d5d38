"""How much the simulated Binance lets its clients ask."""

from __future__ import annotations

from tradebook.kernel.messages import Value


class Budgets(Value, frozen=True, kw_only=True):
    """As Binance had them in 2026."""

    weight_per_minute: int = 6000
    """Of an address."""
    orders_per_10_s: int = 100
    """New ones, of an account."""

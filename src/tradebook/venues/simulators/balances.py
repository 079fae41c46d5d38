"""What an account has at a simulated venue: free, or locked for orders that work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from tradebook.kernel.money import ZERO


class Holding(msgspec.Struct):
    """Of one asset."""

    free: Decimal = ZERO
    locked: Decimal = ZERO


class Balances:
    """By asset. Nothing is ever less than zero: whoever takes has asked before whether it is there."""

    def __init__(self, amounts: Mapping[str, Decimal]) -> None:
        self._holdings = {asset: Holding(free=amount) for asset, amount in amounts.items()}

    def __iter__(self) -> Iterator[tuple[str, Holding]]:
        return iter(sorted(self._holdings.items()))

    def of(self, asset: str) -> Holding:
        """What there is; nothing of an asset that was never held."""
        return self._holdings.setdefault(asset, Holding())

    def move(self, asset: str, amount: Decimal) -> None:
        """Something came, or with a negative amount went, out of what is free."""
        holding = self.of(asset)
        assert holding.free + amount >= ZERO
        holding.free += amount

    def lock(self, asset: str, amount: Decimal) -> None:
        """Set aside for an order."""
        self.move(asset, -amount)
        self.of(asset).locked += amount

    def unlock(self, asset: str, amount: Decimal) -> None:
        """An order needs it no longer."""
        self.spend(asset, amount)
        self.move(asset, amount)

    def spend(self, asset: str, amount: Decimal) -> None:
        """An order has traded it away, out of what was locked."""
        holding = self.of(asset)
        assert holding.locked >= amount
        holding.locked -= amount

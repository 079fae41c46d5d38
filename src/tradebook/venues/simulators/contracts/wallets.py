"""What an account has of each asset that contracts settle in: free, or set aside for orders and positions."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.money import ZERO
from tradebook.venues.simulators.balances import Balances


class Wallets(Balances):
    """By asset. What is free may be less than zero: a position may lose more than is there to pay with."""

    def move(self, asset: str, amount: Decimal) -> None:
        """Something came, or with a negative amount went."""
        self.of(asset).free += amount

    def set_aside(self, asset: str, amount: Decimal) -> None:
        """So much more for an order or a position; with a negative amount so much less."""
        if amount >= ZERO:
            self.lock(asset, amount)
        else:
            self.unlock(asset, -amount)

    def total(self, asset: str) -> Decimal:
        """The wallet's balance, whatever it secures; what open positions have gained is not in it."""
        holding = self.of(asset)
        return holding.free + holding.locked

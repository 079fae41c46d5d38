"""What of an account is booked, which depends on how Hyperliquid keeps its balances.

https://hyperliquid.gitbook.io/hyperliquid-docs/trading/account-abstraction-modes
"""

from __future__ import annotations

from typing import NamedTuple

from tradebook.venues.hyperliquid.reading import decode
from tradebook.venues.hyperliquid.symbols import TakesCoin, is_booked, is_spot
from tradebook.venues.hyperliquid.wallets import PERP, SPOT

APART_MODES = ("default", "disabled", "dexAbstraction")
"""Those in which perpetuals have a wallet of their own; the last one is about builders' dexs."""


class Scope(NamedTuple):
    """Which coins, and the wallets that pay for them."""

    takes: TakesCoin
    wallets: tuple[str, ...]

    @property
    def has_perpetuals(self) -> bool:
        """Whether they are traded."""
        return PERP in self.wallets


APART = Scope(is_booked, (SPOT, PERP))
"""Spot and perpetuals have a wallet each."""
POOLED = Scope(is_spot, (SPOT,))
"""One balance is for both (unified, portfolio margin). It is told with what open positions have gained, which
is told in another answer and another moment: no book could agree with it, so perpetuals are left alone."""


def decode_scope(data: bytes) -> Scope:
    """The answer to ``userAbstraction``. Raises UndecodableFrame."""
    mode = decode(data, str | None, "userAbstraction")  # type: ignore[arg-type]  # a union is no type to mypy
    return APART if mode is None or mode in APART_MODES else POOLED

"""The tick stream of Interactive Brokers, a field at a time."""

from __future__ import annotations

from typing import Any

from tradebook.market.replay.records import OneSide, Print, Record, price_of, size_of, time_of
from tradebook.market.values import Aggressor

_BID = frozenset({0, 1})
"""Its size changed, its price changed; each tick has both."""
_ASK = frozenset({2, 3})
_LAST_PRICE, _LAST_SIZE = 4, 5


class Ticks:
    """Turns ticks into records. What is neither quote nor trade is passed over."""

    def __init__(self) -> None:
        self._printed: Print | None = None

    def record(self, tick: Any) -> Record | None:
        """What the tick says; None for nothing new. Raises LookupError, ValueError or ArithmeticError.

        A trade at a new price is told twice, by its price and by its size, and printed once.
        """
        kind = int(tick["tickType"])
        if kind in _BID or kind in _ASK:
            return OneSide(
                time_of(tick["time"]), kind in _BID, price_of(tick["price"]), size_of(tick["size"])
            )
        if kind not in (_LAST_PRICE, _LAST_SIZE):
            return None
        printed = Print(
            time_of(tick["time"]), "", price_of(tick["price"]), size_of(tick["size"]), Aggressor.UNKNOWN
        )
        is_told = kind == _LAST_SIZE and printed == self._printed
        self._printed = printed if kind == _LAST_PRICE else None
        return None if is_told else printed

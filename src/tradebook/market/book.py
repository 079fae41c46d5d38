"""A visible order book: sizes by price, kept from snapshots and changed levels."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from tradebook.market.values import BookUpdate, Level, Quote

_NEVER = datetime.min.replace(tzinfo=UTC)


class _Side:
    """One side: levels by price, and the prices in ascending order."""

    def __init__(self) -> None:
        self.prices: list[Decimal] = []
        self.levels: dict[Decimal, Level] = {}

    def apply(self, levels: Iterable[Level]) -> None:
        known = self.levels
        for level in levels:
            price = level.price
            if level.size:
                if price not in known:
                    insort(self.prices, price)
                known[price] = level
            elif known.pop(price, None) is not None:
                del self.prices[bisect_left(self.prices, price)]

    def highest(self, levels: int, *, below: Decimal | None = None) -> list[Level]:
        end = len(self.prices) if below is None else bisect_left(self.prices, below)
        best = self.prices[max(end - levels, 0) : end]
        best.reverse()
        return [self.levels[price] for price in best]

    def lowest(self, levels: int, *, above: Decimal | None = None) -> list[Level]:
        start = 0 if above is None else bisect_right(self.prices, above)
        return [self.levels[price] for price in self.prices[start : start + levels]]


class VisibleBook:
    """Both sides of one instrument, and when it was last heard of."""

    def __init__(self) -> None:
        self._bids, self._asks = _Side(), _Side()
        self.at = _NEVER
        self.sequence = 0

    def apply(self, update: BookUpdate) -> None:
        """Take over changed levels."""
        self._bids.apply(update.bids)
        self._asks.apply(update.asks)
        self.at, self.sequence = update.at, update.sequence

    def best(self, levels: int) -> tuple[Sequence[Level], Sequence[Level]]:
        """The best bids and asks, best first."""
        return self._bids.highest(levels), self._asks.lowest(levels)

    def under(self, quote: Quote, levels: int) -> tuple[Sequence[Level], Sequence[Level]]:
        """The best levels with a newer quote on top of them."""
        bids = self._bids.highest(levels, below=quote.bid)
        asks = self._asks.lowest(levels, above=quote.ask)
        top_bid, top_ask = (
            Level(price=quote.bid, size=quote.bid_size),
            Level(price=quote.ask, size=quote.ask_size),
        )
        return [top_bid, *bids][:levels], [top_ask, *asks][:levels]

    def top(self) -> tuple[Level, Level] | None:
        """The best bid and ask; None while a side is empty or they cross, as in a book known in part."""
        bids, asks = self.best(1)
        if not bids or not asks or bids[0].price >= asks[0].price:
            return None
        return bids[0], asks[0]

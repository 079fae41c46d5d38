"""Resting limit orders of one instrument in price-time priority."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from decimal import Decimal

from tradebook.trading.orders import Side
from tradebook.venues.paper.rules import prints_through


class _Levels:
    """One side: the orders at each price, oldest first.

    Prices are sorted so that the best stands last: buys by price, sells by its negative.
    """

    def __init__(self) -> None:
        self.prices: list[Decimal] = []
        self.orders: dict[Decimal, dict[str, None]] = {}

    def add(self, order_id: str, signed: Decimal) -> None:
        level = self.orders.get(signed)
        if level is None:
            level = self.orders[signed] = {}
            insort(self.prices, signed)
        level[order_id] = None

    def remove(self, order_id: str, signed: Decimal) -> None:
        level = self.orders[signed]
        del level[order_id]
        if not level:
            del self.orders[signed]
            del self.prices[bisect_left(self.prices, signed)]


class RestingOrders:
    """Who is next when a trade prints through. Best price first, then the oldest."""

    def __init__(self) -> None:
        self._sides = {Side.BUY: _Levels(), Side.SELL: _Levels()}
        self._places: dict[str, tuple[_Levels, Decimal]] = {}

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._places

    def add(self, order_id: str, side: Side, price: Decimal) -> None:
        """Queue behind everyone at the same price."""
        levels, signed = self._sides[side], price if side is Side.BUY else -price
        levels.add(order_id, signed)
        self._places[order_id] = levels, signed

    def discard(self, order_id: str) -> None:
        """Leave the queue, if it stands there."""
        place = self._places.pop(order_id, None)
        if place is not None:
            levels, signed = place
            levels.remove(order_id, signed)

    def reached_by(self, price: Decimal) -> Iterator[str]:
        """Orders that a trade at ``price`` printed through, in priority: buys, then sells.

        Copied ahead, so that the caller may take orders out while it walks.
        """
        for side, levels in self._sides.items():
            reached: list[str] = []
            for signed in reversed(levels.prices):
                if not prints_through(side, abs(signed), price):
                    break
                reached += levels.orders[signed]
            yield from reached

"""Resting limit orders of one instrument in price-time priority."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

from tradebook.trading.orders import Side
from tradebook.venues.paper.rules import prints_through

_Key = tuple[Decimal, int, str]


class RestingOrders:
    """Who is next when a trade prints through. Best price first, then the oldest."""

    def __init__(self) -> None:
        # Sorted so that the best stands last and is taken from the end: buys by price, sells by its
        # negative; among equals the youngest (the most negative number) first.
        self._sides: dict[Side, list[_Key]] = {Side.BUY: [], Side.SELL: []}
        self._places: dict[str, tuple[Side, _Key]] = {}
        self._numbers = count(start=-1, step=-1)

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._places

    def add(self, order_id: str, side: Side, price: Decimal) -> None:
        """Queue behind everyone at the same price."""
        key = (price if side is Side.BUY else -price, next(self._numbers), order_id)
        insort(self._sides[side], key)
        self._places[order_id] = side, key

    def discard(self, order_id: str) -> None:
        """Leave the queue, if it stands there."""
        place = self._places.pop(order_id, None)
        if place is not None:
            side, key = place
            keys = self._sides[side]
            del keys[bisect_left(keys, key)]

    def reached_by(self, price: Decimal) -> Iterator[str]:
        """Orders that a trade at ``price`` printed through, in priority: buys, then sells.

        Copied ahead, so that the caller may take orders out while it walks.
        """
        for side, keys in self._sides.items():
            reached: list[str] = []
            for signed, _, order_id in reversed(keys):
                if not prints_through(side, abs(signed), price):
                    break
                reached.append(order_id)
            yield from reached

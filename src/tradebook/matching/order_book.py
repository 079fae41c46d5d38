"""A limit order book with price–time priority: pure, in memory, for markets of our own making.

Prices are kept in two sorted lists, each level a queue in order of arrival. Cancelled orders are unlinked at
once, so that a level's size is always what can be traded.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict
from decimal import Decimal
from enum import StrEnum

import msgspec

from tradebook.kernel.money import ZERO
from tradebook.market.values import Level


class BookSide(StrEnum):
    """Which way an order goes."""

    BID = "bid"
    ASK = "ask"

    @property
    def other(self) -> BookSide:
        """The side it trades against."""
        return BookSide.ASK if self is BookSide.BID else BookSide.BID


class Fill(msgspec.Struct, frozen=True, gc=False):
    """A trade between an arriving order and a resting one, at the resting one's price."""

    maker: str
    taker: str
    price: Decimal
    quantity: Decimal


class _Queue(msgspec.Struct):
    """One price level: order key → what is left, in order of arrival."""

    orders: OrderedDict[str, Decimal]
    size: Decimal = ZERO


class OrderBook:
    """Resting orders of one instrument."""

    def __init__(self) -> None:
        self._prices: dict[BookSide, list[Decimal]] = {BookSide.BID: [], BookSide.ASK: []}
        self._queues: dict[BookSide, dict[Decimal, _Queue]] = {BookSide.BID: {}, BookSide.ASK: {}}
        self._where: dict[str, tuple[BookSide, Decimal]] = {}

    def __len__(self) -> int:
        return len(self._where)

    def __contains__(self, key: str) -> bool:
        return key in self._where

    def best(self, side: BookSide) -> Decimal | None:
        """The best price of a side."""
        prices = self._prices[side]
        if not prices:
            return None
        return prices[-1] if side is BookSide.BID else prices[0]

    def depth(self, side: BookSide, levels: int) -> list[Level]:
        """The best levels of a side, best first."""
        prices = self._prices[side]
        chosen = reversed(prices[-levels:]) if side is BookSide.BID else prices[:levels]
        queues = self._queues[side]
        return [Level(price=price, size=queues[price].size) for price in chosen]

    def size_at(self, side: BookSide, price: Decimal) -> Decimal:
        """What can be traded at a price; zero where nothing rests."""
        queue = self._queues[side].get(price)
        return queue.size if queue is not None else ZERO

    def keys_at(self, side: BookSide, price: Decimal) -> list[str]:
        """Orders at a price, in order of arrival."""
        queue = self._queues[side].get(price)
        return list(queue.orders) if queue is not None else []

    def match(self, key: str, side: BookSide, quantity: Decimal, limit: Decimal | None) -> list[Fill]:
        """Trade against the other side, best price first, then in order of arrival, up to ``limit``."""
        fills: list[Fill] = []
        other = side.other
        while quantity > 0:
            price = self.best(other)
            if price is None or (limit is not None and not _reaches(side, limit, price)):
                break
            queue = self._queues[other][price]
            maker, resting = next(iter(queue.orders.items()))
            traded = min(resting, quantity)
            quantity -= traded
            fills.append(Fill(maker, key, price, traded))
            self._reduce(other, price, queue, maker, resting - traded)
        return fills

    def place(self, key: str, side: BookSide, quantity: Decimal, price: Decimal) -> list[Fill]:
        """A limit order: trades what crosses, the rest rests at the back of its queue.

        Raises ValueError when the key rests already.
        """
        if key in self._where:
            raise ValueError(f"order {key!r} rests already")
        fills = self.match(key, side, quantity, price)
        left = quantity - sum((fill.quantity for fill in fills), ZERO)
        if left > 0:
            self._rest(key, side, left, price)
        return fills

    def cancel(self, key: str) -> bool:
        """Take an order out; whether it rested."""
        where = self._where.get(key)
        if where is None:
            return False
        side, price = where
        self._reduce(side, price, self._queues[side][price], key, ZERO)
        return True

    def _rest(self, key: str, side: BookSide, quantity: Decimal, price: Decimal) -> None:
        queue = self._queues[side].get(price)
        if queue is None:
            queue = self._queues[side][price] = _Queue(OrderedDict())
            insort(self._prices[side], price)
        queue.orders[key] = quantity
        queue.size += quantity
        self._where[key] = side, price

    def _reduce(self, side: BookSide, price: Decimal, queue: _Queue, key: str, left: Decimal) -> None:
        """Set what is left of a resting order; zero takes it out, and its level when that is empty."""
        queue.size -= queue.orders[key] - left
        if left:
            queue.orders[key] = left
            return
        del queue.orders[key]
        del self._where[key]
        if not queue.orders:
            del self._queues[side][price]
            prices = self._prices[side]
            del prices[bisect_left(prices, price)]


def _reaches(side: BookSide, limit: Decimal, price: Decimal) -> bool:
    return limit >= price if side is BookSide.BID else limit <= price

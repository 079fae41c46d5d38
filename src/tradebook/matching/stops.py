"""Which conditional orders a trade triggers, found without looking at those it does not.

Stops wait in a heap by price. Trailing stops wait in groups that share an anchor (the best price since they
were placed): a new best price merges the groups it passes, so that moving a thousand stops costs as much as
moving one. Each group stands in the heap once, with its nearest stop.

Both directions are one: with ``x = price`` for orders that wait for a rise and ``x = -price`` for those that
wait for a fall, an order triggers once x reaches its stop, and an anchor is the least x seen.
"""

from __future__ import annotations

import heapq
from bisect import insort
from decimal import Decimal
from enum import StrEnum
from itertools import count
from typing import NamedTuple

_COMPACT_ABOVE = 64
"""Below this size stale heap entries are not worth a rebuild."""


class Direction(StrEnum):
    """Which way the last price must move to trigger."""

    RISE = "rise"
    """Triggered when the last price is at the stop or above."""
    FALL = "fall"
    """Triggered when the last price is at the stop or below."""


class Triggered(NamedTuple):
    """An order whose price has come."""

    key: str
    anchor: Decimal | None
    """The best price since it was added; None for orders that do not trail."""


class _Waiting:
    """One order, with its stop (fixed) or its reach from the anchor (trailing)."""

    __slots__ = ("group", "is_fraction", "is_live", "key", "number", "reach")

    def __init__(self, key: str, number: int, *, reach: Decimal, is_fraction: bool = False) -> None:
        self.key = key
        self.number = number
        self.reach = reach
        self.is_fraction = is_fraction
        self.group: _Group | None = None
        self.is_live = True


class _Group:
    """Trailing orders with the same anchor; absolute and proportional reaches in heaps of their own."""

    __slots__ = ("anchor", "heaps", "merged_into")

    def __init__(self, anchor: Decimal) -> None:
        self.anchor = anchor
        self.heaps: tuple[list[tuple[Decimal, int, _Waiting]], list[tuple[Decimal, int, _Waiting]]] = ([], [])
        self.merged_into: _Group | None = None

    def root(self) -> _Group:
        group = self
        while group.merged_into is not None:
            group = group.merged_into
        if group is not self:
            self.merged_into = group
        return group

    def push(self, waiting: _Waiting) -> None:
        heapq.heappush(self.heaps[waiting.is_fraction], (waiting.reach, waiting.number, waiting))

    def absorb(self, other: _Group) -> None:
        """Take over the orders of ``other``; the smaller heaps are poured into the larger."""
        if sum(map(len, other.heaps)) > sum(map(len, self.heaps)):
            self.heaps, other.heaps = other.heaps, self.heaps
        for kind, heap in enumerate(other.heaps):
            for item in heap:
                heapq.heappush(self.heaps[kind], item)
        other.heaps = ([], [])
        other.merged_into = self

    def nearest(self) -> tuple[Decimal, int, _Waiting] | None:
        """The live order whose stop comes first, with that stop."""
        found: list[tuple[Decimal, int, _Waiting]] = []
        for kind, heap in enumerate(self.heaps):
            while heap and not heap[0][2].is_live:
                heapq.heappop(heap)
            if heap:
                reach, number, waiting = heap[0]
                found.append((self.anchor + (abs(self.anchor) * reach if kind else reach), number, waiting))
        return min(found, default=None)

    def __lt__(self, other: _Group) -> bool:
        return self.anchor < other.anchor


class _Ladder:
    """One direction, in x."""

    def __init__(self) -> None:
        self._heap: list[tuple[Decimal, int, _Waiting, _Group | None]] = []
        self._groups: list[_Group] = []  # by anchor; the ones a new best price passes are at the end
        self.live = 0

    def add(self, waiting: _Waiting) -> None:
        self.live += 1
        self._push((waiting.reach, waiting.number, waiting, None))

    def add_trailing(self, waiting: _Waiting, anchor: Decimal) -> None:
        self.live += 1
        group = _Group(anchor)
        waiting.group = group
        group.push(waiting)
        insort(self._groups, group)
        self._enlist(group)

    def reach(self, x: Decimal) -> list[_Waiting]:
        """Move the anchors that ``x`` betters, then take out everything that it triggers."""
        self._move_anchors(x)
        triggered: list[_Waiting] = []
        while self._heap and self._heap[0][0] <= x:
            stop, _, waiting, group = heapq.heappop(self._heap)
            if group is not None:
                nearest = None if group.merged_into else group.nearest()
                if nearest is None:
                    continue
                if nearest[0] != stop:  # stale: the anchor moved, or the order that stood here has left
                    self._push((*nearest, group))
                    continue
                waiting = nearest[2]
            if waiting.is_live:
                waiting.is_live = False
                self.live -= 1
                triggered.append(waiting)
            if group is not None:
                self._enlist(group)
        return triggered

    def _move_anchors(self, x: Decimal) -> None:
        groups = self._groups
        if not groups or groups[-1].anchor <= x:
            return
        best = groups.pop()
        while groups and groups[-1].anchor > x:
            best.absorb(groups.pop())
        best.anchor = x
        groups.append(best)
        self._enlist(best)

    def _enlist(self, group: _Group) -> None:
        """Let the group's nearest stop stand for it."""
        nearest = group.nearest()
        if nearest is not None:
            self._push((*nearest, group))

    def _push(self, item: tuple[Decimal, int, _Waiting, _Group | None]) -> None:
        heapq.heappush(self._heap, item)
        if max(len(self._heap), len(self._groups)) > 2 * self.live + _COMPACT_ABOVE:
            self._compact()

    def _compact(self) -> None:
        fixed = [item for item in self._heap if item[3] is None and item[2].is_live]
        self._groups = [group for group in self._groups if group.nearest() is not None]
        standing = [(*nearest, group) for group in self._groups if (nearest := group.nearest()) is not None]
        self._heap = [*fixed, *standing]
        heapq.heapify(self._heap)


class StopIndex:
    """The conditional orders of one instrument, by key."""

    def __init__(self) -> None:
        self._ladders = {Direction.RISE: _Ladder(), Direction.FALL: _Ladder()}
        self._waiting: dict[str, tuple[Direction, _Waiting]] = {}
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, key: str) -> bool:
        return key in self._waiting

    def add(self, key: str, direction: Direction, stop_price: Decimal) -> None:
        """Wait for the last price to reach ``stop_price``. A key already there is replaced."""
        self.discard(key)
        waiting = _Waiting(key, next(self._numbers), reach=_turn(direction, stop_price))
        self._waiting[key] = direction, waiting
        self._ladders[direction].add(waiting)

    def add_trailing(
        self, key: str, direction: Direction, *, anchor: Decimal, offset: Decimal, is_fraction: bool
    ) -> None:
        """Wait ``offset`` (or that fraction of the anchor) behind the best price since ``anchor``."""
        self.discard(key)
        waiting = _Waiting(key, next(self._numbers), reach=offset, is_fraction=is_fraction)
        self._waiting[key] = direction, waiting
        self._ladders[direction].add_trailing(waiting, _turn(direction, anchor))

    def discard(self, key: str) -> None:
        """Stop waiting for it, if it waits."""
        found = self._waiting.pop(key, None)
        if found is not None:
            direction, waiting = found
            waiting.is_live = False
            self._ladders[direction].live -= 1

    def on_trade(self, price: Decimal) -> list[Triggered]:
        """What a trade at ``price`` triggers, nearest stop first, then oldest; it waits no longer."""
        triggered: list[Triggered] = []
        for direction, ladder in self._ladders.items():
            for waiting in ladder.reach(_turn(direction, price)):
                del self._waiting[waiting.key]
                triggered.append(Triggered(waiting.key, _anchor(direction, waiting)))
        return triggered

    def anchor(self, key: str) -> Decimal | None:
        """The best price since a trailing order was added; None for others."""
        found = self._waiting.get(key)
        return None if found is None else _anchor(*found)


def _anchor(direction: Direction, waiting: _Waiting) -> Decimal | None:
    return None if waiting.group is None else _turn(direction, waiting.group.root().anchor)


def _turn(direction: Direction, price: Decimal) -> Decimal:
    return price if direction is Direction.RISE else price.copy_negate()

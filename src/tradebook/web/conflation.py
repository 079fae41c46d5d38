"""Tells of what changes all the time no more often than anybody can follow, and of the newest then.

::

    change ──► told at once ──► rests ──┬─ changed meanwhile: told at the next tick, and rests again
      ▲                                 │
      └──────── after EVERY_S ──────────┴─ not changed: the next change is told at once

All that is due is told at the same tick, so that a client who watches many things gets them in one write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

EVERY_S = 0.1
"""The time from one telling of a thing to the next."""
EARLY = 0.05
"""Of that time; a timer may come so much too early."""

K = TypeVar("K")


class Conflation:
    """Ticks while anything rests."""

    def __init__(self) -> None:
        self._lanes: list[Lane[object]] = []
        self._tick: asyncio.TimerHandle | None = None

    def lane(self, tell: Callable[[K], None]) -> Lane[K]:
        """For things of one kind; ``tell`` is called with what is to be told of."""
        lane = Lane(self, tell)
        self._lanes.append(lane)  # type: ignore[arg-type]  # of what kind a lane is matters to its own only
        return lane

    def stop(self) -> None:
        """Tell nothing more of what has changed."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        for each in self._lanes:
            each.forget()

    def begin(self) -> float:
        """Something rests from now on; the loop's time."""
        loop = asyncio.get_running_loop()
        if self._tick is None:
            self._tick = loop.call_later(EVERY_S, self._tell_due)
        return loop.time()

    def _tell_due(self) -> None:
        self._tick = None
        now = asyncio.get_running_loop().time()
        try:
            for each in self._lanes:
                each.tell_due(now)
        finally:
            if any(each.has_resting for each in self._lanes):
                self.begin()


class Lane(Generic[K]):
    """Things of one kind. A change that is not told at once costs two look-ups."""

    def __init__(self, conflation: Conflation, tell: Callable[[K], None]) -> None:
        self._conflation = conflation
        self._tell = tell
        self._told_at: dict[K, float] = {}
        """Of what rests."""
        self._changed: set[K] = set()

    @property
    def has_resting(self) -> bool:
        """Whether anything was told a short while ago."""
        return bool(self._told_at)

    def change(self, thing: K) -> None:
        """It changed: ``tell`` is called now, or soon."""
        if thing in self._told_at:
            self._changed.add(thing)
        else:
            self._told_at[thing] = self._conflation.begin()
            self._tell(thing)

    def tell_due(self, now: float) -> None:
        """Tell of what has changed and rested."""
        rested_since = now - EVERY_S * (1 - EARLY)
        rested = [thing for thing, told_at in self._told_at.items() if told_at <= rested_since]
        for thing in rested:
            if thing in self._changed:
                self._changed.remove(thing)
                self._told_at[thing] = now
                self._tell(thing)
            else:
                del self._told_at[thing]

    def forget(self) -> None:
        """As if nothing had changed."""
        self._told_at.clear()
        self._changed.clear()

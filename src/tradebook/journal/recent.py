"""What was committed or read a moment ago, kept decoded for readers that follow the head side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tradebook.journal.records import Recorded

RECENT_EVENTS_MAX = 8_000


class RecentEvents:
    """A window onto the newest events, without gaps, bounded."""

    def __init__(self) -> None:
        self._base = 0
        self._events: list[Recorded] = []

    def extend(self, base: int, events: Sequence[Recorded]) -> None:
        """Add the events behind position ``base``; after a gap the window starts anew."""
        if base != self._base + len(self._events):
            self._base, self._events = base, []
        self._events += events
        surplus = len(self._events) - RECENT_EVENTS_MAX
        if surplus > 0:
            dropped = max(surplus, RECENT_EVENTS_MAX // 2)
            del self._events[:dropped]
            self._base += dropped

    def follow_on(self, base: int, events: Sequence[Recorded]) -> None:
        """Add events read behind position ``base`` where they are the next ones, or the first."""
        if not self._events or base == self._base + len(self._events):
            self.extend(base, events)

    def after(self, position: int, limit: int) -> list[Recorded]:
        """Up to ``limit`` events behind ``position``; none when they are not in the window."""
        start = position - self._base
        return self._events[start : start + limit] if start >= 0 else []


class HeadSignal:
    """Wakes whoever waits for the journal to move."""

    def __init__(self) -> None:
        self.position = 0
        self._waiters: set[asyncio.Future[None]] = set()

    def advance(self, position: int) -> None:
        """The journal has reached ``position``."""
        if position > self.position:
            self.position = position
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiters.clear()

    def rewind(self, position: int) -> None:
        """Begin again from ``position``; waiters go on waiting."""
        self.position = position

    def interrupt(self, error: Callable[[], Exception]) -> None:
        """Nothing more will come: whoever waits now is told why."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(error())
        self._waiters.clear()

    async def beyond(self, position: int) -> None:
        """Return once the journal is known to have passed ``position``; raises what interrupts the wait."""
        while self.position <= position:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            try:
                await waiter
            finally:
                self._waiters.discard(waiter)

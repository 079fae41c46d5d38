"""What is due when: deadlines by key, of which most are met and forgotten long before they come."""

from __future__ import annotations

import heapq
from datetime import datetime

_COMPACT_ABOVE = 64
"""Below this size stale heap entries are not worth a rebuild."""


class Deadlines:
    """One deadline per key."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, str]] = []
        self._current: dict[str, tuple[datetime, int, str]] = {}
        self._count = 0

    def set(self, key: str, at: datetime) -> None:
        """Be due at ``at`` instead of any time set before."""
        self._count += 1
        item = (at, self._count, key)
        self._current[key] = item
        heapq.heappush(self._heap, item)
        if len(self._heap) > 2 * len(self._current) + _COMPACT_ABOVE:
            self._heap = list(self._current.values())
            heapq.heapify(self._heap)

    def discard(self, key: str) -> None:
        """Be due no longer."""
        self._current.pop(key, None)

    def pop_due(self, now: datetime) -> list[str]:
        """Take out the keys that are due, earliest first, equal times in the order they were set."""
        due: list[str] = []
        while (at := self.next_at()) is not None and at <= now:
            key = heapq.heappop(self._heap)[2]
            del self._current[key]
            due.append(key)
        return due

    def next_at(self) -> datetime | None:
        """The earliest deadline."""
        while self._heap and self._current.get(self._heap[0][2]) is not self._heap[0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

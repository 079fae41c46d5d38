"""What clients have yet to be sent: many messages become few writes, and no client holds up another."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

BACKLOG_MAX = 10_000
"""Messages that a slow client may be behind on channels where each one counts."""
PAUSE_S_MAX = 0.02
"""Longest that messages wait to share a write."""
PAUSE_PER_WORK = 2
"""Pause this many times as long as the last round of writing took: writing takes a third of the time."""


class Outbox:
    """One client's frames, in order.

    While the client keeps up it gets everything. While its socket is full, a *latest-wins* channel keeps only
    its newest frame, and what must not be lost waits: beyond BACKLOG_MAX the client is too far behind.
    """

    __slots__ = ("_backlog", "_is_slow", "_latest", "_ready", "_write", "too_far_behind")

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._ready: list[bytes] = []
        self._backlog: deque[bytes] = deque()
        self._latest: dict[str, bytes] = {}
        self._is_slow = False
        self.too_far_behind = False

    def put(self, frame: bytes, latest_of: str | None = None) -> None:
        """Add a frame; with ``latest_of`` only the newest of that name matters to a slow client."""
        if not self._is_slow:
            self._ready.append(frame)
        elif latest_of is not None:
            self._latest[latest_of] = frame
        elif len(self._backlog) < BACKLOG_MAX:
            self._backlog.append(frame)
        else:
            self.too_far_behind = True

    def flush(self) -> None:
        """Everything in one write."""
        if self._ready:
            frames, self._ready = self._ready, []
            self._write(frames[0] if len(frames) == 1 else b"".join(frames))

    def pause(self) -> None:
        """The client's socket is full."""
        self._is_slow = True

    def resume(self) -> None:
        """The client's socket has room again."""
        self._is_slow = False
        self._ready.extend(self._backlog)
        self._ready.extend(self._latest.values())
        self._backlog.clear()
        self._latest.clear()
        self.flush()

    def close(self) -> None:
        """The client is gone: keep nothing for it, nor a way back to it.

        A client holds its outbox; held by it in turn, neither would ever be freed (``bootstrap.garbage``).
        """
        self._write = _write_nothing
        self.resume()


def _write_nothing(_: bytes) -> None:
    """Nobody is there any more."""


class Writer:
    """Flushes outboxes together once per turn of the event loop, and less often when that is much work."""

    def __init__(self) -> None:
        self._waiting: dict[Outbox, None] = {}
        self._is_scheduled = False
        self._not_before = 0.0

    def wake(self, outbox: Outbox) -> None:
        """The outbox has something to write."""
        self._waiting[outbox] = None
        if not self._is_scheduled:
            self._is_scheduled = True
            loop = asyncio.get_running_loop()
            if self._not_before > loop.time():
                loop.call_at(self._not_before, self._write)
            else:
                loop.call_soon(self._write)

    def _write(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        waiting, self._waiting = self._waiting, {}
        self._is_scheduled = False
        for outbox in waiting:
            outbox.flush()
        ended = loop.time()
        self._not_before = ended + min(PAUSE_PER_WORK * (ended - began), PAUSE_S_MAX)

"""An event loop whose time jumps: when nothing is ready it is at once the time of the next timer.

Everything that waits by the loop or by a ``VirtualClock`` takes no real time and happens in the same order in
every run.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

EPOCH = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class Stuck(RuntimeError):
    """Everything waits for something that will never come."""


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise Stuck("no timer is set and nothing is ready")
            self.now_s += max(timeout, 0)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """The selector loop on virtual time. It is for code without threads, subprocesses and sockets."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s


class VirtualClock:
    """The loop's time as a Clock."""

    def now(self) -> datetime:
        return EPOCH + timedelta(microseconds=round(asyncio.get_running_loop().time() * 1_000_000))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)

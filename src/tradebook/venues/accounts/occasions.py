"""When an account is held against its book: as soon as something asks for it, and every minute besides."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError

SPACING = timedelta(seconds=10)
"""Between what is asked for by frames that cannot be read: a venue may have begun to tell many of them."""


class Occasions:
    """One account's, and whoever waits for the next comparison."""

    def __init__(self, clock: Clock, *, every_s: float) -> None:
        self._clock = clock
        self._every = timedelta(seconds=every_s)
        self._due_at: datetime | None = None
        """When one was asked for that has not begun."""
        self._is_asked = asyncio.Event()
        self._spaced_until = clock.now()
        self._waiting: list[asyncio.Future[None]] = []

    def ask(self) -> None:
        """Let there be one, after any that is under way."""
        self._ask_at(self._clock.now())

    def ask_spaced(self) -> None:
        """The same, but some time after the last that was asked for so."""
        at = max(self._clock.now(), self._spaced_until)
        if self._due_at is None or at < self._due_at:
            self._spaced_until = at + SPACING
            self._ask_at(at)

    async def wait_for_one(self) -> None:
        """The same as ``ask``, and wait until it is over. Raises what it is answered with."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self.ask()
        await waiting

    async def next(self) -> Iterable[asyncio.Future[None]]:
        """Wait until there is one; who waits for it."""
        regularly_at = self._clock.now() + self._every
        while (left := min(self._due_at or regularly_at, regularly_at) - self._clock.now()) > timedelta():
            await self._asked_within(left)
        self._due_at = None
        waiting, self._waiting = self._waiting, []
        return waiting

    def _ask_at(self, at: datetime) -> None:
        if self._due_at is None or at < self._due_at:
            self._due_at = at
            self._is_asked.set()

    async def _asked_within(self, time: timedelta) -> None:
        self._is_asked.clear()
        asked = asyncio.ensure_future(self._is_asked.wait())
        timer = asyncio.ensure_future(self._clock.sleep(time.total_seconds()))
        try:
            await asyncio.wait((asked, timer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            timer.cancel()


def answer(waiting: Iterable[asyncio.Future[None]], problem: TradebookError | None) -> None:
    """It is over. Whoever has given up waiting hears nothing."""
    for each in waiting:
        if each.done():
            continue
        if problem is None:
            each.set_result(None)
        else:
            each.set_exception(problem)

"""When an account is held against its book: as soon as something asks for it, and every minute besides."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError


class Occasions:
    """One account's, and whoever waits for the next comparison."""

    def __init__(self, clock: Clock, *, every_s: float) -> None:
        self._clock = clock
        self._every_s = every_s
        self._is_due = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []

    def ask(self) -> None:
        """Let there be one, after any that is under way."""
        self._is_due.set()

    async def wait_for_one(self) -> None:
        """The same, and wait until it is over. Raises what it is answered with."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self.ask()
        await waiting

    async def next(self) -> Iterable[asyncio.Future[None]]:
        """Wait until there is one; who waits for it."""
        asked = asyncio.ensure_future(self._is_due.wait())
        timer = asyncio.ensure_future(self._clock.sleep(self._every_s))
        try:
            await asyncio.wait((asked, timer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            timer.cancel()
        self._is_due.clear()
        waiting, self._waiting = self._waiting, []
        return waiting


def answer(waiting: Iterable[asyncio.Future[None]], problem: TradebookError | None) -> None:
    """It is over. Whoever has given up waiting hears nothing."""
    for each in waiting:
        if each.done():
            continue
        if problem is None:
            each.set_result(None)
        else:
            each.set_exception(problem)

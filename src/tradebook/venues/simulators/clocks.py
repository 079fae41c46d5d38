"""A venue's clock, which need not be ours."""

from __future__ import annotations

from datetime import datetime, timedelta

from tradebook.kernel.clock import Clock


class SkewedClock:
    """Implements ``Clock``: it goes as another does, and is ahead of it or, with less than zero, behind."""

    def __init__(self, clock: Clock, *, ahead_s: float) -> None:
        self._clock = clock
        self.ahead = timedelta(seconds=ahead_s)
        """May be changed while it goes."""

    def now(self) -> datetime:
        """The other's time, and what this one is ahead."""
        return self._clock.now() + self.ahead

    async def sleep(self, seconds: float) -> None:
        """As long as by the other."""
        await self._clock.sleep(seconds)

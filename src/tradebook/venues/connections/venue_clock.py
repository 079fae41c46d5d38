"""What time it is at a venue: requests carry its time, and are refused when it is wrong.

The difference is measured by a question for the venue's time; half of the way there and back is error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from tradebook.kernel.clock import Clock

log = structlog.get_logger("tradebook.venues")

MEASURE_EVERY_S = 600.0


class VenueClock:
    """Our clock, corrected."""

    def __init__(self, venue: str, clock: Clock, ask: Callable[[], Awaitable[datetime]]) -> None:
        """``ask`` gives the venue's time, as it answers."""
        self._venue = venue
        self._clock = clock
        self._ask = ask
        self._measured_at: datetime | None = None
        self.skew_s = 0.0
        """Seconds by which the venue is ahead of us."""

    def now(self) -> datetime:
        """The venue's time, as well as it is known."""
        return self._clock.now() + timedelta(seconds=self.skew_s)

    @property
    def is_due(self) -> bool:
        """Whether it was not measured for long."""
        if self._measured_at is None:
            return True
        return (self._clock.now() - self._measured_at).total_seconds() >= MEASURE_EVERY_S

    async def measure(self) -> None:
        """Ask the venue. Raises what ``ask`` raises."""
        before = self._clock.now()
        theirs = await self._ask()
        after = self._clock.now()
        self.skew_s = (theirs - (before + (after - before) / 2)).total_seconds()
        self._measured_at = after
        log.info("venue_clock", venue=self._venue, skew_s=round(self.skew_s, 3))

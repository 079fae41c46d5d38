"""What goes wrong with those who follow the market: it must neither end the market nor go unseen."""

from __future__ import annotations

from time import monotonic

import structlog

TOLD_EVERY_S = 10.0
"""A defect may strike at every event: the log gets one in so many seconds, with the count of all."""
SHOWN_FOR_S = 60.0

log = structlog.get_logger("tradebook.market")


class Failures:
    """Counts and tells them."""

    def __init__(self) -> None:
        self._count = 0
        self._last_at = self._told_at = float("-inf")

    def note(self, follower: object) -> None:
        """To be called where the follower's exception is caught."""
        self._count += 1
        self._last_at = monotonic()
        if self._last_at - self._told_at >= TOLD_EVERY_S:
            self._told_at = self._last_at
            name = getattr(follower, "__qualname__", repr(follower))
            log.exception("market_follower_failed", follower=name, failures=self._count)

    @property
    def problem(self) -> str:
        """What to show of the last minute; nothing when all went well."""
        if monotonic() - self._last_at > SHOWN_FOR_S:
            return ""
        return f"{self._count} times a follower of the market failed; the log says which"

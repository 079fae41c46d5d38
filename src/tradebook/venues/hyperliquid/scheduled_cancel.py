"""The dead man's switch of an address: when all of its orders are cancelled, put off as long as we live.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint, schedule cancel
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tradebook.venues.errors import UndecodableFrame, VenueRefusal
from tradebook.venues.hyperliquid.actions import SignedActions
from tradebook.venues.hyperliquid.answers import decode_acknowledgement
from tradebook.venues.hyperliquid.execution import schedule_cancel
from tradebook.venues.hyperliquid.reading import VENUE


class ScheduledCancel:
    """One account's. Raises what actions raise, and VenueRefusal where the venue said no."""

    def __init__(self, actions: SignedActions) -> None:
        self._actions = actions

    async def put_off(self, after_s: int) -> None:
        """Not before so many seconds have passed."""
        await self._schedule(self._actions.venue_clock.now() + timedelta(seconds=after_s))

    async def lift(self) -> None:
        """Not at all."""
        await self._schedule(None)

    async def _schedule(self, at: datetime | None) -> None:
        body = await self._actions.act(schedule_cancel(at))
        try:
            problems = decode_acknowledgement(body, ())
        except UndecodableFrame as error:
            raise ConnectionError(error.detail) from error
        for each in problems:
            raise VenueRefusal(VENUE, each.code, each.message)

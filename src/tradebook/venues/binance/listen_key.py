"""The key by which the stream of a USD-M futures account is opened, and how it stays.

It lasts for an hour after it was last asked for or kept:
https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tradebook.kernel.clock import Clock
from tradebook.venues.binance import futures_execution as requests
from tradebook.venues.binance.futures_answers import decode_listen_key
from tradebook.venues.binance.problems import NO_SUCH_LISTEN_KEY
from tradebook.venues.binance.rest import SignedRest
from tradebook.venues.errors import VenueRefusal

KEEP_EVERY = timedelta(minutes=25)
"""Twice an hour, with room for one that fails."""


class ListenKey:
    """One account's."""

    def __init__(self, rest: SignedRest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._kept_at: datetime | None = None
        self.text = ""
        """Empty until it is opened."""

    async def open(self) -> None:
        """Start the stream, or find the one that runs. Raises as any request."""
        self.text = decode_listen_key(await self._rest.ask(requests.open_listen_key(), weight=1))
        self._kept_at = self._clock.now()

    async def keep(self) -> bool:
        """Have it last, where it is time for that; False where it has ended. Raises as any request."""
        if self._kept_at is not None and self._clock.now() - self._kept_at < KEEP_EVERY:
            return True
        try:
            await self._rest.ask(requests.keep_listen_key(), weight=1)
        except VenueRefusal as error:
            if error.venue_code != NO_SUCH_LISTEN_KEY:
                raise
            return False
        self._kept_at = self._clock.now()
        return True

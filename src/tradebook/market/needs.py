"""Which instruments somebody needs: as long as anybody does, and a while longer, their streams are kept.

Needs are stated whole, again and again, instead of being counted up and down: whoever forgets to give one
back cannot keep a stream for ever, and after a restart nothing has to be remembered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId

GRACE_S = 60.0
"""For so long an instrument stays that nobody needs any more: whoever leaves a page often comes back."""
SETTINGS, ORDERS, POSITIONS, WATCHERS = "settings", "orders", "positions", "watchers"
URGENCY = (ORDERS, POSITIONS, SETTINGS, WATCHERS)
"""Where a venue has no room for all, these are served in this order."""


class Needs:
    """Of everybody in this process."""

    def __init__(self, clock: Clock, *, grace_s: float = GRACE_S) -> None:
        self._clock = clock
        self._grace = timedelta(seconds=grace_s)
        self._stated: dict[str, frozenset[InstrumentId]] = dict.fromkeys(URGENCY, frozenset())
        self._kept_until: dict[InstrumentId, datetime] = {}
        """Needed in passing, or until a short while ago."""
        self._changed = asyncio.Event()

    def state(self, who: str, instruments: Collection[InstrumentId]) -> None:
        """Everything that one of URGENCY needs from now on, in place of what it needed before."""
        before, now = self._stated[who], frozenset(instruments)
        if before == now:
            return
        self._stated[who] = now
        self._keep(before - now)

    def touch(self, instrument_id: InstrumentId) -> None:
        """Somebody needs it in passing: it stays for the time of grace."""
        self._keep((instrument_id,))

    def wanted(self) -> Sequence[InstrumentId]:
        """What is to be streamed now, the most urgent first."""
        now = self._clock.now()
        for each in [each for each, until in self._kept_until.items() if until <= now]:
            del self._kept_until[each]
        stated = (each for who in URGENCY for each in sorted(self._stated[who]))
        return list(dict.fromkeys((*stated, *self._kept_until)))

    def desk(self) -> frozenset[InstrumentId]:
        """What is needed whoever looks: by the settings, by open orders and by what is owned."""
        return frozenset().union(*(self._stated[who] for who in URGENCY if who != WATCHERS))

    def nudge(self) -> None:
        """What can be done about the needs has changed."""
        self._changed.set()

    async def changed(self, *, within_s: float) -> None:
        """Wait until something changed, or so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._changed.wait()
        self._changed.clear()

    def _keep(self, instruments: Collection[InstrumentId]) -> None:
        until = self._clock.now() + self._grace
        self._kept_until.update(dict.fromkeys(instruments, until))
        self._changed.set()

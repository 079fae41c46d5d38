"""Books whose snapshot is wanted, and when each is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.venues.connections.backoff import Backoff

LOOK_AGAIN_S = 0.5
"""Where the next book is due later than that, others may become due before it."""
AGAIN_AFTER_S = 2.0
"""A snapshot that was asked for takes a while to come: at least half of this."""


class BookRequests:
    """One at a time: each costs much of what the venue allows. One that fails lets the others go."""

    def __init__(self, clock: Clock, chance: Random) -> None:
        self._clock = clock
        self._chance = chance
        self._asked: dict[InstrumentId, _Request] = {}
        self._has_some = asyncio.Event()

    def want(self, instrument_id: InstrumentId, *, in_s: float = 0.0) -> None:
        """Sooner than it was going to be; what failed before waits on."""
        due_at = self._clock.now() + timedelta(seconds=in_s)
        request = self._asked.get(instrument_id)
        if request is None:
            backoff = Backoff(self._chance, first_s=AGAIN_AFTER_S)
            self._asked[instrument_id] = _Request(due_at, backoff)
        elif not request.has_failed:
            request.due_at = min(request.due_at, due_at)
        self._has_some.set()

    def drop(self, instrument_id: InstrumentId) -> None:
        """It is not wanted any more, or has come."""
        self._asked.pop(instrument_id, None)

    async def run(self, ask: Callable[[InstrumentId], Awaitable[bool]]) -> None:
        """Without end. ``ask`` says whether that was all; otherwise it is asked again later."""
        while True:
            while not self._asked:  # what woke us may be wanted no more
                self._has_some.clear()
                await self._has_some.wait()
            instrument_id, request = min(self._asked.items(), key=lambda item: item[1].due_at)
            wait_s = (request.due_at - self._clock.now()).total_seconds()
            if wait_s > 0:
                await self._clock.sleep(min(wait_s, LOOK_AGAIN_S))
                continue
            is_done = await ask(instrument_id)
            if self._asked.get(instrument_id) is not request:
                continue  # dropped meanwhile, and perhaps wanted anew
            if is_done:
                del self._asked[instrument_id]
            else:
                request.fails(self._clock.now())


class _Request:
    """When a book is asked for."""

    def __init__(self, due_at: datetime, backoff: Backoff) -> None:
        self.due_at = due_at
        self.has_failed = False
        self._backoff = backoff

    def fails(self, now: datetime) -> None:
        self.has_failed = True
        self.due_at = now + timedelta(seconds=self._backoff.next_s())

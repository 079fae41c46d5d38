"""Keeps a tape and the book in step: a print waits until what the one before set off has come to rest.

A tape played as fast as it goes would otherwise be over before an order that a print triggered has been
journaled, sent and filled, and every fill would come at a price of much later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

REST_WITHIN_S = 5.0
"""A book that does not come to rest for so long is not waited for again until it once has."""
_LOOK_EVERY_S = 0.0005

log = structlog.get_logger("tradebook.market")


class Step:
    """Waits for ``is_quiet``, which says whether everything that was set off so far is done."""

    def __init__(self, is_quiet: Callable[[], bool], *, rest_within_s: float = REST_WITHIN_S) -> None:
        self._is_quiet = is_quiet
        self._rest_within_s = rest_within_s
        self._is_ahead = False

    async def keep(self) -> None:
        """Return once all is quiet, at once if it is, and within the bound if it never is."""
        if self._is_quiet():
            self._is_ahead = False
        elif not self._is_ahead:
            self._is_ahead = not await self._rest()
            if self._is_ahead:
                log.warning("tape_runs_ahead_of_the_book", waited_s=self._rest_within_s)

    async def _rest(self) -> bool:
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + self._rest_within_s
        while not self._is_quiet():
            if loop.time() > give_up_at:
                return False
            await asyncio.sleep(_LOOK_EVERY_S)
        return True

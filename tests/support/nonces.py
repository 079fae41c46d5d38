"""Nonces without a database: they live as long as the object, which outlives a crash in a test."""

from __future__ import annotations

from datetime import datetime

from tradebook.venues.hyperliquid.nonces import AHEAD_MAX_MS, milliseconds, too_far_ahead


class NoncesInMemory:
    """Implements ``NonceBook`` for as long as this object lives."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    async def take(self, signer: str, now: datetime) -> int:
        """As the protocol says."""
        at = milliseconds(now)
        last = self._last.get(signer, 0)
        if last + 1 > at + AHEAD_MAX_MS:
            raise too_far_ahead(at)
        self._last[signer] = max(at, last + 1)
        return self._last[signer]

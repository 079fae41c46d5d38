"""Nonces out of the database, one at a time: a row remembers the highest of each signer.

One statement takes the next and makes it durable. Two processes that sign with one key so take turns, and
neither falls behind the hundred highest, as one would that held a block of them while the other went on. For
a venue that lets an address ask twenty times a second that is fast enough.
"""

from __future__ import annotations

from datetime import datetime

import asyncpg

from tradebook.kernel.errors import Unavailable
from tradebook.venues.hyperliquid.nonces import AHEAD_MAX_MS, milliseconds, too_far_ahead
from tradebook.venues.hyperliquid.reading import VENUE

TAKE = """
insert into venues.nonces as known (venue, signer, last) values ($1, $2, $3)
on conflict (venue, signer) do update
    set last = greatest(known.last + 1, excluded.last)
    where known.last + 1 <= excluded.last + $4
returning last
"""
TAKE_S_MAX = 5.0


class StoredNonces:
    """Implements ``NonceBook``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def take(self, signer: str, now: datetime) -> int:
        """As the protocol says; Unavailable without the database too. One may be lost, none comes twice."""
        at = milliseconds(now)
        try:
            taken = await self._pool.fetchval(TAKE, VENUE, signer, at, AHEAD_MAX_MS, timeout=TAKE_S_MAX)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unavailable(
                "nonces_away", "The database gave no nonce, and without one nothing can be signed."
            ) from error
        if taken is None:
            raise too_far_ahead(at)
        return int(taken)

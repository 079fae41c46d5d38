"""What accounts at venues remember beyond the end of a process."""

from __future__ import annotations

from typing import NamedTuple

import asyncpg

from tradebook.venues.accounts.cursors import Cursors
from tradebook.venues.accounts.stored_cursors import StoredCursors
from tradebook.venues.hyperliquid.nonces import NonceBook
from tradebook.venues.hyperliquid.stored_nonces import StoredNonces


class VenueMemory(NamedTuple):
    """All of it."""

    cursors: Cursors
    nonces: NonceBook
    """For venues that take each number once from a signer."""


def stored_memory(pool: asyncpg.Pool) -> VenueMemory:
    """In the database."""
    return VenueMemory(StoredCursors(pool), StoredNonces(pool))

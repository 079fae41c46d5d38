"""What accounts at venues remember, for a test that kills processes in one."""

from __future__ import annotations

from tests.support.nonces import NoncesInMemory
from tradebook.bootstrap.venue_memory import VenueMemory
from tradebook.kernel.ids import AccountId
from tradebook.venues.accounts.cursors import Cursor


class CursorsInMemory:
    """Implements ``Cursors``; it outlives whoever keeps something in it."""

    def __init__(self) -> None:
        self._kept: dict[AccountId, Cursor] = {}

    async def load(self, account_id: AccountId) -> Cursor | None:
        return self._kept.get(account_id)

    async def keep(self, account_id: AccountId, cursor: Cursor) -> None:
        self._kept[account_id] = cursor


def memory() -> VenueMemory:
    """All that they remember, empty."""
    return VenueMemory(CursorsInMemory(), NoncesInMemory())

"""Cursors in the database."""

from __future__ import annotations

import asyncpg
import msgspec

from tradebook.kernel.errors import Unavailable
from tradebook.kernel.ids import AccountId
from tradebook.venues.accounts.cursors import Cursor

SELECT = "select cursor from venues.cursors where account_id = $1"
UPSERT = """
insert into venues.cursors (account_id, cursor) values ($1, $2)
on conflict (account_id) do update set cursor = excluded.cursor
"""
ANSWERS_WITHIN_S = 5.0


class StoredCursors:
    """Implements ``Cursors``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def load(self, account_id: AccountId) -> Cursor | None:
        """As the protocol says."""
        try:
            found = await self._pool.fetchval(SELECT, account_id, timeout=ANSWERS_WITHIN_S)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise _away() from error
        return None if found is None else msgspec.json.decode(found, type=Cursor)

    async def keep(self, account_id: AccountId, cursor: Cursor) -> None:
        """As the protocol says."""
        written = msgspec.json.encode(cursor, order="sorted").decode()
        try:
            await self._pool.execute(UPSERT, account_id, written, timeout=ANSWERS_WITHIN_S)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise _away() from error


def _away() -> Unavailable:
    return Unavailable(
        "cursors_away",
        "The database does not say until when all is recorded; the account is compared again when it does.",
    )

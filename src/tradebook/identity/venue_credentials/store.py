"""Where sealed credentials lie: a table that is backed up and no view; the journal names its rows by id."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg

from tradebook.identity.venue_credentials.envelope import Label, Sealed
from tradebook.identity.venue_credentials.keys import WrappedKey
from tradebook.infra import locks
from tradebook.kernel.ids import AccountId

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = PoolConnectionProxy[asyncpg.Record]

KEYS_IN_USE = f"select pg_advisory_xact_lock_shared({locks.CREDENTIAL_KEYS})"
KEYS_END = f"select pg_advisory_xact_lock({locks.CREDENTIAL_KEYS})"

DROP = "delete from identity.venue_credentials where account_id = $1"
PUT = """
insert into identity.venue_credentials
    (credential_id, account_id, venue, key_id, wrapped_key, sealed, sealed_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (account_id) do update
    set credential_id = excluded.credential_id, venue = excluded.venue, key_id = excluded.key_id,
        wrapped_key = excluded.wrapped_key, sealed = excluded.sealed, sealed_at = excluded.sealed_at
"""
FIND = "select * from identity.venue_credentials where credential_id = $1"
ACCOUNTS = "select account_id, key_id from identity.venue_credentials order by account_id"
IS_EMPTY = "select not exists (select from identity.venue_credentials)"
OTHERWISE = "select credential_id from identity.venue_credentials where key_id <> $1 order by credential_id"
TAKE_UP = FIND + " for update"
REWRAP = "update identity.venue_credentials set key_id = $2, wrapped_key = $3 where credential_id = $1"


class CredentialStore:
    """One row an account.

    As everywhere in identity, a fact and its secret are written together: the secret's transaction stays open
    around the append. Should the last commit be lost, a fact is there without its secret, which connecting
    again heals.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One connection, committed at the end. One at a time: the append inside may need the same pool.

        While it lasts no key-encryption key is given up: what is wrapped in it can be unwrapped after it.
        """
        async with self._one_at_a_time, self._pool.acquire() as connection, connection.transaction():
            await connection.execute(KEYS_IN_USE)
            yield connection

    @asynccontextmanager
    async def keys_ending(self) -> AsyncIterator[None]:
        """While it lasts nothing is wrapped or rewrapped, by whatever process."""
        async with self._one_at_a_time, self._pool.acquire() as connection, connection.transaction():
            await connection.execute(KEYS_END)
            yield

    async def put(self, connection: Connection, sealed: Sealed, *, at: datetime) -> None:
        """Keep it as the account's; the one before is gone."""
        label, key = sealed.label, sealed.data_key
        await connection.execute(
            PUT,
            *(label.credential_id, label.account_id, label.venue),
            *(key.key_id, key.ciphertext, sealed.content, at),
        )

    async def drop(self, connection: Connection, account_id: AccountId) -> None:
        """Destroy the account's."""
        await connection.execute(DROP, account_id)

    async def find(self, credential_id: str) -> Sealed | None:
        """The sealed credential."""
        row = await self._pool.fetchrow(FIND, credential_id)
        return None if row is None else _sealed(row)

    async def is_empty(self) -> bool:
        """Whether there is none at all."""
        return bool(await self._pool.fetchval(IS_EMPTY))

    async def accounts(self) -> Sequence[tuple[AccountId, str]]:
        """Which accounts have one, and under which key-encryption key its data key is."""
        rows = await self._pool.fetch(ACCOUNTS)
        return [(AccountId(row["account_id"]), row["key_id"]) for row in rows]

    async def wrapped_otherwise(self, key_id: str) -> Sequence[str]:
        """Ids of the credentials whose data key is not under this key."""
        return [row["credential_id"] for row in await self._pool.fetch(OTHERWISE, key_id)]

    async def take_up(self, connection: Connection, credential_id: str) -> Sealed | None:
        """The sealed credential, which stays as it is until the transaction ends."""
        row = await connection.fetchrow(TAKE_UP, credential_id)
        return None if row is None else _sealed(row)

    async def rewrap(self, connection: Connection, credential_id: str, key: WrappedKey) -> None:
        """Replace the wrapped data key."""
        await connection.execute(REWRAP, credential_id, key.key_id, key.ciphertext)


def _sealed(row: Any) -> Sealed:
    return Sealed(
        label=Label(
            credential_id=row["credential_id"], account_id=AccountId(row["account_id"]), venue=row["venue"]
        ),
        data_key=WrappedKey(key_id=row["key_id"], ciphertext=row["wrapped_key"]),
        content=row["sealed"],
    )

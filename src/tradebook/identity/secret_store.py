"""Where hashes of secrets are kept: tables of their own, no views, and never in the journal."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import asyncpg
import msgspec

from tradebook.identity.emails import email_digest
from tradebook.kernel.errors import Conflict, Unauthenticated
from tradebook.kernel.ids import UserId

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = PoolConnectionProxy[asyncpg.Record]

LINK_LIFETIME = timedelta(hours=24)

FIND_CREDENTIALS = "select user_id, password_hash from identity.credentials where email_digest = $1"
HASH_OF = "select password_hash from identity.credentials where user_id = $1"
RESERVE_EMAIL = """
insert into identity.credentials (user_id, email_digest, changed_at) values ($1, $2, $3)
on conflict (user_id) do update set email_digest = excluded.email_digest, changed_at = excluded.changed_at
"""
SET_HASH = "update identity.credentials set password_hash = $2, changed_at = $3 where user_id = $1"
DROP_CREDENTIALS = "delete from identity.credentials where user_id = $1"

DROP_LINKS = "delete from identity.one_time_links where user_id = $1"
DROP_SETUP_LINKS = "delete from identity.one_time_links where purpose = 'setup'"
ADD_LINK = """
insert into identity.one_time_links (token_hash, purpose, user_id, expires_at) values ($1, $2, $3, $4)
"""
TAKE_LINK = """
delete from identity.one_time_links where token_hash = $1 and purpose = $2 and expires_at > $3
returning user_id
"""
PRUNE_LINKS = "delete from identity.one_time_links where expires_at <= $1"


class LinkPurpose(StrEnum):
    """What a one-time link opens."""

    SETUP = "setup"
    JOIN = "join"
    RESET = "password_reset"


class OneTimeLink(msgspec.Struct, frozen=True, kw_only=True):
    """Shown once: only the hash of its token is kept."""

    purpose: LinkPurpose
    user_id: UserId
    token: str
    expires_at: datetime

    @property
    def path(self) -> str:
        """Where on the server's address it leads: ``/setup?token=…``."""
        return f"/{self.purpose.value.replace('_', '-')}?token={self.token}"


def new_secret() -> str:
    """256 bits of chance, safe in a URL."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> bytes:
    """SHA-256: secrets of 256 bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


class SecretStore:
    """Credentials and one-time links.

    A fact and its secret are written together: the secret's transaction stays open around the append,
    so that no secret is there without its fact. Should the last commit be lost, a fact is there without
    its secret, which a new link heals.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One connection, committed at the end. One at a time: the append inside may need the same pool."""
        async with self._one_at_a_time, self._pool.acquire() as connection, connection.transaction():
            yield connection

    async def find(self, email: str) -> tuple[UserId, str | None] | None:
        """The user with this address, and the password hash if they have joined."""
        row = await self._pool.fetchrow(FIND_CREDENTIALS, email_digest(email))
        return None if row is None else (UserId(row["user_id"]), row["password_hash"])

    async def password_of(self, user_id: UserId) -> str | None:
        """The user's password hash."""
        hashed: str | None = await self._pool.fetchval(HASH_OF, user_id)
        return hashed

    async def reserve_email(
        self, connection: Connection, user_id: UserId, email: str, *, at: datetime
    ) -> None:
        """Tie the address to the user. Raises Conflict when somebody else has it."""
        try:
            await connection.execute(RESERVE_EMAIL, user_id, email_digest(email), at)
        except asyncpg.UniqueViolationError:
            raise Conflict("email_taken", "Somebody with this email address is a member already.") from None

    async def set_password(
        self, connection: Connection, user_id: UserId, hashed: str, *, at: datetime
    ) -> None:
        """Replace the password hash."""
        await connection.execute(SET_HASH, user_id, hashed, at)

    async def drop(self, connection: Connection, user_id: UserId) -> None:
        """Forget the user's credentials and links; the address is free again."""
        await connection.execute(DROP_CREDENTIALS, user_id)
        await connection.execute(DROP_LINKS, user_id)

    async def add_link(
        self, connection: Connection, purpose: LinkPurpose, user_id: UserId, *, at: datetime
    ) -> OneTimeLink:
        """A link that works once within 24 hours; the user's earlier ones (of setup: all) stop working."""
        await connection.execute(DROP_LINKS, user_id)
        if purpose is LinkPurpose.SETUP:
            await connection.execute(DROP_SETUP_LINKS)
        link = OneTimeLink(
            purpose=purpose, user_id=user_id, token=new_secret(), expires_at=at + LINK_LIFETIME
        )
        await connection.execute(ADD_LINK, secret_hash(link.token), purpose.value, user_id, link.expires_at)
        return link

    async def take_link(
        self, connection: Connection, token: str, purpose: LinkPurpose, *, at: datetime
    ) -> UserId:
        """Use the link up (if the transaction commits): for whom it is. Raises Unauthenticated."""
        user_id = await connection.fetchval(TAKE_LINK, secret_hash(token), purpose.value, at)
        if user_id is None:
            raise Unauthenticated(
                "link_invalid", "This link was used, has expired or never was; ask for a new one."
            )
        return UserId(user_id)

    async def prune(self, now: datetime) -> None:
        """Drop expired links."""
        await self._pool.execute(PRUNE_LINKS, now)

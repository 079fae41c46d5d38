"""Signing in and out, and refresh tokens that work once.

Rotation and the detection of reuse are those of RFC 9700, sections 2.2.2 and 4.14.2. A session has one
present token at any time. Who lost the answer that brought it, or holds a copy (a duplicated tab), may
present the one before it for GRACE: the answer is another present token, and the lost one counts as used.
Whichever of two holders comes second with a token that is no longer good ends the session, as without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from tradebook.identity.authenticator import Authenticator
from tradebook.identity.emails import email_digest
from tradebook.identity.events import (
    RefreshTokenReused,
    SessionEvent,
    SignedIn,
    SignedOut,
    SignInFailed,
    session_stream,
)
from tradebook.identity.model import Member
from tradebook.identity.passwords import Passwords
from tradebook.identity.secret_store import SecretStore, new_secret, secret_hash
from tradebook.identity.throttle import AttemptThrottle, network_of
from tradebook.identity.tokens import AccessTokens, not_signed_in
from tradebook.journal.ports import Journal
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import NotFound, Unauthenticated
from tradebook.kernel.ids import UserId, derive_id, new_id

LIFETIME = timedelta(days=30)
"""After this a member signs in again, however often they refreshed."""
GRACE = timedelta(seconds=30)
"""So long the token before the present one is still good: longer than an answer takes, too short to keep."""
SUCCESSORS_MAX = 10
"""So often one token is exchanged within its grace; more is nobody who lost an answer."""

START_SESSION = """
insert into identity.sessions (session_id, user_id, user_agent, created_at, last_used_at, expires_at)
values ($1, $2, $3, $4, $4, $5) on conflict (session_id) do nothing
"""
SESSIONS_OF = """
select session_id, user_agent, created_at, last_used_at from identity.sessions
where user_id = $1 and expires_at > $2
order by created_at desc, session_id
"""
TOUCH_SESSION = "update identity.sessions set last_used_at = $2 where session_id = $1"
ADD_REFRESH = "insert into identity.refresh_tokens (token_hash, session_id, follows) values ($1, $2, $3)"
LOCK_SESSION = """
select session_id, s.user_id, s.expires_at
from identity.refresh_tokens r join identity.sessions s using (session_id)
where r.token_hash = $1
for update of s
"""
FIND_REFRESH = """
select used_at,
    (select count(*) from identity.refresh_tokens n where n.follows = r.token_hash) as successors,
    exists (
        select from identity.refresh_tokens n where n.follows = r.token_hash and n.used_at is null
    ) as is_previous
from identity.refresh_tokens r where token_hash = $1
"""
USE_REFRESH = """
update identity.refresh_tokens set used_at = $2
where used_at is null and (token_hash = $1 or follows = $1)
"""
END_SESSION = """
with ended as (delete from identity.sessions where session_id = $1 and user_id = $4 returning session_id)
insert into identity.ended_sessions (session_id, ended_at, forget_at) select session_id, $2, $3 from ended
returning session_id
"""
END_SESSIONS_OF = """
with ended as (delete from identity.sessions where user_id = $1 returning session_id)
insert into identity.ended_sessions (session_id, ended_at, forget_at) select session_id, $2, $3 from ended
returning session_id
"""
PRUNE_SESSIONS = "delete from identity.sessions where expires_at <= $1"


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """What signing in gives. The refresh token works once and brings the next pair."""

    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds the access token lives."""


class ListedSession(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody is signed in."""

    session_id: str
    user_agent: str
    """What they signed in with, as it named itself."""
    created_at: datetime
    last_used_at: datetime
    """When tokens of it were last issued; it was in use for at most a quarter of an hour longer."""
    is_current: bool
    """Whether it is the one that asks."""


class Sessions:
    """One sign-in and all tokens that descend from it end together."""

    def __init__(
        self,
        *,
        journal: Journal,
        pool: asyncpg.Pool,
        clock: Clock,
        secrets: SecretStore,
        passwords: Passwords,
        tokens: AccessTokens,
        authenticator: Authenticator,
    ) -> None:
        self._journal = journal
        self._pool = pool
        self._clock = clock
        self._secrets = secrets
        self._passwords = passwords
        self._tokens = tokens
        self._authenticator = authenticator
        self._by_account = AttemptThrottle()
        self._by_address = AttemptThrottle()

    async def sign_in(
        self, email: str, password: str, *, address: str, user_agent: str = "", command_id: str = ""
    ) -> TokenPair:
        """Check the password and start a session.

        ``address`` is the caller's network address. Raises RateLimited after five failures in five
        minutes, of the account or from the address; Unauthenticated without saying what was wrong.
        """
        account, network = email_digest(email).hex(), network_of(address)
        found = await self._secrets.find(email)
        user_id, hashed = found or (None, None)
        async with self._passwords.turn():
            now = self._clock.now()
            self._by_address.attempt(network, now)
            failures = self._by_account.attempt(account, now)
            matches = await self._passwords.verify(password, hashed)
        member = self._authenticator.directory.state.active_member(user_id) if user_id else None
        if not matches or member is None:
            if user_id is not None and failures == self._by_account.limit:
                await self._record_throttling(user_id, failures)
            raise Unauthenticated("invalid_credentials", "Email address or password is wrong.")
        self._by_address.forgive(network, now)
        self._by_account.forget(account)
        return await self.start(member, user_agent=user_agent, command_id=command_id)

    async def check_password(self, member: Member, password: str) -> None:
        """Whether it is really them, once more. Raises Unauthenticated, RateLimited."""
        account = f"again:{member.user_id}"
        hashed = await self._secrets.password_of(member.user_id)
        async with self._passwords.turn():
            self._by_account.attempt(account, self._clock.now())
            matches = await self._passwords.verify(password, hashed)
        if not matches:
            raise Unauthenticated("invalid_credentials", "The current password is wrong.")
        self._by_account.forget(account)

    async def start(self, member: Member, *, user_agent: str = "", command_id: str = "") -> TokenPair:
        """A new session for somebody who has just proven who they are; once per ``command_id``."""
        now, refresh_token = self._clock.now(), new_secret()
        session_id = derive_id("session", command_id) if command_id else new_id()
        signed_in = SignedIn(at=now, session_id=session_id, user_id=member.user_id)
        await self._record(session_stream(session_id), signed_in, command_id=command_id)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                START_SESSION, session_id, member.user_id, user_agent, now, now + LIFETIME
            )
            await connection.execute(ADD_REFRESH, secret_hash(refresh_token), session_id, None)
        return self._pair(member, session_id, refresh_token, now)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """The next pair. Raises Unauthenticated; a token that is no longer good ends its session."""
        now, next_token, presented = self._clock.now(), new_secret(), secret_hash(refresh_token)
        async with self._pool.acquire() as connection, connection.transaction():
            # The session is locked first and alone: what happens to its tokens happens one after the other.
            session = await connection.fetchrow(LOCK_SESSION, presented)
            if session is None or now >= session["expires_at"]:
                raise not_signed_in()
            session_id, user_id = session["session_id"], UserId(session["user_id"])
            member = self._authenticator.directory.state.active_member(user_id)
            [token] = await connection.fetch(FIND_REFRESH, presented)
            reused = not _is_good(token, now)
            if reused:
                await connection.fetchval(END_SESSION, session_id, now, self._forget_at(now), user_id)
            elif member is not None:
                await connection.execute(USE_REFRESH, presented, now)
                await connection.execute(TOUCH_SESSION, session_id, now)
                await connection.execute(ADD_REFRESH, secret_hash(next_token), session_id, presented)
                # Still under the lock: of two pairs of a session the later one has the later ``jti``.
                return self._pair(member, session_id, next_token, now)
        if reused:
            self._authenticator.end_session(session_id, self._forget_at(now))
            event = RefreshTokenReused(at=now, session_id=session_id, user_id=user_id)
            await self._record(session_stream(session_id), event, version=1)
        raise not_signed_in()

    async def sign_out(self, access_token: str) -> None:
        """End the session of this access token: the token itself, and all that could come of it."""
        claims = self._tokens.verify(access_token, self._clock.now())
        await self._end(claims.sid, claims.sub)

    async def list(self, access_token: str) -> Sequence[ListedSession]:
        """The live sessions of whoever this access token stands for, newest first."""
        now = self._clock.now()
        claims = self._tokens.verify(access_token, now)
        return [
            ListedSession(
                session_id=row["session_id"],
                user_agent=row["user_agent"],
                created_at=row["created_at"],
                last_used_at=row["last_used_at"],
                is_current=row["session_id"] == claims.sid,
            )
            for row in await self._pool.fetch(SESSIONS_OF, claims.sub, now)
        ]

    async def end(self, user_id: UserId, session_id: str) -> None:
        """End one of the user's sessions, as signing out in it would. Raises NotFound."""
        if not await self._end(session_id, user_id):
            raise NotFound("session", session_id)

    async def end_all(self, user_id: UserId) -> None:
        """End every session of a user."""
        now = self._clock.now()
        forget_at = self._forget_at(now)
        for row in await self._pool.fetch(END_SESSIONS_OF, user_id, now, forget_at):
            self._authenticator.end_session(row["session_id"], forget_at)

    async def prune(self, now: datetime) -> None:
        """Drop sessions that ended by themselves."""
        await self._pool.execute(PRUNE_SESSIONS, now)

    async def _end(self, session_id: str, user_id: UserId) -> bool:
        """Whether there was such a session of theirs."""
        now = self._clock.now()
        forget_at = self._forget_at(now)
        if await self._pool.fetchval(END_SESSION, session_id, now, forget_at, user_id) is None:
            return False
        self._authenticator.end_session(session_id, forget_at)
        event = SignedOut(at=now, session_id=session_id, user_id=user_id)
        await self._record(session_stream(session_id), event, version=1)
        return True

    def _forget_at(self, now: datetime) -> datetime:
        return now + self._tokens.lifetime

    def _pair(self, member: Member, session_id: str, refresh_token: str, now: datetime) -> TokenPair:
        return TokenPair(
            access_token=self._tokens.issue(member.user_id, member.role, session_id=session_id, now=now),
            refresh_token=refresh_token,
            expires_in=int(self._tokens.lifetime.total_seconds()),
        )

    async def _record_throttling(self, user_id: UserId, failures: int) -> None:
        event = SignInFailed(at=self._clock.now(), user_id=user_id, failures=failures)
        await self._record(f"sign-in-failures-{new_id()}", event)

    async def _record(
        self, stream: str, event: SessionEvent | SignInFailed, *, version: int = 0, command_id: str = ""
    ) -> None:
        metadata = Metadata(actor=f"user:{event.user_id}", command_id=command_id or new_id())
        await self._journal.append(
            Append(stream=stream, expected_version=version, events=[event], metadata=metadata)
        )


def _is_good(token: asyncpg.Record, now: datetime) -> bool:
    """Whether it is the present token of its session, or was until a moment ago."""
    if token["used_at"] is None:
        return True
    is_recent = now - token["used_at"] <= GRACE and token["successors"] < SUCCESSORS_MAX
    return bool(token["is_previous"]) and is_recent

"""Who a token stands for: verified once, remembered until it expires or anything about its holder changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil

import asyncpg

from tradebook.identity.api_keys import parse_api_key
from tradebook.identity.directory import DirectoryStore
from tradebook.identity.model import ApiKey, Member
from tradebook.identity.principal import ORDERS_PER_MINUTE, REQUESTS_PER_MINUTE, SCOPES_OF_ROLE, Principal
from tradebook.identity.tokens import LENGTH_MAX, AccessTokens, not_signed_in
from tradebook.journal.ports import Journal
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import RateLimited
from tradebook.kernel.ids import PartyId, UserId
from tradebook.kernel.rates import Rates

REMEMBERED_MAX = 10_000
KEY_REMEMBERED = timedelta(minutes=1)
"""A key is looked up again after this, which also dates its last use."""
POLL_OVERLAP = timedelta(minutes=1)
"""Rows commit after the time they carry, and clocks of processes differ."""
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

USE_API_KEY = """
update identity.api_key_secrets set last_used_at = $3 where key_id = $1 and secret_hash = $2 returning key_id
"""
ENDED_SESSIONS = (
    "select session_id, forget_at from identity.ended_sessions where ended_at > $1 and forget_at > $2"
)
PRUNE_ENDED_SESSIONS = "delete from identity.ended_sessions where forget_at <= $1"


class Authenticator:
    """Turns a JWT or an API key into its Principal."""

    def __init__(self, *, journal: Journal, pool: asyncpg.Pool, clock: Clock, tokens: AccessTokens) -> None:
        self._pool = pool
        self._clock = clock
        self._tokens = tokens
        self._remembered: dict[str, tuple[Principal, datetime]] = {}
        self._ended: dict[str, datetime] = {}
        self._polled_at = datetime(1970, 1, 1, tzinfo=UTC) + POLL_OVERLAP
        self._rates = Rates()
        self.directory = DirectoryStore(journal, on_change=self._remembered.clear)

    def recall(self, token: str) -> Principal | None:
        """The principal, if the token was verified before and still stands; takes a microsecond."""
        remembered = self._remembered.get(token)
        if remembered is None or self._clock.now() >= remembered[1]:
            return None
        return remembered[0]

    async def authenticate(self, token: str) -> Principal:
        """The principal behind a token. Raises Unauthenticated for any that is not good."""
        principal = self.recall(token)
        if principal is not None:
            return principal
        if len(token) > LENGTH_MAX:
            raise not_signed_in()
        api_key = parse_api_key(token)
        if api_key is not None:
            return await self._verify_api_key(token, *api_key)
        return await self._verify_access_token(token)

    def owner(self) -> Principal | None:
        """The first owner, for what the server does in their name on their own machine."""
        owners = self.directory.state.owners()
        return _person(owners[0], NEVER) if owners else None

    def own_party(self, user_id: UserId) -> PartyId:
        """The person party of a member. Raises NotFound."""
        return self.directory.state.require_member(user_id).party_id

    def admit(self, principal: Principal) -> None:
        """Count a request. Raises RateLimited when the principal has spent its minute."""
        limit = principal.requests_per_minute
        now_s = self._clock.now().timestamp()
        wait_s = self._rates.take(principal.actor, 1, per_minute=limit, now_s=now_s)
        if wait_s:
            raise RateLimited(f"More than {limit} requests a minute.", ceil(wait_s))

    def end_session(self, session_id: str, forget_at: datetime) -> None:
        """Refuse the session's access tokens from now on."""
        self._ended[session_id] = forget_at
        self._remembered.clear()

    async def catch_up(self) -> None:
        """Take in what other processes changed and ended."""
        await self.directory.catch_up()
        now = self._clock.now()
        for row in await self._pool.fetch(ENDED_SESSIONS, self._polled_at - POLL_OVERLAP, now):
            if row["session_id"] not in self._ended:
                self.end_session(row["session_id"], row["forget_at"])
        self._polled_at = now
        self._tokens.keys.refresh()

    async def prune(self, now: datetime) -> None:
        """Forget ended sessions whose tokens have all expired."""
        self._ended = {session: until for session, until in self._ended.items() if until > now}
        await self._pool.execute(PRUNE_ENDED_SESSIONS, now)

    async def _verify_access_token(self, token: str) -> Principal:
        claims = self._tokens.verify(token, self._clock.now())
        if claims.sub not in self.directory.state.members:
            await self.directory.catch_up()
        member = self.directory.state.active_member(claims.sub)
        if member is None or claims.sid in self._ended:
            raise not_signed_in()
        principal = _person(member, claims.expires_at)
        self._remember(token, principal, claims.expires_at)
        return principal

    async def _verify_api_key(self, token: str, key_id: str, hashed: bytes) -> Principal:
        now = self._clock.now()
        if key_id not in self.directory.state.keys:
            await self.directory.catch_up()
        if key_id not in self.directory.state.keys:
            raise not_signed_in("This API key is not known, or no longer.")
        matches = await self._pool.fetchval(USE_API_KEY, key_id, hashed, now)
        # Looked up after the wait: a revocation that came meanwhile must not be remembered away.
        key = self.directory.state.keys[key_id]
        member = self.directory.state.active_member(key.created.user_id)
        if matches is None or member is None or not key.is_live(now):
            raise not_signed_in("This API key is not known, or no longer.")
        principal = _program(key, member)
        self._remember(token, principal, min(principal.expires_at, now + KEY_REMEMBERED))
        return principal

    def _remember(self, token: str, principal: Principal, until: datetime) -> None:
        self._remembered.pop(token, None)
        if len(self._remembered) >= REMEMBERED_MAX:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[token] = (principal, until)


def _person(member: Member, expires_at: datetime) -> Principal:
    return Principal(
        actor=f"user:{member.user_id}",
        user_id=member.user_id,
        role=member.role,
        scopes=SCOPES_OF_ROLE[member.role],
        parties=member.parties,
        expires_at=expires_at,
    )


def _program(key: ApiKey, member: Member) -> Principal:
    """A key can do what it was made for, as far as its member still can."""
    made = key.created
    return Principal(
        actor=f"key:{made.key_id}",
        user_id=member.user_id,
        role=member.role,
        scopes=SCOPES_OF_ROLE[member.role] & frozenset(made.scopes),
        parties=_narrowed(member.parties, made.parties),
        accounts=None if made.accounts is None else frozenset(made.accounts),
        expires_at=made.expires_at or NEVER,
        requests_per_minute=made.requests_per_minute or REQUESTS_PER_MINUTE,
        orders_per_minute=made.orders_per_minute or ORDERS_PER_MINUTE,
    )


def _narrowed(
    parties: frozenset[PartyId] | None, restriction: tuple[PartyId, ...] | None
) -> frozenset[PartyId] | None:
    if restriction is None:
        return parties
    return frozenset(restriction) if parties is None else parties & frozenset(restriction)

"""API keys: ``tb_<id>_<secret>``, shown once, with no more power than the member who made them."""

from __future__ import annotations

from datetime import datetime

import asyncpg
import msgspec

from tradebook.identity.directory import DirectoryStore
from tradebook.identity.events import ApiKeyCreated, ApiKeyRevoked, DirectoryEvent
from tradebook.identity.model import Directory, check_may_give, check_parties_exist
from tradebook.identity.principal import Principal, Scope
from tradebook.identity.secret_store import SecretStore, new_secret, secret_hash
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Forbidden, InvalidInput, NotFound, Refused
from tradebook.kernel.ids import AccountId, PartyId, derive_id, new_id

KEYS_PER_MEMBER_MAX = 100

ADD_HASH = """
insert into identity.api_key_secrets (key_id, secret_hash) values ($1, $2)
on conflict (key_id) do update set secret_hash = excluded.secret_hash
"""
DROP_HASH = "delete from identity.api_key_secrets where key_id = $1"
LAST_USED = "select key_id, last_used_at from identity.api_key_secrets where key_id = any($1)"


class KeyTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a key is to be good for."""

    name: str
    scopes: frozenset[Scope]
    expires_at: datetime | None = None
    parties: frozenset[PartyId] | None = None
    accounts: frozenset[AccountId] | None = None
    requests_per_minute: int | None = None
    orders_per_minute: int | None = None


class NewApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """The only time the key itself is seen."""

    key_id: str
    api_key: str


class ListedApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A live key without its secret."""

    created: ApiKeyCreated
    last_used_at: datetime | None


def parse_api_key(token: str) -> tuple[str, bytes] | None:
    """The id in a key and the hash of its secret; None when it has not the form of a key."""
    parts = token.split("_", 2)
    if len(parts) != 3 or parts[0] != "tb":
        return None
    return parts[1], secret_hash(parts[2])


class ApiKeys:
    """Make, list and revoke keys."""

    def __init__(
        self, *, pool: asyncpg.Pool, clock: Clock, secrets: SecretStore, directory: DirectoryStore
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._secrets = secrets
        self._directory = directory

    async def create(self, principal: Principal, terms: KeyTerms, *, command_id: str = "") -> NewApiKey:
        """A key for the member behind ``principal``.

        The same ``command_id`` makes one key, with a new secret: the one before was never handed over.
        Raises Forbidden when the caller is a key itself, or wants scopes, parties or rates that are not
        theirs to give; InvalidInput; Refused at 100 live keys.
        """
        require_person(principal)
        now = self._clock.now()
        _check_terms(principal, terms, now)
        created = ApiKeyCreated(
            at=now,
            key_id=derive_id("api-key", command_id) if command_id else new_id(),
            user_id=principal.user_id,
            name=terms.name,
            scopes=tuple(sorted(terms.scopes)),
            expires_at=terms.expires_at,
            parties=None if terms.parties is None else tuple(sorted(terms.parties)),
            accounts=None if terms.accounts is None else tuple(sorted(terms.accounts)),
            requests_per_minute=terms.requests_per_minute,
            orders_per_minute=terms.orders_per_minute,
        )

        def decide(directory: Directory) -> list[DirectoryEvent]:
            check_parties_exist(directory, created.parties or ())
            live = [
                k
                for k in directory.keys.values()
                if k.created.user_id == created.user_id
                and k.is_live(now)
                and k.created.key_id != created.key_id
            ]
            if len(live) >= KEYS_PER_MEMBER_MAX:
                raise Refused("too_many_keys", f"You have {len(live)} API keys; revoke some first.")
            return [created]

        secret = new_secret()
        async with self._secrets.transaction() as connection:
            await connection.execute(ADD_HASH, created.key_id, secret_hash(secret))
            await self._directory.change(decide, actor=principal.actor, command_id=command_id)
        return NewApiKey(key_id=created.key_id, api_key=f"tb_{created.key_id}_{secret}")

    async def list(self, principal: Principal) -> list[ListedApiKey]:
        """The caller's live keys, newest first; everybody's for who manages members."""
        now = self._clock.now()
        created = [
            key.created
            for key in self._directory.state.keys.values()
            if key.is_live(now)
            and (Scope.ADMIN in principal.scopes or key.created.user_id == principal.user_id)
        ]
        rows = await self._pool.fetch(LAST_USED, [key.key_id for key in created])
        last_used = {row["key_id"]: row["last_used_at"] for row in rows}
        return [
            ListedApiKey(created=key, last_used_at=last_used.get(key.key_id)) for key in reversed(created)
        ]

    async def revoke(self, principal: Principal, key_id: str) -> None:
        """End a key at once: an own one, or, for who manages members, somebody else's.

        Raises NotFound when there is no such live key for the caller, Forbidden for a key of another or when
        the caller is a key itself.
        """
        require_person(principal)
        now = self._clock.now()

        def decide(directory: Directory) -> list[DirectoryEvent]:
            key = directory.keys.get(key_id)
            if key is None or key.revoked_at is not None:
                raise NotFound("API key", key_id)
            holder = directory.require_member(key.created.user_id)
            if holder.user_id != principal.user_id:
                if Scope.ADMIN not in principal.scopes:
                    raise NotFound("API key", key_id)
                check_may_give(holder.role, by=principal.role)
            return [ApiKeyRevoked(at=now, key_id=key_id, user_id=holder.user_id)]

        await self._directory.change(decide, actor=principal.actor)
        await self._pool.execute(DROP_HASH, key_id)


def require_person(principal: Principal) -> None:
    """Raises Forbidden for an API key: keys may not act on keys, passwords, sessions and members."""
    if not principal.actor.startswith("user:"):
        raise Forbidden("forbidden", "An API key may not do this; sign in with your password.")


def _check_terms(principal: Principal, terms: KeyTerms, now: datetime) -> None:
    if not terms.scopes:
        raise InvalidInput("scopes", "empty", "name at least one")
    for scope in sorted(terms.scopes):
        principal.require(scope)
    if terms.expires_at is not None and terms.expires_at <= now:
        raise InvalidInput("expires_at", "in the past", "take a time to come, or none")
    if principal.parties is not None and not (terms.parties or frozenset()) <= principal.parties:
        raise Forbidden("forbidden", "A key reaches no party that you do not.")
    if terms.requests_per_minute is not None or terms.orders_per_minute is not None:
        principal.require(Scope.ADMIN)

"""What the routes of identity take and give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from tradebook.identity.api_keys import ListedApiKey
from tradebook.identity.events import PartyKind
from tradebook.identity.members import ListedMember
from tradebook.identity.model import MemberStatus
from tradebook.identity.parties import ListedParty
from tradebook.identity.principal import Principal, Role, Scope
from tradebook.identity.secret_store import LinkPurpose, OneTimeLink
from tradebook.identity.sessions import ListedSession, TokenPair
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import AccountId, PartyId, UserId

IdInPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Parties = Annotated[list[PartyId], Field(max_length=1000)]
Rate = Annotated[int, Field(ge=1, le=10_000_000)]


class RequestBody(BaseModel):
    """Unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid")


class Setup(RequestBody):
    token: Token
    email: Email
    password: Password
    name: Name


class Join(RequestBody):
    token: Token
    password: Password
    name: Name


class Login(RequestBody):
    email: Email
    password: Password


class Refresh(RequestBody):
    refresh_token: Token


class PasswordChange(RequestBody):
    current_password: Password
    new_password: Password


class PasswordResetCompletion(RequestBody):
    token: Token
    password: Password


class KeyRequest(RequestBody):
    name: Name
    scopes: frozenset[Scope]
    expires_at: AwareDatetime | None = None
    parties: Annotated[frozenset[PartyId], Field(max_length=1000)] | None = None
    """Only these; all you see when left out."""
    accounts: Annotated[frozenset[AccountId], Field(max_length=1000)] | None = None
    requests_per_minute: Rate | None = None
    orders_per_minute: Rate | None = None


class Invitation(RequestBody):
    email: Email
    role: Role
    parties: Parties = []
    """Parties they are to see besides their own."""


class MemberChange(RequestBody):
    role: Role | None = None
    parties: Parties | None = None
    """From now on these, besides their own, and no others."""


class NewParty(RequestBody):
    kind: PartyKind
    name: Name


class Listed(BaseModel):
    """What stands in lists has an id to page by."""

    id: str


Item = TypeVar("Item", bound=Listed)


class Tokens(BaseModel):
    access_token: str
    refresh_token: str
    token_type: str = "Bearer"
    expires_in: int
    """Seconds."""

    @classmethod
    def of(cls, pair: TokenPair) -> Tokens:
        return cls(
            access_token=pair.access_token, refresh_token=pair.refresh_token, expires_in=pair.expires_in
        )


class Me(BaseModel):
    actor: str
    user_id: UserId
    party_id: PartyId
    email: str | None
    name: str | None
    role: Role
    scopes: list[Scope]
    parties: list[PartyId] | None
    """None: all."""
    accounts: list[AccountId] | None
    """None: all of those parties."""
    expires_at: datetime
    requests_per_minute: int
    orders_per_minute: int

    @classmethod
    def of(cls, principal: Principal, listed: ListedMember) -> Me:
        return cls(
            actor=principal.actor,
            user_id=principal.user_id,
            party_id=listed.member.party_id,
            email=listed.email,
            name=listed.name,
            role=principal.role,
            scopes=sorted(principal.scopes),
            parties=None if principal.parties is None else sorted(principal.parties),
            accounts=None if principal.accounts is None else sorted(principal.accounts),
            expires_at=principal.expires_at,
            requests_per_minute=principal.requests_per_minute,
            orders_per_minute=principal.orders_per_minute,
        )


class Key(Listed):
    user_id: UserId
    name: str
    scopes: list[Scope]
    parties: list[PartyId] | None
    accounts: list[AccountId] | None
    requests_per_minute: int | None
    orders_per_minute: int | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: ListedApiKey) -> Key:
        created = key.created
        return cls(
            id=created.key_id,
            user_id=created.user_id,
            name=created.name,
            scopes=list(created.scopes),
            parties=None if created.parties is None else list(created.parties),
            accounts=None if created.accounts is None else list(created.accounts),
            requests_per_minute=created.requests_per_minute,
            orders_per_minute=created.orders_per_minute,
            created_at=created.at,
            expires_at=created.expires_at,
            last_used_at=key.last_used_at,
        )


class Session(Listed):
    user_agent: str
    """What somebody signed in with, as it named itself; empty where it did not."""
    created_at: datetime
    last_used_at: datetime
    """When tokens of it were last issued; it was in use for at most a quarter of an hour longer."""
    current: bool
    """Whether it is the one that asks."""

    @classmethod
    def of(cls, listed: ListedSession) -> Session:
        return cls(
            id=listed.session_id,
            user_agent=listed.user_agent,
            created_at=listed.created_at,
            last_used_at=listed.last_used_at,
            current=listed.is_current,
        )


class CreatedKey(BaseModel):
    key_id: str
    api_key: str
    """Shown only here."""


class Member(Listed):
    email: str | None
    name: str | None
    role: Role
    status: MemberStatus
    party_id: PartyId
    parties: list[PartyId]
    """Granted besides their own."""
    since: datetime

    @classmethod
    def of(cls, listed: ListedMember) -> Member:
        member = listed.member
        return cls(
            id=member.user_id,
            email=listed.email,
            name=listed.name,
            role=member.role,
            status=member.status,
            party_id=member.party_id,
            parties=list(member.granted),
            since=member.since,
        )


class Link(BaseModel):
    user_id: UserId
    purpose: LinkPurpose
    token: str
    path: str
    """To be put behind the server's address."""
    expires_at: datetime

    @classmethod
    def of(cls, link: OneTimeLink) -> Link:
        return cls(
            user_id=link.user_id,
            purpose=link.purpose,
            token=link.token,
            path=link.path,
            expires_at=link.expires_at,
        )


class Party(Listed):
    kind: PartyKind
    name: str | None
    since: datetime

    @classmethod
    def of(cls, listed: ListedParty) -> Party:
        party = listed.party
        return cls(id=party.party_id, kind=party.kind, name=listed.name, since=party.since)


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None


def page(items: Sequence[Item], *, limit: int, cursor: str | None) -> Page[Item]:
    """The items behind the one whose id is ``cursor``. Raises InvalidInput when it is not among them."""
    start = 0
    if cursor is not None:
        ids = [item.id for item in items]
        if cursor not in ids:
            raise InvalidInput("cursor", "not known, or no longer", "begin again without a cursor")
        start = ids.index(cursor) + 1
    shown = list(items[start : start + limit])
    more = start + limit < len(items)
    return Page(items=shown, next_cursor=shown[-1].id if more else None)

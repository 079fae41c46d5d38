"""Facts about who is in this book. No secret and no readable personal data is among them.

Fields ending in ``_sealed`` are ciphertext under the key of the fact's party (see ``ports.PersonalData``),
so that erasing a person is throwing that key away.

People, parties and keys are one aggregate, the directory, because its rules span them (one owner at least,
grants only to parties that exist); its stream is ``directory``. What happens to one session has a stream
of its own, ``session-<id>``; repeated failures to sign in have ``sign-in-failures-<id>``.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tradebook.identity.principal import Role, Scope
from tradebook.journal.catalogue import EventSchema
from tradebook.kernel.ids import AccountId, PartyId, UserId
from tradebook.kernel.messages import Event

DIRECTORY_STREAM = "directory"


class PartyKind(StrEnum):
    """Whose accounts they are."""

    PERSON = "person"
    HOUSEHOLD = "household"
    COMPANY = "company"
    FUND = "fund"


class IdentityEvent(Event, frozen=True, kw_only=True):
    """Every fact of the room has its time."""

    at: datetime


class OwnerRegistered(IdentityEvent, frozen=True, kw_only=True):
    """The first member. Their person party follows in the same append."""

    user_id: UserId
    party_id: PartyId
    email_sealed: str
    name_sealed: str


class PartyCreated(IdentityEvent, frozen=True, kw_only=True):
    party_id: PartyId
    kind: PartyKind
    name_sealed: str


class MemberInvited(IdentityEvent, frozen=True, kw_only=True):
    """Somebody may join through a one-time link."""

    user_id: UserId
    party_id: PartyId
    """Their person party, created when they join."""
    email_sealed: str
    role: Role
    parties: tuple[PartyId, ...]
    """Parties granted besides their own."""


class MemberJoined(IdentityEvent, frozen=True, kw_only=True):
    user_id: UserId
    name_sealed: str


class RoleChanged(IdentityEvent, frozen=True, kw_only=True):
    user_id: UserId
    role: Role
    previous: Role


class PartiesGranted(IdentityEvent, frozen=True, kw_only=True):
    """From now on these, besides their own, and no others."""

    user_id: UserId
    parties: tuple[PartyId, ...]


class MemberRemoved(IdentityEvent, frozen=True, kw_only=True):
    """Their sessions and keys ended with this."""

    user_id: UserId


class PersonalDataErased(IdentityEvent, frozen=True, kw_only=True):
    """The key of somebody who left was thrown away: their name and address cannot be read any more."""

    user_id: UserId
    party_id: PartyId


class PasswordResetRequested(IdentityEvent, frozen=True, kw_only=True):
    """A one-time link was made for them."""

    user_id: UserId


class PasswordChanged(IdentityEvent, frozen=True, kw_only=True):
    """All their other sessions ended with this."""

    user_id: UserId


class ApiKeyCreated(IdentityEvent, frozen=True, kw_only=True):
    key_id: str
    user_id: UserId
    name: str
    scopes: tuple[Scope, ...]
    expires_at: datetime | None = None
    parties: tuple[PartyId, ...] | None = None
    """None: every party its member sees."""
    accounts: tuple[AccountId, ...] | None = None
    """None: every account of those parties."""
    requests_per_minute: int | None = None
    orders_per_minute: int | None = None


class ApiKeyRevoked(IdentityEvent, frozen=True, kw_only=True):
    key_id: str
    user_id: UserId


class SessionEvent(IdentityEvent, frozen=True, kw_only=True):
    """A session is one sign-in and all tokens that descend from it."""

    session_id: str
    user_id: UserId


class SignedIn(SessionEvent, frozen=True, kw_only=True):
    pass


class SignedOut(SessionEvent, frozen=True, kw_only=True):
    pass


class RefreshTokenReused(SessionEvent, frozen=True, kw_only=True):
    """A refresh token came that was used up: one of two holders may be a thief, so the session ended."""


class SignInFailed(IdentityEvent, frozen=True, kw_only=True):
    """A member's sign-in was throttled after this many failures; recorded once for all of them."""

    user_id: UserId
    failures: int


DirectoryEvent = (
    OwnerRegistered
    | PartyCreated
    | MemberInvited
    | MemberJoined
    | RoleChanged
    | PartiesGranted
    | MemberRemoved
    | PersonalDataErased
    | PasswordResetRequested
    | PasswordChanged
    | ApiKeyCreated
    | ApiKeyRevoked
)

SCHEMAS = tuple(
    EventSchema(name=f"identity.{kind.__name__}", kind=kind)
    for kind in (
        OwnerRegistered,
        PartyCreated,
        MemberInvited,
        MemberJoined,
        RoleChanged,
        PartiesGranted,
        MemberRemoved,
        PersonalDataErased,
        PasswordResetRequested,
        PasswordChanged,
        ApiKeyCreated,
        ApiKeyRevoked,
        SignedIn,
        SignedOut,
        RefreshTokenReused,
        SignInFailed,
    )
)


def session_stream(session_id: str) -> str:
    """The journal stream of a session."""
    return f"session-{session_id}"

"""The credential that an account has: folded from its stream, pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from tradebook.identity.venue_credentials.events import (
    CredentialEvent,
    VenueCredentialAdded,
    VenueCredentialRemoved,
    VenueCredentialReplaced,
    WithdrawalRiskConfirmed,
)
from tradebook.identity.venue_credentials.permissions import KeyPermissions, note_on
from tradebook.kernel.ids import AccountId, UserId
from tradebook.kernel.messages import Value


class VenueCredential(Value, frozen=True, kw_only=True):
    """What is known of it without opening it."""

    credential_id: str
    account_id: AccountId
    venue: str
    hint: str
    permissions: KeyPermissions
    confirmation: str = ""
    """What an owner confirmed where the venue does not tell whether it can withdraw."""
    since: datetime
    user_id: UserId
    """Who connected it."""

    @property
    def note(self) -> str:
        """What one should know of it; empty where all is as usual."""
        return note_on(self.permissions)


class Connection(Value, frozen=True, kw_only=True):
    """An account's stream, folded: its credential, if it has one, and the version of the last event."""

    version: int = 0
    credential: VenueCredential | None = None


def evolve(connection: Connection, event: CredentialEvent) -> Connection:
    """Fold one fact."""
    match event:
        case VenueCredentialAdded() | VenueCredentialReplaced():
            credential: VenueCredential | None = VenueCredential(
                credential_id=event.credential_id,
                account_id=event.account_id,
                venue=event.venue,
                hint=event.hint,
                permissions=event.permissions,
                since=event.at,
                user_id=event.user_id,
            )
        case WithdrawalRiskConfirmed():
            assert connection.credential is not None  # recorded together with the credential it is about
            credential = replace(connection.credential, confirmation=event.statement)
        case VenueCredentialRemoved():
            credential = None
        case _:
            assert_never(event)
    return Connection(version=connection.version + 1, credential=credential)


def fold(connection: Connection, events: Iterable[CredentialEvent]) -> Connection:
    """Fold several."""
    for event in events:
        connection = evolve(connection, event)
    return connection


def connecting(held: VenueCredential | None, new: VenueCredential) -> list[CredentialEvent]:
    """What is recorded when an account gets a credential; nothing when it has that very one."""
    if held is not None and held.credential_id == new.credential_id:
        return []
    added: CredentialEvent
    if held is None:
        added = VenueCredentialAdded(
            at=new.since,
            credential_id=new.credential_id,
            account_id=new.account_id,
            venue=new.venue,
            user_id=new.user_id,
            hint=new.hint,
            permissions=new.permissions,
        )
    else:
        added = VenueCredentialReplaced(
            at=new.since,
            credential_id=new.credential_id,
            account_id=new.account_id,
            venue=new.venue,
            user_id=new.user_id,
            replaced_id=held.credential_id,
            hint=new.hint,
            permissions=new.permissions,
        )
    return [added, *_confirming(new)]


def _confirming(new: VenueCredential) -> list[CredentialEvent]:
    if not new.confirmation:
        return []
    return [
        WithdrawalRiskConfirmed(
            at=new.since,
            credential_id=new.credential_id,
            account_id=new.account_id,
            venue=new.venue,
            user_id=new.user_id,
            statement=new.confirmation,
        )
    ]


def removing(held: VenueCredential, *, user_id: UserId, at: datetime) -> VenueCredentialRemoved:
    """What is recorded when an account gives its credential up."""
    return VenueCredentialRemoved(
        at=at,
        credential_id=held.credential_id,
        account_id=held.account_id,
        venue=held.venue,
        user_id=user_id,
    )

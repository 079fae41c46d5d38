"""Facts about the credentials of venues. No secret is among them: a credential is named by its id.

Each account has a stream of its own, ``venue-credential-<account id>``; what is done to the keys that encrypt
keys stands in ``credential-keys``.
"""

from __future__ import annotations

from tradebook.identity.events import IdentityEvent
from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.journal.catalogue import EventSchema
from tradebook.kernel.ids import AccountId, UserId

KEYS_STREAM = "credential-keys"


class AccountCredentialEvent(IdentityEvent, frozen=True, kw_only=True):
    """Who did it to which credential of which account."""

    credential_id: str
    account_id: AccountId
    venue: str
    user_id: UserId


class VenueCredentialAdded(AccountCredentialEvent, frozen=True, kw_only=True):
    """The account has a credential from now on."""

    hint: str
    """Beginning and end of its public part: ``vmPU…x5Jr``."""
    permissions: KeyPermissions
    """As the venue told them then."""


class VenueCredentialReplaced(AccountCredentialEvent, frozen=True, kw_only=True):
    """Another credential took the place of the one before, which was destroyed."""

    replaced_id: str
    hint: str
    permissions: KeyPermissions


class WithdrawalRiskConfirmed(AccountCredentialEvent, frozen=True, kw_only=True):
    """The venue does not tell whether the key can withdraw; an owner says that it cannot."""

    statement: str
    """In their words."""


class VenueCredentialRemoved(AccountCredentialEvent, frozen=True, kw_only=True):
    """The credential was destroyed: the account is not connected any more."""


class CredentialKeyRotated(IdentityEvent, frozen=True, kw_only=True):
    """Every data key is wrapped under this key-encryption key, and none under an earlier one."""

    key_id: str
    rewrapped: int
    """How many data keys were wrapped anew for it, by this run."""


CredentialEvent = (
    VenueCredentialAdded | VenueCredentialReplaced | WithdrawalRiskConfirmed | VenueCredentialRemoved
)

SCHEMAS = tuple(
    EventSchema(name=f"identity.{kind.__name__}", kind=kind)
    for kind in (
        VenueCredentialAdded,
        VenueCredentialReplaced,
        WithdrawalRiskConfirmed,
        VenueCredentialRemoved,
        CredentialKeyRotated,
    )
)


def credential_stream(account_id: AccountId) -> str:
    """The journal stream of an account's credentials."""
    return f"venue-credential-{account_id}"

"""Venue credentials wired: where their keys lie, which venues can be asked, and whose account is where."""

from __future__ import annotations

from collections.abc import Mapping

from tradebook.bootstrap.foundation import Foundation
from tradebook.identity.principal import Principal
from tradebook.identity.venue_credentials.keys import KeyEncryption
from tradebook.identity.venue_credentials.permissions import PermissionCheck
from tradebook.identity.venue_credentials.places import keyring
from tradebook.identity.venue_credentials.service import OnChange, VenueCredentials
from tradebook.identity.venue_credentials.store import CredentialStore
from tradebook.kernel.ids import AccountId
from tradebook.trading.services.known_accounts import KnownAccounts

OWN_KEY = "credentials.key"


def venue_credentials(
    base: Foundation,
    accounts: KnownAccounts,
    *,
    permission_checks: Mapping[str, PermissionCheck],
    on_change: OnChange | None = None,
) -> VenueCredentials:
    """The service on a foundation; ``permission_checks`` has the venues that can be connected."""
    store = CredentialStore(base.pool)

    async def venue_of(principal: Principal, account_id: AccountId) -> str:
        return (await accounts.require(principal, account_id)).venue

    return VenueCredentials(
        journal=base.journal,
        store=store,
        keys=credential_keys(base, store),
        clock=base.clock,
        permission_checks=permission_checks,
        venue_of=venue_of,
        on_change=on_change,
    )


def credential_keys(base: Foundation, store: CredentialStore) -> KeyEncryption:
    """The key-encryption keys that the settings name."""
    return keyring(
        base.settings.credentials_kek,
        base.settings.credentials_kek_before,
        own_file=base.directory.keys / OWN_KEY,
        made_when=store.is_empty,
    )

"""Which accounts are connected, as the journal says; nothing is opened for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from tradebook.identity.venue_credentials.events import CredentialEvent, credential_stream
from tradebook.identity.venue_credentials.model import Connection, VenueCredential, fold
from tradebook.identity.venue_credentials.store import CredentialStore
from tradebook.journal.ports import Journal
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId


class Register:
    """Reads credentials without their secrets."""

    def __init__(self, journal: Journal, store: CredentialStore) -> None:
        self._journal = journal
        self._store = store

    async def load(self, account_id: AccountId) -> Connection:
        """The account's stream, folded."""
        connection = Connection()
        async for page in self._journal.load_events(credential_stream(account_id)):
            connection = fold(connection, [cast(CredentialEvent, event) for event in page])
        return connection

    async def get(self, account_id: AccountId) -> VenueCredential:
        """The account's credential. Raises NotFound where it has none."""
        credential = (await self.load(account_id)).credential
        if credential is None:
            raise NotFound("venue credential of account", account_id)
        return credential

    async def list(self) -> Sequence[tuple[VenueCredential, str]]:
        """All credentials by account, each with the id of the key-encryption key that it is under."""
        listed = []
        for account_id, key_id in await self._store.accounts():
            credential = (await self.load(account_id)).credential
            if credential is not None:
                listed.append((credential, key_id))
        return listed

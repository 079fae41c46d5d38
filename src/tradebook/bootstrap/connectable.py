"""Venues at which accounts can trade: from a credential to an account that is connected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog

from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.kernel.errors import NotFound, TradebookError
from tradebook.kernel.ids import AccountId
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.accounts.side import AccountSide

log = structlog.get_logger("tradebook.venues")


class Connectable(Protocol):
    """A venue, and what it makes of a credential."""

    @property
    def venue(self) -> RealVenue:
        """Where its accounts trade."""
        ...

    def side_of(self, secrets: SecretFields) -> AccountSide:
        """Who signs with the credential. Raises InvalidInput for one that cannot."""
        ...

    async def permissions(self, secrets: SecretFields) -> KeyPermissions:
        """What the venue says that the credential may do."""
        ...


async def connect_accounts(venues: Sequence[Connectable], credentials: VenueCredentials) -> None:
    """Every account that has a credential. One whose credential does not open stays out, and is told of."""
    for credential, _ in await credentials.register.list():
        await follow_credential(venues, credentials, credential.account_id)


async def follow_credential(
    venues: Sequence[Connectable], credentials: VenueCredentials, account_id: AccountId
) -> None:
    """The account trades by the credential that it has now, or no more."""
    try:
        venue = (await credentials.register.get(account_id)).venue
        secrets = await credentials.open_for(account_id)
        for each in venues:
            if each.venue.name == venue:
                each.venue.connect(account_id, each.side_of(secrets))
    except NotFound:
        for each in venues:
            await each.venue.disconnect(account_id)
    except TradebookError as error:
        log.error("credential_does_not_open", account_id=account_id, code=error.code)  # noqa: TRY400  # told whole

"""A venue at which accounts can trade: from a credential to an account that is connected."""

from __future__ import annotations

from collections.abc import Sequence
from random import SystemRandom
from typing import Protocol

import msgspec
import structlog

from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import NotFound, TradebookError
from tradebook.kernel.ids import AccountId
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.accounts.side import AccountSide
from tradebook.venues.binance.capabilities import SPOT
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.binance.signing import Credentials, signer_of
from tradebook.venues.binance.spot_side import SpotSide
from tradebook.venues.binance.wire import VENUE
from tradebook.venues.connections.picows_socket import connect

log = structlog.get_logger("tradebook.venues")


class CanConnect(Protocol):
    """A venue at which accounts can be connected."""

    venue: RealVenue

    def side_of(self, secrets: SecretFields) -> AccountSide:
        """Who signs with the credential. Raises InvalidInput for one that cannot."""
        ...

    async def permissions(self, secrets: SecretFields) -> KeyPermissions:
        """What the venue says that the credential may do."""
        ...


class Connectable:
    """Implements ``CanConnect`` for Binance's spot market."""

    def __init__(self, market: SpotMarket, clock: Clock) -> None:
        self._market = market
        self._clock = clock
        self.venue = RealVenue(VENUE, SPOT, connector=connect, clock=clock, chance=SystemRandom())

    def side_of(self, secrets: SecretFields) -> SpotSide:
        """Who signs with the credential. Raises InvalidInput for one that cannot."""
        signer = signer_of(secrets.reveal("secret"))
        return SpotSide(self._market, Credentials(secrets.reveal("api_key"), signer), self._clock)

    async def permissions(self, secrets: SecretFields) -> KeyPermissions:
        """What the venue says that the credential may do."""
        told = await self.side_of(secrets).permissions()
        return KeyPermissions(**msgspec.structs.asdict(told))


async def connect_accounts(venues: Sequence[CanConnect], credentials: VenueCredentials) -> None:
    """Every account that has a credential. One whose credential does not open stays out, and is told of."""
    for credential, _ in await credentials.register.list():
        await follow_credential(venues, credentials, credential.account_id)


async def follow_credential(
    venues: Sequence[CanConnect], credentials: VenueCredentials, account_id: AccountId
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

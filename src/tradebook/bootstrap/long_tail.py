"""The exchanges that are reached through ccxt, wired: their prices, and accounts at them."""

from __future__ import annotations

from random import SystemRandom

import msgspec

from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import new_id
from tradebook.venues.accounts.cursors import Cursors
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.polling import PolledConnector
from tradebook.venues.ccxt.side import CcxtSide

CCXT_NAMES = (
    ("api_key", "apiKey"),
    ("secret", "secret"),
    ("passphrase", "password"),
    ("uid", "uid"),
    ("login", "login"),
    ("wallet_address", "walletAddress"),
    ("private_key", "privateKey"),
    ("token", "token"),
)
"""What we call what opens an account, and what ccxt calls it."""


class CcxtAccounts:
    """Implements ``Connectable`` for one exchange."""

    def __init__(self, market: CcxtMarket, streams: PolledConnector, clock: Clock, cursors: Cursors) -> None:
        self._market = market
        self._streams = streams
        self.venue = RealVenue(
            market.exchange_id,
            market.profile.capabilities,
            connector=streams,
            clock=clock,
            chance=SystemRandom(),
            cursors=cursors,
        )

    def side_of(self, secrets: SecretFields) -> CcxtSide:
        """Who signs with the credential. Raises InvalidInput for one that lacks what the exchange needs."""
        for ours, theirs in CCXT_NAMES:
            if self._market.client.requiredCredentials.get(theirs):
                secrets.reveal(ours)
        client = self._market.client_of(
            {theirs: secrets.reveal(ours) for ours, theirs in CCXT_NAMES if ours in secrets.names}
        )
        return CcxtSide(self._market, client, self._streams, name=new_id(), mask=secrets.mask)

    async def permissions(self, secrets: SecretFields) -> KeyPermissions:
        """What the exchange says that the credential may do; None where it does not say."""
        told = await self.side_of(secrets).permissions()
        return KeyPermissions(**msgspec.structs.asdict(told))

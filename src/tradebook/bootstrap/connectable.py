"""The venues at which accounts can trade: from a credential to an account that is connected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import SystemRandom
from typing import Protocol

import msgspec
import structlog

from tradebook.bootstrap.agent_credentials import agent_of, vault_of, wallet_of
from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import NotFound, TradebookError
from tradebook.kernel.ids import AccountId
from tradebook.trading.ports import Capabilities
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.accounts.side import AccountSide
from tradebook.venues.binance import signing as binance
from tradebook.venues.binance import spot_side as binance_side
from tradebook.venues.binance.capabilities import SPOT
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.binance.signing import signer_of
from tradebook.venues.binance.wire import VENUE as BINANCE
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.hyperliquid import capabilities as hyperliquid
from tradebook.venues.hyperliquid import spot_side as hyperliquid_side
from tradebook.venues.hyperliquid.nonces import NonceBook
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.hyperliquid.reading import VENUE as HYPERLIQUID
from tradebook.venues.messages import account as messages

log = structlog.get_logger("tradebook.venues")


class KeyedSide(AccountSide, Protocol):
    """A side that can say what its key may do."""

    async def permissions(self) -> messages.KeyPermissions:
        """As the venue tells it."""
        ...


class Connectable:
    """A venue at which accounts can be connected with a credential."""

    def __init__(
        self,
        name: str,
        capabilities: Capabilities,
        side_of: Callable[[SecretFields], KeyedSide],
        clock: Clock,
    ) -> None:
        """``side_of`` gives who signs with a credential; it raises InvalidInput for one that cannot."""
        self.side_of = side_of
        self.venue = RealVenue(name, capabilities, connector=connect, clock=clock, chance=SystemRandom())

    async def permissions(self, secrets: SecretFields) -> KeyPermissions:
        """What the venue says that the credential may do."""
        told = await self.side_of(secrets).permissions()
        return KeyPermissions(**msgspec.structs.asdict(told))


def connectable_at(market: PublicMarket, clock: Clock, nonces: NonceBook) -> Connectable | None:
    """The venue of a market whose accounts can trade on it; None for a market that is only watched."""
    match market:
        case SpotMarket():
            return _at_binance(market, clock)
        case HyperliquidMarket():
            return _at_hyperliquid(market, clock, nonces)
        case _:
            return None


def _at_binance(market: SpotMarket, clock: Clock) -> Connectable:
    def side_of(secrets: SecretFields) -> binance_side.SpotSide:
        signer = signer_of(secrets.reveal("secret"))
        return binance_side.SpotSide(market, binance.Credentials(secrets.reveal("api_key"), signer), clock)

    return Connectable(BINANCE, SPOT, side_of, clock)


def _at_hyperliquid(market: HyperliquidMarket, clock: Clock, nonces: NonceBook) -> Connectable:
    def side_of(secrets: SecretFields) -> hyperliquid_side.SpotSide:
        return hyperliquid_side.SpotSide(
            market, agent_of(secrets), nonces, clock, wallet=wallet_of(secrets), vault=vault_of(secrets)
        )

    return Connectable(HYPERLIQUID, hyperliquid.SPOT, side_of, clock)


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

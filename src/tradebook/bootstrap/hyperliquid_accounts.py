"""Accounts at Hyperliquid: a wallet's address, and the key of an agent that it has approved."""

from __future__ import annotations

from random import SystemRandom

import msgspec

from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import InvalidInput
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.hyperliquid.agents import address_of, permissions_of
from tradebook.venues.hyperliquid.capabilities import SPOT
from tradebook.venues.hyperliquid.nonces import NonceBook
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.hyperliquid.reading import VENUE
from tradebook.venues.hyperliquid.signing import Signer
from tradebook.venues.hyperliquid.spot_side import SpotSide

WALLET, AGENT, VAULT = "wallet_address", "agent_key", "vault_address"
"""Fields of a credential; the last one is there where a sub-account or a vault is traded for."""


class HyperliquidAccounts:
    """Implements ``Connectable``."""

    def __init__(self, market: HyperliquidMarket, nonces: NonceBook, clock: Clock) -> None:
        self._market = market
        self._nonces = nonces
        self._clock = clock
        self.venue = RealVenue(VENUE, SPOT, connector=connect, clock=clock, chance=SystemRandom())

    def side_of(self, secrets: SecretFields) -> SpotSide:
        """Who signs with the credential. Raises InvalidInput for one that cannot."""
        return SpotSide(
            self._market,
            _signer_of(secrets),
            self._nonces,
            self._clock,
            wallet=address_of(secrets.reveal(WALLET), field=f"secrets.{WALLET}"),
            vault=_vault_of(secrets),
        )

    async def permissions(self, secrets: SecretFields) -> KeyPermissions:
        """What the venue says that the key may do for the account."""
        wallet = address_of(secrets.reveal(WALLET), field=f"secrets.{WALLET}")
        told = await permissions_of(
            self._market.rest, _signer_of(secrets).address, wallet=wallet, vault=_vault_of(secrets)
        )
        return KeyPermissions(**msgspec.structs.asdict(told))


def _signer_of(secrets: SecretFields) -> Signer:
    secrets.reveal(AGENT)  # raises where it is missing
    try:
        return Signer(secrets.reveal(AGENT))
    except InvalidInput:
        pass
    raise InvalidInput(f"secrets.{AGENT}", "is no private key", "give 32 bytes in hexadecimal, with 0x first")


def _vault_of(secrets: SecretFields) -> str | None:
    if VAULT not in secrets.names:
        return None
    return address_of(secrets.reveal(VAULT), field=f"secrets.{VAULT}")

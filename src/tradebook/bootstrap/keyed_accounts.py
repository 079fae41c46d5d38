"""Accounts at the venues that have adapters of their own: who signs, and what the venue lets him."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import SystemRandom
from typing import Protocol

import msgspec

from tradebook.bootstrap.agent_credentials import agent_of, vault_of, wallet_of
from tradebook.bootstrap.venue_memory import VenueMemory
from tradebook.identity.venue_credentials.permissions import KeyPermissions
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import derive_id
from tradebook.trading.ports import Capabilities
from tradebook.venues.accounts.cursors import Cursors
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.accounts.side import AccountSide
from tradebook.venues.binance import signing as binance
from tradebook.venues.binance import spot_side as binance_side
from tradebook.venues.binance.capabilities import FUTURES, SPOT
from tradebook.venues.binance.futures_public import FuturesMarket
from tradebook.venues.binance.futures_side import FuturesSide
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.binance.wire import USDM
from tradebook.venues.binance.wire import VENUE as BINANCE
from tradebook.venues.bybit import signing as bybit
from tradebook.venues.bybit import unified_side as bybit_side
from tradebook.venues.bybit.capabilities import UNIFIED
from tradebook.venues.bybit.public import BybitMarket
from tradebook.venues.bybit.wire.base import VENUE as BYBIT
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.hyperliquid import capabilities as hyperliquid
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.hyperliquid.reading import VENUE as HYPERLIQUID
from tradebook.venues.hyperliquid.wallet_side import WalletSide
from tradebook.venues.messages import account as messages


class KeyedSide(AccountSide, Protocol):
    """A side that can say what its key may do."""

    async def permissions(self) -> messages.KeyPermissions:
        """As the venue tells it."""
        ...


class KeyedAccounts:
    """Implements ``Connectable``."""

    def __init__(
        self,
        name: str,
        capabilities: Capabilities,
        side_of: Callable[[SecretFields], KeyedSide],
        clock: Clock,
        cursors: Cursors,
    ) -> None:
        """``side_of`` gives who signs with a credential; it raises InvalidInput for one that cannot."""
        self.side_of = side_of
        self.venue = RealVenue(
            name, capabilities, connector=connect, clock=clock, chance=SystemRandom(), cursors=cursors
        )

    async def permissions(self, secrets: SecretFields) -> KeyPermissions:
        """What the venue says that the credential may do."""
        told = await self.side_of(secrets).permissions()
        account = None if told.account is None else derive_id("venue-account", self.venue.name, told.account)
        return KeyPermissions(**{**msgspec.structs.asdict(told), "account": account})


def accounts_at_binance(market: SpotMarket, clock: Clock, memory: VenueMemory) -> KeyedAccounts:
    """Those that trade on the market."""

    def side_of(secrets: SecretFields) -> binance_side.SpotSide:
        return binance_side.SpotSide(market, _of_binance(secrets), clock)

    return KeyedAccounts(BINANCE, SPOT, side_of, clock, memory.cursors)


def accounts_at_binance_usdm(market: FuturesMarket, clock: Clock, memory: VenueMemory) -> KeyedAccounts:
    """Those that trade USD-M futures."""

    def side_of(secrets: SecretFields) -> FuturesSide:
        return FuturesSide(market, _of_binance(secrets), clock)

    return KeyedAccounts(USDM, FUTURES, side_of, clock, memory.cursors)


def accounts_at_bybit(markets: Sequence[BybitMarket], clock: Clock, memory: VenueMemory) -> KeyedAccounts:
    """Those that trade on the markets, spot first: one account for all of them."""

    def side_of(secrets: SecretFields) -> bybit_side.UnifiedSide:
        credentials = bybit.Credentials(secrets.reveal("api_key"), secrets.reveal("secret"))
        return bybit_side.UnifiedSide(markets, credentials, clock)

    return KeyedAccounts(BYBIT, UNIFIED, side_of, clock, memory.cursors)


def accounts_at_hyperliquid(market: HyperliquidMarket, clock: Clock, memory: VenueMemory) -> KeyedAccounts:
    """Those of wallets that trade on the market by an agent."""

    def side_of(secrets: SecretFields) -> WalletSide:
        return WalletSide(
            market,
            agent_of(secrets),
            memory.nonces,
            clock,
            wallet=wallet_of(secrets),
            vault=vault_of(secrets),
        )

    return KeyedAccounts(HYPERLIQUID, hyperliquid.ACCOUNT, side_of, clock, memory.cursors)


def _of_binance(secrets: SecretFields) -> binance.Credentials:
    return binance.Credentials(secrets.reveal("api_key"), binance.signer_of(secrets.reveal("secret")))

"""The simulated Hyperliquid with one account: a wallet, and an agent that it has approved."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.venues.hyperliquid.agents import address_of
from tradebook.venues.hyperliquid.signing import Signer
from tradebook.venues.simulators.hyperliquid.accounts import Agent, Customer
from tradebook.venues.simulators.hyperliquid.symbols import QUOTE
from tradebook.venues.simulators.hyperliquid.venue import HyperliquidVenue

AGENT_DAYS = 90
MS_PER_DAY = 24 * 60 * 60 * 1000


def hyperliquid_with_account(
    instruments: Iterable[Instrument],
    clock: Clock,
    *,
    key_pair: tuple[str, str] | None,
    can_withdraw: bool,
    balances: Mapping[str, Decimal],
) -> tuple[HyperliquidVenue, Mapping[str, str] | None]:
    """The venue, and a wallet's address with its agent's key where they were made here.

    ``balances`` are what it has on spot at first; of USDC it has as much for perpetuals. ``key_pair`` is
    both; None makes them. With ``can_withdraw`` the key is the wallet's own. Raises InvalidInput for an
    address or a key that is none.
    """
    key = f"0x{secrets.token_hex(32)}" if key_pair is None else key_pair[1]
    signer = Signer(key).address
    wallet = Signer(f"0x{secrets.token_hex(32)}").address
    if key_pair is not None:
        wallet = address_of(key_pair[0], field="api_key")
    if can_withdraw:
        wallet = signer
    until = round(clock.now().timestamp() * 1000) + AGENT_DAYS * MS_PER_DAY
    agents = [] if signer == wallet else [Agent(address=signer, name="tradebook", valid_until=until)]
    collateral = {str(QUOTE): balances.get(QUOTE, ZERO)}
    customer = Customer(wallet, balances=balances, collateral=collateral, agents=agents)
    told = {"wallet_address": wallet, "agent_key": key} if key_pair is None else None
    return HyperliquidVenue(instruments, clock, customers=[customer]), told

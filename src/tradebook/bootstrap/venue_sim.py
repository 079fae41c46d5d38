"""``tradebook venue-sim``: a simulated venue on a port of this machine, for as long as it is wanted."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import Callable, Mapping
from decimal import Decimal

from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import new_id
from tradebook.venues.simulated.source import SimulatedMarket
from tradebook.venues.simulators.binance.accounts import ApiKey, Permissions, SpotAccount
from tradebook.venues.simulators.binance.keys import proof_of
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.clocks import SkewedClock
from tradebook.venues.simulators.faults import Faults, NoFaults, SeededFaults
from tradebook.venues.simulators.server import serving


async def simulate_venue(
    *,
    port: int,
    seed: int,
    key_pair: tuple[str, str] | None,
    can_withdraw: bool,
    balances: Mapping[str, Decimal],
    faults: tuple[int, float] | None,
    clock_skew_s: float,
    on_milestone: Callable[[str, Mapping[str, str]], None],
) -> None:
    """Binance until SIGINT or SIGTERM, with one account.

    ``key_pair`` is a key with its secret, or with its public key in PEM; None makes one and tells it.
    ``faults`` is a seed, and which part of all requests and frames goes wrong. The venue's clock is
    ``clock_skew_s`` ahead of the machine's. Raises InvalidInput for a public key that cannot be read.
    """
    api_key, secret = key_pair or (secrets.token_hex(32), secrets.token_hex(32))
    permissions = Permissions(withdrawals=can_withdraw)
    key = ApiKey(api_key=api_key, proof=proof_of(secret), permissions=permissions)
    account = SpotAccount(1, keys=[key], balances=balances)
    clock = SkewedClock(SystemClock(), ahead_s=clock_skew_s)
    market = SimulatedMarket(clock, seed=seed, run_id=new_id())
    venue = BinanceVenue(market.instruments(), clock, accounts=[account])
    mishaps: Faults = NoFaults() if faults is None else SeededFaults(*faults)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(venue, market, port=port, faults=mishaps) as url:
        on_milestone("ready", {"url": url})
        if key_pair is None:
            on_milestone("key", {"api_key": api_key, "api_secret": secret})
        await stop.wait()
        venue.shut_down()

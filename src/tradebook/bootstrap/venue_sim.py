"""``tradebook venue-sim``: a simulated venue on a port of this machine, for as long as it is wanted."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from tradebook.bootstrap.simulated_hyperliquid import hyperliquid_with_account
from tradebook.kernel.clock import Clock, SystemClock
from tradebook.kernel.ids import new_id
from tradebook.market.values import Instrument
from tradebook.venues.simulated.instruments import CHARACTERS, EVERYTHING
from tradebook.venues.simulated.source import SimulatedMarket
from tradebook.venues.simulators.binance import public as binance
from tradebook.venues.simulators.binance.both import BothMarkets
from tradebook.venues.simulators.bybit import public as bybit
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.venue import BybitVenue
from tradebook.venues.simulators.clocks import SkewedClock
from tradebook.venues.simulators.faults import Faults, NoFaults, SeededFaults
from tradebook.venues.simulators.hyperliquid import public as hyperliquid
from tradebook.venues.simulators.keys import proof_of
from tradebook.venues.simulators.server import serving
from tradebook.venues.simulators.spot.accounts import ApiKey, Permissions
from tradebook.venues.simulators.stream_faults import StreamFaults, by_prefix
from tradebook.venues.simulators.venue import SimulatedVenue

Milestone = Callable[[str, Mapping[str, str]], None]
Account = tuple[Sequence[ApiKey], Mapping[str, Decimal]]
"""Its keys, and what it has."""


def _binance(instruments: Iterable[Instrument], clock: Clock, account: Account) -> SimulatedVenue:
    keys, balances = account
    return BothMarkets(instruments, clock, keys=keys, balances=balances)


def _bybit(instruments: Iterable[Instrument], clock: Clock, account: Account) -> SimulatedVenue:
    keys, balances = account
    return BybitVenue(instruments, clock, accounts=[BybitAccount(1, keys=keys, balances=balances)])


WITH_ACCOUNT: Mapping[str, Callable[[Iterable[Instrument], Clock, Account], SimulatedVenue]] = {
    "binance": _binance,
    "bybit": _bybit,
}
WITH_CONTRACTS = frozenset({"binance"})
"""Where contracts are instruments of their own: elsewhere what is traded as a pair is a contract as well."""
STREAM_NAMES: Mapping[str, bytes] = {
    "binance": binance.STREAM_NAME,
    "bybit": bybit.STREAM_NAME,
    "hyperliquid": hyperliquid.STREAM_NAME,
}
"""What frames of public streams begin with."""


async def simulate_venue(
    *,
    venue: str,
    port: int,
    seed: int,
    key_pair: tuple[str, str] | None,
    can_withdraw: bool,
    balances: Mapping[str, Decimal],
    faults: tuple[int, float] | None,
    stream_faults: float,
    clock_skew_s: float,
    on_milestone: Milestone,
) -> None:
    """One venue until SIGINT or SIGTERM, with one account.

    ``key_pair`` is a key with its secret, or with its public key in PEM; at Hyperliquid a wallet with the key
    of its agent. None makes one and tells it.
    ``faults`` is a seed, and which part of all requests and of an account's frames goes wrong; then each
    public stream has ``stream_faults`` a minute. The venue's clock is ``clock_skew_s`` ahead of the
    machine's. Raises InvalidInput for a public key that cannot be read.
    """
    clock = SkewedClock(SystemClock(), ahead_s=clock_skew_s)
    characters = EVERYTHING if venue in WITH_CONTRACTS else CHARACTERS
    market = SimulatedMarket(clock, seed=seed, run_id=new_id(), characters=characters)
    mishaps = _mishaps(venue, faults, stream_faults)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    simulated: SimulatedVenue
    told: Mapping[str, str] | None
    if venue == "hyperliquid":
        simulated, told = hyperliquid_with_account(
            market.instruments(), clock, key_pair=key_pair, can_withdraw=can_withdraw, balances=balances
        )
    else:
        api_key, secret = key_pair or (secrets.token_hex(32), secrets.token_hex(32))
        key = ApiKey(
            api_key=api_key, proof=proof_of(secret), permissions=Permissions(withdrawals=can_withdraw)
        )
        simulated = WITH_ACCOUNT[venue](market.instruments(), clock, ([key], balances))
        told = {"api_key": api_key, "api_secret": secret} if key_pair is None else None
    async with serving(simulated, market, port=port, faults=mishaps) as url:
        on_milestone("ready", {"url": url})
        if told is not None:
            on_milestone("agent" if venue == "hyperliquid" else "key", told)
        await stop.wait()
        if isinstance(simulated, BothMarkets):
            simulated.shut_down()


def _mishaps(venue: str, faults: tuple[int, float] | None, per_minute: float) -> Faults:
    if faults is None:
        return NoFaults()
    seed, rate = faults
    stream_of = by_prefix(STREAM_NAMES[venue])
    return StreamFaults(
        SeededFaults(seed, rate), stream_of, seed=seed, per_minute=per_minute, clock=SystemClock()
    )

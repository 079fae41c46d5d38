"""``tradebook venue-sim``: a simulated venue on a port of this machine, for as long as it is wanted."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Mapping

from tradebook.kernel.clock import Clock, SystemClock
from tradebook.kernel.ids import new_id
from tradebook.market.values import Instrument
from tradebook.venues.simulated.source import SimulatedMarket
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.bybit.venue import BybitVenue
from tradebook.venues.simulators.hyperliquid.venue import HyperliquidVenue
from tradebook.venues.simulators.server import serving
from tradebook.venues.simulators.venue import SimulatedVenue

VENUES: Mapping[str, Callable[[Iterable[Instrument], Clock], SimulatedVenue]] = {
    "binance": BinanceVenue,
    "bybit": BybitVenue,
    "hyperliquid": HyperliquidVenue,
}


async def simulate_venue(
    *, venue: str, port: int, seed: int, on_milestone: Callable[[str, Mapping[str, str]], None]
) -> None:
    """One of ``VENUES`` until SIGINT or SIGTERM. Raises KeyError for another."""
    speaks_as = VENUES[venue]
    clock = SystemClock()
    market = SimulatedMarket(clock, seed=seed, run_id=new_id())
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(speaks_as(market.instruments(), clock), market, port=port) as url:
        on_milestone("ready", {"url": url})
        await stop.wait()

"""``tradebook venue-sim``: a simulated venue on a port of this machine, for as long as it is wanted."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping

from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import new_id
from tradebook.venues.simulated.source import SimulatedMarket
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.server import serving


async def simulate_venue(
    *, port: int, seed: int, on_milestone: Callable[[str, Mapping[str, str]], None]
) -> None:
    """Binance until SIGINT or SIGTERM."""
    clock = SystemClock()
    market = SimulatedMarket(clock, seed=seed, run_id=new_id())
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(BinanceVenue(market.instruments(), clock), market, port=port) as url:
        on_milestone("ready", {"url": url})
        await stop.wait()

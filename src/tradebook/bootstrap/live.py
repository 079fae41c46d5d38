"""The venues' live markets wired: which there are, and over which sockets."""

from __future__ import annotations

from random import SystemRandom

from tradebook.infra.settings import Settings
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId, new_id
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.connections.http import HttpxHttp
from tradebook.venues.connections.live_market import LiveMarket
from tradebook.venues.connections.picows_socket import connect


def live_market(settings: Settings, clock: Clock) -> LiveMarket:
    """Made, not started."""
    http = HttpxHttp()
    return LiveMarket(
        [SpotMarket(http, clock, url=settings.binance_url)],
        watched=[InstrumentId(each) for each in settings.live_instruments],
        run_id=new_id(),
        clock=clock,
        connector=connect,
        chance=SystemRandom(),
        close=http.close,
    )

"""The venues' live markets and accounts wired: which there are, and over which sockets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import assert_never

from tradebook.bootstrap.connectable import Connectable
from tradebook.infra.settings import LiveVenue, Settings
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId, new_id
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.bybit.public import public_markets
from tradebook.venues.connections.http import Http, HttpxHttp
from tradebook.venues.connections.live_market import LiveMarket
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.hyperliquid.public import HyperliquidMarket


@dataclass(frozen=True)
class LiveVenues:
    """The venues that the settings name."""

    market: LiveMarket
    connectable: Sequence[Connectable]
    """Those at which accounts can trade."""


def live_venues(settings: Settings, clock: Clock) -> LiveVenues:
    """Made, not started."""
    http = HttpxHttp()
    markets = [
        market
        for venue in settings.live_venues
        for market in _markets_of(venue, settings, http=http, clock=clock)
    ]
    market = LiveMarket(
        markets,
        watched=[InstrumentId(each) for each in settings.live_instruments],
        run_id=new_id(),
        clock=clock,
        connector=connect,
        chance=SystemRandom(),
        close=http.close,
    )
    return LiveVenues(market, [Connectable(each, clock) for each in markets if isinstance(each, SpotMarket)])


def _markets_of(venue: LiveVenue, settings: Settings, *, http: Http, clock: Clock) -> Sequence[PublicMarket]:
    match venue:
        case "binance":
            return [SpotMarket(http, clock, url=settings.binance_url)]
        case "bybit":
            return public_markets(http, clock, url=settings.bybit_url)
        case "hyperliquid":
            return [HyperliquidMarket(http, clock, url=settings.hyperliquid_url)]
    assert_never(venue)

"""The venues' live markets and accounts wired: which there are, and over which sockets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom
from typing import Protocol, assert_never

from tradebook.bootstrap.connectable import Connectable
from tradebook.bootstrap.keyed_accounts import (
    accounts_at_binance,
    accounts_at_binance_usdm,
    accounts_at_bybit,
    accounts_at_hyperliquid,
)
from tradebook.bootstrap.long_tail import CcxtAccounts
from tradebook.bootstrap.venue_memory import VenueMemory
from tradebook.infra.settings import LiveVenue, Settings
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId, new_id
from tradebook.market.needs import SETTINGS, Needs
from tradebook.trading.ports import VenueConnection, VenueHealth, VenueState
from tradebook.venues.binance.futures_public import FuturesMarket
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.bybit.public import BybitMarket, public_markets
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.polling import PolledConnector, either_connector
from tradebook.venues.ccxt.prices import CcxtPrices
from tradebook.venues.connections.breaker import CircuitBreaker
from tradebook.venues.connections.health import ConnectionHealth, ConnectionState, MarketHealth
from tradebook.venues.connections.http import Http, HttpxHttp
from tradebook.venues.connections.live_market import LiveMarket
from tradebook.venues.connections.past_candles import MarketWithPast, VenuePast
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.hyperliquid.public import HyperliquidMarket


class MarketOfVenue(PublicMarket, MarketWithPast, Protocol):
    """One that streams, and tells its past."""


@dataclass(frozen=True)
class LiveVenues:
    """The venues that the settings name."""

    market: LiveMarket
    needs: Needs
    past: VenuePast
    connectable: Sequence[Connectable]
    """Those at which accounts can trade."""
    venue_of_market: Mapping[str, str]
    """By the market's name."""
    breakers: Mapping[str, CircuitBreaker]
    """By the venue's name."""
    close: Callable[[], Awaitable[None]]
    """To be called when nothing more is to be said to any of them."""

    def price_health(self) -> dict[str, VenueHealth]:
        """How prices come from each venue, from what is known without asking it."""
        markets: defaultdict[str, list[MarketHealth]] = defaultdict(list)
        for each in self.market.health:
            markets[self.venue_of_market[each.name]].append(each)
        return {venue: _prices_of(each, self.breakers[venue]) for venue, each in markets.items()}


def live_venues(settings: Settings, clock: Clock, memory: VenueMemory) -> LiveVenues:
    """Made, not started."""
    http = HttpxHttp()
    breakers = {
        venue: CircuitBreaker(http, clock, venue=venue)
        for venue in (*settings.live_venues, *settings.ccxt_exchanges)
    }
    of_venue: dict[str, Sequence[MarketOfVenue]] = {
        venue: _markets_of(venue, settings, http=breakers[venue], clock=clock)
        for venue in settings.live_venues
    }
    polls = PolledConnector(clock)
    long_tail = [CcxtMarket(each, breakers[each], clock, sockets=connect) for each in settings.ccxt_exchanges]
    by_venue: dict[str, Sequence[PublicMarket]] = {
        **of_venue,
        **{each.exchange_id: [CcxtPrices(each, polls)] for each in long_tail},
    }
    markets = [market for each in by_venue.values() for market in each]
    needs = Needs(clock)
    needs.state(SETTINGS, [InstrumentId(each) for each in settings.live_instruments])
    live = LiveMarket(
        markets,
        needs=needs,
        run_id=new_id(),
        clock=clock,
        connector=either_connector(polls, connect),
        chance=SystemRandom(),
    )
    return LiveVenues(
        live,
        needs,
        VenuePast([market for each in of_venue.values() for market in each]),
        [
            *(accounts for each in of_venue.values() if (accounts := _accounts_at(each, clock, memory))),
            *(CcxtAccounts(each, polls, clock, memory.cursors) for each in long_tail),
        ],
        {market.name: venue for venue, each in by_venue.items() for market in each},
        breakers,
        http.close,
    )


def _accounts_at(markets: Sequence[PublicMarket], clock: Clock, memory: VenueMemory) -> Connectable | None:
    """The accounts that trade on the markets of a venue; None where they are only watched."""
    match markets[0]:
        case SpotMarket() as market:
            return accounts_at_binance(market, clock, memory)
        case FuturesMarket() as market:
            return accounts_at_binance_usdm(market, clock, memory)
        case BybitMarket():
            return accounts_at_bybit(
                [each for each in markets if isinstance(each, BybitMarket)], clock, memory
            )
        case HyperliquidMarket() as market:
            return accounts_at_hyperliquid(market, clock, memory)
        case _:
            return None


def _prices_of(markets: Sequence[MarketHealth], breaker: CircuitBreaker) -> VenueHealth:
    told = [breaker.problem(), *(each.problem() for each in markets)]
    problems = [each for each in told if each]
    connections = tuple(_connection(each) for market in markets for each in market.connections)
    return VenueHealth(
        state=VenueState.DEGRADED if problems else VenueState.OK,
        detail="; ".join(problems) or f"{sum(each.streams for each in connections)} streams of prices",
        connections=connections,
    )


def _connection(health: ConnectionHealth) -> VenueConnection:
    return VenueConnection(
        name=health.name,
        is_open=health.state is ConnectionState.OPEN,
        since=health.since,
        streams=health.streams,
        losses=health.losses,
        last_problem=health.last_problem,
    )


def _markets_of(venue: LiveVenue, settings: Settings, *, http: Http, clock: Clock) -> Sequence[MarketOfVenue]:
    match venue:
        case "binance":
            return [SpotMarket(http, clock, url=settings.binance_url)]
        case "binance-usdm":
            return [FuturesMarket(http, clock, url=settings.binance_url)]
        case "bybit":
            return public_markets(http, clock, url=settings.bybit_url)
        case "hyperliquid":
            return [HyperliquidMarket(http, clock, url=settings.hyperliquid_url)]
    assert_never(venue)

"""Live market data through ccxt over real sockets: Binance's spot market, as ccxt speaks with it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from tests.support import live_markets
from tests.support.ccxt_account import market_at
from tests.support.live_markets import CLOCK, Picture, Simulation
from tests.support.waiting import eventually

from tradebook.kernel.ids import InstrumentId
from tradebook.market.needs import SETTINGS
from tradebook.venues.ccxt.polling import PolledConnector, either_connector
from tradebook.venues.ccxt.prices import CcxtPrices
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.simulated.instruments import EVERYTHING
from tradebook.venues.simulators.binance.both import BothMarkets

BTC = InstrumentId("BTC-USDT.BINANCE")
ASKED = "/api/v3/depth"


def simulated() -> AbstractAsyncContextManager[Simulation]:
    return live_markets.simulated(
        lambda source: BothMarkets(source.instruments(), CLOCK, keys=(), balances={}), EVERYTHING
    )


def picture_of(
    simulation: Simulation, *watched: InstrumentId, listens: bool = True
) -> AbstractAsyncContextManager[Picture]:
    polls = PolledConnector(CLOCK)

    def markets(http: Http) -> Sequence[PublicMarket]:
        sockets = connect if listens else None
        return [CcxtPrices(market_at(http, CLOCK, simulation.url, sockets=sockets), polls)]

    return live_markets.picture_of(markets, *watched, connector=either_connector(polls, connect))


def books_asked(simulation: Simulation) -> int:
    return sum(each.path == ASKED for each in simulation.venue.requests)


async def test_a_book_is_followed_by_its_changes_and_asked_for_once() -> None:
    async with simulated() as venue, picture_of(venue, BTC) as it:
        await eventually(lambda: it.is_whole(BTC) and it.has_prices(BTC))
        await it.hear_more(20)
        (health,) = it.market.health
        assert (health.undecodable, health.refused) == (0, ())
        assert books_asked(venue) == 1


async def test_a_market_that_went_away_comes_back() -> None:
    async with simulated() as venue, picture_of(venue, BTC) as it:
        await eventually(lambda: it.is_whole(BTC))
        venue.venue.say(b"this is no JSON {")
        await eventually(lambda: len(venue.venue.clients) > 1)
        await it.hear_more(20)


async def test_what_nobody_watches_any_more_is_listened_to_no_more() -> None:
    async with simulated() as venue, picture_of(venue, BTC) as it:
        await eventually(lambda: it.has_prices(BTC))
        it.needs.state(SETTINGS, [])
        await eventually(lambda: sum(each.streams for each in it.market.health[0].connections) == 0)
        await eventually(lambda: sum(b'"UNSUBSCRIBE"' in each for each in venue.venue.received) == 2)


async def test_where_there_are_no_streams_prices_are_asked_for() -> None:
    async with simulated() as venue, picture_of(venue, BTC, listens=False) as it:
        await eventually(lambda: it.is_whole(BTC) and it.has_prices(BTC))
        assert venue.venue.received == []
        first = books_asked(venue)
        await eventually(lambda: books_asked(venue) > first)

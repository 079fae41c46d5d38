"""Live market data over real sockets: the simulated Binance on loopback, and our connections to it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AsyncExitStack

from tests.support import live_markets
from tests.support.live_markets import CLOCK, Picture, Simulation
from tests.support.server import free_port
from tests.support.waiting import eventually

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.first_prices import FirstPrices
from tradebook.market.needs import WATCHERS
from tradebook.market.values import MarketEvent
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.connections.health import ConnectionState
from tradebook.venues.simulators.binance.venue import BinanceVenue

BTC, ETH = InstrumentId("BTC-USDT.BINANCE"), InstrumentId("ETH-USDT.BINANCE")


def simulated(port: int = 0) -> AbstractAsyncContextManager[Simulation]:
    return live_markets.simulated(lambda source: BinanceVenue(source.instruments(), CLOCK), port=port)


def picture_of(simulation: Simulation, *watched: InstrumentId) -> AbstractAsyncContextManager[Picture]:
    return live_markets.picture_of(lambda http: [SpotMarket(http, CLOCK, url=simulation.url)], *watched)


def depth_requests(simulation: Simulation) -> int:
    return sum(each.path == "/api/v3/depth" for each in simulation.venue.requests)


async def test_instruments_quotes_trades_and_books_arrive() -> None:
    async with simulated() as venue, picture_of(venue, BTC, ETH) as it:
        await eventually(lambda: it.is_whole(BTC) and it.is_whole(ETH))
        await eventually(lambda: it.data.quote(BTC) is not None and it.data.last_trade(ETH) is not None)
        assert {each.instrument_id for each in it.data.instruments()} == {BTC, ETH}
        assert {type(each).__name__ for each in it.heard} == {"Quote", "Trade", "BookUpdate"}
        quote, (bids, asks) = it.data.quote(BTC), it.data.depth(BTC)
        assert quote is not None
        assert quote.bid < quote.ask
        assert bids[0].price < asks[0].price
        health = it.market.health[0]
        assert [each.state for each in health.connections] == [ConnectionState.OPEN]
        assert health.undecodable == 0


async def test_a_lost_change_of_a_book_is_noticed_and_the_book_asked_for_again() -> None:
    async with simulated() as simulation, picture_of(simulation, BTC) as it:
        await eventually(lambda: it.is_whole(BTC))
        asked = depth_requests(simulation)
        simulation.venue.lose_once(lambda frame: b"depthUpdate" in frame)
        await eventually(lambda: it.market.health[0].book_gaps == 1)
        await eventually(lambda: it.is_whole(BTC))
        assert depth_requests(simulation) == asked + 1


async def test_a_frame_that_nobody_understands_is_counted_and_harms_nothing() -> None:
    async with simulated() as simulation, picture_of(simulation, BTC) as it:
        await eventually(lambda: it.is_whole(BTC))
        simulation.venue.say(b'{"stream":"btcusdt@bookTicker","data":{"u":"many","s":"BTCUSDT"}}')
        await eventually(lambda: it.market.health[0].undecodable >= 1)
        heard: list[MarketEvent] = []
        it.data.subscribe(heard.append)
        await eventually(lambda: len(heard) > 3)
        assert "public frame" in it.market.health[0].last_problem


async def test_a_venue_that_ends_and_begins_anew_is_found_again_and_no_old_book_is_shown() -> None:
    port = free_port()
    async with AsyncExitStack() as venues:
        first = await venues.enter_async_context(simulated(port))
        async with picture_of(first, BTC) as it:
            await eventually(lambda: it.is_whole(BTC))
            await venues.aclose()
            await eventually(lambda: it.market.health[0].connections[0].state is ConnectionState.WAITING)
            await eventually(lambda: it.shows_no_book(BTC))
            second = await venues.enter_async_context(simulated(port))
            await eventually(lambda: it.is_whole(BTC))
            assert depth_requests(second) == 1
            assert it.market.health[0].connections[0].losses == 1


async def test_a_venue_that_lists_nothing_is_asked_until_it_does() -> None:
    async with simulated() as simulation:
        simulation.venue.is_away = True
        async with picture_of(simulation, BTC) as it:
            await eventually(lambda: "HTTP 502" in it.market.health[0].last_problem)
            assert not it.data.instruments()
            simulation.venue.is_away = False
            await eventually(lambda: it.is_whole(BTC))


async def test_what_nobody_lists_is_not_streamed_and_the_rest_is() -> None:
    async with simulated() as venue, picture_of(venue, InstrumentId("NO-SUCH.BINANCE"), BTC) as it:
        await eventually(lambda: it.is_whole(BTC))
        assert [each.instrument_id for each in it.data.instruments()] == [BTC]


async def test_an_instrument_lives_as_long_as_somebody_needs_it_and_no_price_outlives_that() -> None:
    async with simulated() as simulation, picture_of(simulation, BTC) as it:
        await eventually(lambda: it.is_whole(BTC))
        assert it.data.instrument(ETH) is not None, "it is listed"
        assert it.data.quote(ETH) is None
        it.needs.state(WATCHERS, {ETH})
        await eventually(lambda: it.is_whole(ETH) and it.has_prices(ETH))
        assert {each.instrument_id for each in it.data.instruments()} == {BTC}, (
            "who watches is one's own affair"
        )
        it.needs.state(WATCHERS, ())
        await eventually(lambda: it.data.quote(ETH) is None and it.data.depth(ETH) == ((), ()))
        await it.hear_more(20)
        assert it.data.quote(ETH) is None
        assert it.has_prices(BTC)
        assert sum(each.streams for each in it.market.health[0].connections) == 3


async def test_an_order_on_what_nobody_watched_brings_its_first_price() -> None:
    async with simulated() as simulation, picture_of(simulation) as it:
        await eventually(lambda: it.data.instrument(ETH) is not None)
        prices = FirstPrices(it.data, it.needs, CLOCK)
        assert not prices.are_at_hand(ETH, Asset("USDT"))
        await prices.bring(ETH, Asset("USDT"))
        assert prices.are_at_hand(ETH, Asset("USDT"))

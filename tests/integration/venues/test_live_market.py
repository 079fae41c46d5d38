"""Live market data over real sockets: the simulated Binance on loopback, and our connections to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

from tests.support.server import free_port
from tests.support.waiting import eventually

from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.data import LiveMarketData
from tradebook.market.values import MarketEvent
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.connections.health import ConnectionState
from tradebook.venues.connections.http import HttpxHttp
from tradebook.venues.connections.live_market import LiveMarket
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.simulated.source import SimulatedMarket
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.server import serving
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, StreamSession

BTC, ETH = InstrumentId("BTC-USDT.BINANCE"), InstrumentId("ETH-USDT.BINANCE")
CLOCK = SystemClock()


class LossyVenue(BinanceVenue):
    """Loses frames as it is told, and can hang up on everybody."""

    def __init__(self, market: SimulatedMarket) -> None:
        super().__init__(market.instruments(), CLOCK)
        self.loses: Callable[[bytes], bool] = lambda _: False
        self.depth_requests = 0
        self.is_away = False

    def open(self, path: str, send: Callable[[bytes], None]) -> StreamSession | None:
        def send_or_lose(frame: bytes) -> None:
            if not self.loses(frame):
                send(frame)

        return None if self.is_away else super().open(path, send_or_lose)

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        self.depth_requests += request.path == "/api/v3/depth"
        if self.is_away:
            return SimulatedAnswer(status=502, body=b"<html>Bad Gateway</html>")
        return super().answer(request)


class Simulated:
    """A simulated venue and where it is."""

    def __init__(self, venue: LossyVenue, url: str) -> None:
        self.venue, self.url = venue, url


@asynccontextmanager
async def simulated(port: int = 0) -> AsyncIterator[Simulated]:
    source = SimulatedMarket(CLOCK, seed=1, run_id="test")
    venue = LossyVenue(source)
    async with serving(venue, source, port=port) as url:
        yield Simulated(venue, url)


class Picture:
    """Our picture of a venue's market, and how the connections are."""

    def __init__(self, market: LiveMarket, data: LiveMarketData) -> None:
        self.market, self.data = market, data

    def is_whole(self, instrument_id: InstrumentId = BTC) -> bool:
        bids, asks = self.data.depth(instrument_id)
        return len(bids) >= 10 and len(asks) >= 10 and self.market.health[0].books_out_of_step == 0

    def shows_no_book(self) -> bool:
        bids, asks = self.data.depth(BTC)
        return len(bids) <= 1 and len(asks) <= 1


@asynccontextmanager
async def picture_of(venue: Simulated, *watched: InstrumentId) -> AsyncIterator[Picture]:
    data, http = LiveMarketData(CLOCK), HttpxHttp()
    market = LiveMarket(
        [SpotMarket(http, CLOCK, url=venue.url)],
        watched=watched,
        run_id="test",
        clock=CLOCK,
        connector=connect,
        chance=Random(1),
        close=http.close,
    )

    async def apply() -> None:
        async for events in market.events():
            for event in events:
                data.apply(event)

    tasks = [asyncio.create_task(market.run(data.add_instruments)), asyncio.create_task(apply())]
    try:
        yield Picture(market, data)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_instruments_quotes_trades_and_books_arrive() -> None:
    async with simulated() as venue, picture_of(venue, BTC, ETH) as it:
        heard: list[MarketEvent] = []
        it.data.subscribe(heard.append)
        await eventually(lambda: it.is_whole(BTC) and it.is_whole(ETH))
        await eventually(lambda: it.data.quote(BTC) is not None and it.data.last_trade(ETH) is not None)
        assert {each.instrument_id for each in it.data.instruments()} == {BTC, ETH}
        assert {type(each).__name__ for each in heard} == {"Quote", "Trade", "BookUpdate"}
        quote, (bids, asks) = it.data.quote(BTC), it.data.depth(BTC)
        assert quote is not None
        assert quote.bid < quote.ask
        assert bids[0].price < asks[0].price
        health = it.market.health[0]
        assert [each.state for each in health.connections] == [ConnectionState.OPEN]
        assert health.undecodable == 0


async def test_a_lost_change_of_a_book_is_noticed_and_the_book_asked_for_again() -> None:
    async with simulated() as simulation, picture_of(simulation, BTC) as it:
        await eventually(it.is_whole)
        asked = simulation.venue.depth_requests
        lost: list[bytes] = []

        def lose_one(frame: bytes) -> bool:
            if not lost and b"depthUpdate" in frame:
                lost.append(frame)
                return True
            return False

        simulation.venue.loses = lose_one
        await eventually(lambda: it.market.health[0].book_gaps == 1)
        await eventually(it.is_whole)
        assert simulation.venue.depth_requests == asked + 1


async def test_a_frame_that_nobody_understands_is_counted_and_harms_nothing() -> None:
    async with simulated() as simulation, picture_of(simulation, BTC) as it:
        await eventually(it.is_whole)
        for streams in list(simulation.venue.listeners.values()):
            for session in streams:
                session.send(b'{"stream":"btcusdt@bookTicker","data":{"u":"many","s":"BTCUSDT"}}')
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
            await eventually(it.is_whole)
            await venues.aclose()
            await eventually(lambda: it.market.health[0].connections[0].state is ConnectionState.WAITING)
            await eventually(it.shows_no_book)
            second = await venues.enter_async_context(simulated(port))
            await eventually(it.is_whole)
            assert second.venue.depth_requests == 1
            assert it.market.health[0].connections[0].losses == 1


async def test_a_venue_that_lists_nothing_is_asked_until_it_does() -> None:
    port = free_port()
    async with AsyncExitStack() as venues:
        first = await venues.enter_async_context(simulated(port))
        first.venue.is_away = True
        async with picture_of(first, BTC) as it:
            await eventually(lambda: "HTTP 502" in it.market.health[0].last_problem)
            assert not it.data.instruments()
            first.venue.is_away = False
            await eventually(it.is_whole)


async def test_what_nobody_lists_is_not_streamed_and_the_rest_is() -> None:
    async with simulated() as venue, picture_of(venue, InstrumentId("NO-SUCH.BINANCE"), BTC) as it:
        await eventually(it.is_whole)
        assert [each.instrument_id for each in it.data.instruments()] == [BTC]

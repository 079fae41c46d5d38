"""Simulated venues on loopback that lose what they are told to lose, and our picture of their markets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random

from tests.support.waiting import eventually
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.data import LiveMarketData
from tradebook.market.needs import SETTINGS, Needs
from tradebook.market.values import MarketEvent
from tradebook.venues.connections.http import Http, HttpxHttp
from tradebook.venues.connections.live_market import LiveMarket
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.connections.sockets import Connector
from tradebook.venues.simulated.instruments import CHARACTERS, Character
from tradebook.venues.simulated.source import SimulatedMarket
from tradebook.venues.simulators.server import serving
from tradebook.venues.simulators.venue import (
    SimulatedAnswer,
    SimulatedRequest,
    SimulatedVenue,
    StreamSession,
)

CLOCK = SystemClock()
Send = Callable[[bytes], None]


class LossyVenue:
    """A venue that loses frames as it is told, and can refuse everybody."""

    def __init__(self, venue: SimulatedVenue) -> None:
        self._venue = venue
        self.loses: Callable[[bytes], bool] = lambda _: False
        self.is_away = False
        self.requests: list[SimulatedRequest] = []
        self.received: list[bytes] = []
        """By its streams."""
        self.clients: list[Send] = []

    def take(self, events: Sequence[MarketEvent]) -> None:
        self._venue.take(events)

    def answer(self, request: SimulatedRequest) -> SimulatedAnswer:
        self.requests.append(request)
        if self.is_away:
            return SimulatedAnswer(status=502, body=b"<html>Bad Gateway</html>")
        return self._venue.answer(request)

    def open(self, path: str, send: Send) -> StreamSession | None:
        def send_or_lose(frame: bytes) -> None:
            if not self.loses(frame):
                send(frame)

        session = None if self.is_away else self._venue.open(path, send_or_lose)
        if session is None:
            return None
        self.clients.append(send_or_lose)
        return _Heard(session, self.received)

    def say(self, frame: bytes) -> None:
        """To every client, whatever it listens to."""
        for send in self.clients:
            send(frame)

    def lose_once(self, does_match: Callable[[bytes], bool]) -> None:
        """The next frame that matches gets lost."""
        lost: list[bytes] = []

        def loses(frame: bytes) -> bool:
            if lost or not does_match(frame):
                return False
            lost.append(frame)
            return True

        self.loses = loses


class _Heard:
    """A session that keeps what it was told."""

    def __init__(self, session: StreamSession, received: list[bytes]) -> None:
        self._session = session
        self._received = received

    def received(self, frame: bytes) -> None:
        self._received.append(frame)
        self._session.received(frame)

    def closed(self) -> None:
        self._session.closed()


class Simulation:
    """A simulated venue and where it is."""

    def __init__(self, venue: LossyVenue, url: str) -> None:
        self.venue, self.url = venue, url


MakeVenue = Callable[[SimulatedMarket], SimulatedVenue]


@asynccontextmanager
async def simulated(
    make: MakeVenue, characters: Sequence[Character] = CHARACTERS, *, port: int = 0
) -> AsyncIterator[Simulation]:
    """The venue, alive on loopback."""
    source = SimulatedMarket(CLOCK, seed=1, run_id="test", characters=characters)
    venue = LossyVenue(make(source))
    async with serving(venue, source, port=port) as url:
        yield Simulation(venue, url)


class Picture:
    """Our picture of the markets, and how the connections are."""

    def __init__(self, market: LiveMarket, data: LiveMarketData, needs: Needs) -> None:
        self.market, self.data, self.needs = market, data, needs
        self.heard: list[MarketEvent] = []
        data.subscribe(self.heard.append)

    def is_whole(self, instrument_id: InstrumentId, *, levels: int = 10) -> bool:
        bids, asks = self.data.depth(instrument_id)
        in_step = all(each.books_out_of_step == 0 for each in self.market.health)
        return len(bids) >= levels and len(asks) >= levels and in_step

    def has_prices(self, instrument_id: InstrumentId) -> bool:
        return self.data.quote(instrument_id) is not None and self.data.last_trade(instrument_id) is not None

    async def hear_more(self, events: int = 3) -> None:
        """Wait for as many events of the market."""
        seen = len(self.heard)
        await eventually(lambda: len(self.heard) >= seen + events)

    def shows_no_book(self, instrument_id: InstrumentId) -> bool:
        bids, asks = self.data.depth(instrument_id)
        return len(bids) <= 1 and len(asks) <= 1


@asynccontextmanager
async def picture_of(
    make: Callable[[Http], Sequence[PublicMarket]],
    *watched: InstrumentId,
    connector: Connector = connect,
) -> AsyncIterator[Picture]:
    """What is seen of the markets, as long as somebody looks."""
    data, http, needs = LiveMarketData(CLOCK), HttpxHttp(), Needs(CLOCK, grace_s=0.2)
    needs.state(SETTINGS, watched)
    market = LiveMarket(
        make(http),
        needs=needs,
        run_id="test",
        clock=CLOCK,
        connector=connector,
        chance=Random(1),
    )

    async def apply() -> None:
        async for events in market.events():
            for event in events:
                data.apply(event)

    tasks = [asyncio.create_task(market.run(data)), asyncio.create_task(apply())]
    try:
        yield Picture(market, data, needs)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await http.close()

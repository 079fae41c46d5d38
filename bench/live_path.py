"""The path of market data in one process, wired as ``bootstrap`` does.

::

    socket → Connection → PublicStreams → LiveMarket → Feed ─┬─ LiveMarketData
                                                             ├─ MarketHistory (candles)
                                                             ├─ PriceCache
                                                             └─ MarketChannels → Hub

History and price cache take everything in; what they gather for PostgreSQL and Redis is written nowhere here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import msgspec

from bench.venue_frames import BEGIN, END, SYMBOLS, VenueFrames
from bench.venue_in_memory import Answers
from tradebook.infra.logs import configure_logs
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.data import LiveMarketData
from tradebook.market.feed import Feed, Sink
from tradebook.market.history import MarketHistory
from tradebook.market.needs import SETTINGS, Needs
from tradebook.market.price_cache import PriceCache
from tradebook.market.values import Candle, Instrument, Interval
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.connections.live_market import LiveMarket
from tradebook.venues.connections.sockets import Connector
from tradebook.web.hub import Hub
from tradebook.web.market_channels import MarketChannels


def instrument_of(symbol: str) -> InstrumentId:
    """Ours for a symbol of the frames."""
    return InstrumentId(f"{symbol.removesuffix('USDT')}-USDT.BINANCE")


class LivePath:
    """All its parts, made; ``running`` lets them live."""

    def __init__(self, connector: Connector, *, sinks: Sequence[Sink] = (), url: str | None = None) -> None:
        """``url`` is where the frames come from, if from a socket; ``sinks`` are told of everything too."""
        configure_logs(level="warning", as_json=False)  # else they stand between the figures
        clock = SystemClock()
        answers = Answers(VenueFrames())
        nowhere: Any = None
        self.data = LiveMarketData(clock)
        self._is_listed = asyncio.Event()
        needs = Needs(clock)
        needs.state(SETTINGS, [instrument_of(each) for each in (*SYMBOLS, BEGIN, END)])
        self.market = LiveMarket(
            [SpotMarket(answers, clock, url=url)],
            needs=needs,
            run_id="bench",
            clock=clock,
            connector=connector,
            chance=Random(1),
        )
        history = MarketHistory(nowhere, clock, run_id="bench")
        prices = PriceCache(nowhere, clock, self.data)
        self.channels = MarketChannels(market=self.data, candles=_no_candles)
        self.feed = Feed(self.market, self.data, [history, prices, self.channels, *sinks])
        history.follow_candles(self.channels.publish_candle)
        self.hub = Hub(snapshots=self.channels.snapshots(), parties_of_accounts=_nobody)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Until the end of the block; entered once it is known what is listed."""
        self.channels.start(self.hub)
        tasks = [asyncio.create_task(self.market.run(self)), asyncio.create_task(self.feed.run())]
        try:
            await self._is_listed.wait()
            yield
        finally:
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.channels.stop()
            await self.hub.stop()

    def add_instruments(self, instruments: Iterable[Instrument]) -> None:
        """Of ``Picture``."""
        self.data.add_instruments(instruments)

    def show(self, instruments: Collection[InstrumentId]) -> None:
        """Of ``Picture``: what is shown and known is served."""
        self.data.show(instruments)
        if self.data.instruments():
            self._is_listed.set()

    def forget(self, instruments: Iterable[InstrumentId]) -> None:
        """Of ``Picture``."""
        self.data.forget(instruments)

    def require_whole(self) -> None:
        """Raises ValueError where a frame was not understood, or a book has lost its step."""
        [health] = self.market.health
        if health.undecodable or health.book_gaps or self.feed.problem:
            raise ValueError(msgspec.json.encode(health).decode() + self.feed.problem)


async def _no_candles(_: InstrumentId, __: Interval, ___: int) -> Sequence[Candle]:
    return ()


async def _nobody() -> dict[str, str]:
    return {}

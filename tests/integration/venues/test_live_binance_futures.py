"""Live market data of Binance's USD-M futures over real sockets, beside spot on one server."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from tests.support import live_markets
from tests.support.live_markets import CLOCK, Picture, Simulation
from tests.support.waiting import eventually

from tradebook.kernel.ids import InstrumentId
from tradebook.venues.binance.futures_public import FuturesMarket
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.connections.health import ConnectionState
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.simulated.instruments import EVERYTHING
from tradebook.venues.simulators.binance.both import BothMarkets

SPOT, PERP = InstrumentId("BTC-USDT.BINANCE"), InstrumentId("BTC-USDT-PERP.BINANCE")


def simulated() -> AbstractAsyncContextManager[Simulation]:
    return live_markets.simulated(
        lambda source: BothMarkets(source.instruments(), CLOCK, keys=(), balances={}), EVERYTHING
    )


def picture_of(simulation: Simulation, *watched: InstrumentId) -> AbstractAsyncContextManager[Picture]:
    def markets(http: Http) -> Sequence[PublicMarket]:
        return [SpotMarket(http, CLOCK, url=simulation.url), FuturesMarket(http, CLOCK, url=simulation.url)]

    return live_markets.picture_of(markets, *watched)


async def test_one_symbol_is_a_pair_on_spot_and_a_contract_on_futures() -> None:
    async with simulated() as venue, picture_of(venue, SPOT, PERP) as it:
        await eventually(lambda: it.is_whole(SPOT) and it.is_whole(PERP))
        await eventually(lambda: it.has_prices(SPOT) and it.has_prices(PERP))
        spot, futures = it.market.health
        assert [spot.name, futures.name] == ["Binance spot", "Binance USD-M futures"]
        # Quotes and books come by another entrance than trades.
        assert [each.state for each in futures.connections] == [ConnectionState.OPEN] * 2
        for health in (spot, futures):
            assert (health.undecodable, health.refused, health.book_gaps) == (0, (), 0)
        perpetual = it.data.instrument(PERP)
        assert perpetual is not None
        assert perpetual.contract is not None
        assert (perpetual.venue, perpetual.contract.settle_asset) == ("binance-usdm", "USDT")
        assert perpetual.is_derivative


async def test_a_lost_change_of_a_book_is_noticed_and_the_book_is_asked_for_anew() -> None:
    async with simulated() as simulation, picture_of(simulation, PERP) as it:
        await eventually(lambda: it.is_whole(PERP))
        simulation.venue.lose_once(lambda frame: b'"btcusdt@depth@100ms"' in frame and b'"pu"' in frame)
        await eventually(lambda: it.market.health[1].book_gaps == 1)
        await eventually(lambda: it.is_whole(PERP))

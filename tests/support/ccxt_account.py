"""An account at the simulated Binance that is reached through ccxt, behind the whole core."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random

from tests.support import virtual_time
from tests.support.binance_account import HERE, VENUE, Desk, settled
from tests.support.core import ALICE, Core
from tests.support.simulated_binance import KEY, SECRET
from tradebook.kernel.clock import Clock
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.polling import PolledConnector
from tradebook.venues.ccxt.side import CcxtSide
from tradebook.venues.connections.http import Http

URL = "https://binance.test"


def market_at(http: Http, clock: Clock, url: str = URL) -> CcxtMarket:
    """ccxt's Binance, with nothing changed but where it is."""
    paths = {"public": "/api/v3", "private": "/api/v3", "sapi": "/sapi/v1"}
    return CcxtMarket(VENUE, http, clock, urls={name: f"{url}{path}" for name, path in paths.items()})


def side_at(market: CcxtMarket, streams: PolledConnector) -> CcxtSide:
    client = market.client_of({"apiKey": KEY, "secret": SECRET})
    return CcxtSide(market, client, streams, name="alice", mask=lambda text: text.replace(SECRET, "***"))


class CcxtDesk(Desk):
    """The same desk, and nothing but ccxt between it and the venue."""

    def _new_core(self) -> Core:
        market = market_at(self.way.http, self.clock)
        streams = PolledConnector(self.clock)
        self.venue = RealVenue(
            VENUE, market.profile.capabilities, connector=streams, clock=self.clock, chance=Random(1)
        )
        self.venue.connect(ALICE, side_at(market, streams))
        return Core(self.journal, self.venue, self.market, self.clock, instrument=HERE)


@asynccontextmanager
async def ccxt_desk(**balances: str) -> AsyncIterator[CcxtDesk]:
    """Open and trading, at 100 to 101."""
    it = CcxtDesk(pays_fees_in_bnb=False, **(balances or {"USDT": "10000"}))
    it.price("100", "101")
    await it.open()
    yield it
    await it.core.stop()


def tell_by_ccxt(story: Callable[[CcxtDesk], Awaitable[None]], **balances: str) -> None:
    """Live a story in virtual time; at its end venue and book agree, or it was said by how much not."""

    async def main() -> None:
        async with ccxt_desk(**balances) as it:
            await story(it)
            await settled(it)

    virtual_time.run(main())

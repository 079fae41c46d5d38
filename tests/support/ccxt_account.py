"""An account at the simulated Binance that is reached through ccxt, behind the whole core."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.binance_account import VENUE, Desk
from tests.support.core import ALICE
from tests.support.desk import chance, live
from tests.support.simulated_binance import KEY, SECRET
from tradebook.kernel.clock import Clock
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.polling import PolledConnector
from tradebook.venues.ccxt.side import CcxtSide
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.sockets import Connector

URL = "https://binance.test"


def market_at(http: Http, clock: Clock, url: str = URL, *, sockets: Connector | None = None) -> CcxtMarket:
    """ccxt's Binance, with nothing changed but where it is."""
    paths = {"public": "/api/v3", "private": "/api/v3", "sapi": "/sapi/v1"}
    urls: dict[str, Any] = {name: f"{url}{path}" for name, path in paths.items()}
    there = url.replace("http", "ws", 1)
    urls["ws"] = {"spot": f"{there}/ws", "ws-api": {"spot": f"{there}/ws-api/v3"}}
    return CcxtMarket(VENUE, http, clock, sockets=sockets, urls=urls)


def side_at(market: CcxtMarket, streams: PolledConnector) -> CcxtSide:
    client = market.client_of({"apiKey": KEY, "secret": SECRET})
    return CcxtSide(market, client, streams, name="alice", mask=lambda text: text.replace(SECRET, "***"))


class CcxtDesk(Desk):
    """The same desk, and nothing but ccxt between it and the venue."""

    listens = False
    """Whether what the venue says by itself is heard."""

    def new_market(self) -> CcxtMarket:
        """Another one, which knows nothing yet."""
        sockets = self.way.connect if self.listens else None
        return market_at(self.way.http, self.clock, sockets=sockets)

    def new_venue(self) -> RealVenue:
        market = self.new_market()
        streams = PolledConnector(self.clock)
        venue = RealVenue(
            VENUE,
            market.profile.capabilities,
            connector=streams,
            clock=self.clock,
            chance=chance(),
            cursors=self.cursors,
        )
        venue.connect(ALICE, side_at(market, streams))
        return venue


class ListeningDesk(CcxtDesk):
    """It hears what the venue says by itself."""

    listens = True


def tell_by_ccxt(
    story: Callable[[CcxtDesk], Awaitable[None]], kind: type[CcxtDesk] = CcxtDesk, **balances: str
) -> None:
    """Live a story in virtual time; at its end venue and book agree, or it was said by how much not."""
    live(lambda: kind(pays_fees_in_bnb=False, **balances), story)

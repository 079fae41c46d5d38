"""Several venues at once: each lives by itself, and nobody speaks of another's instruments."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.live_markets import CLOCK, picture_of, simulated
from tests.support.server import free_port
from tests.support.venue_memory import memory
from tests.support.waiting import eventually

from tradebook.bootstrap.live import live_venues
from tradebook.infra.settings import load_settings
from tradebook.kernel.ids import InstrumentId
from tradebook.trading.ports import VenueState
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.bybit.public import public_markets
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.simulators.bybit.venue import BybitVenue
from tradebook.venues.simulators.hyperliquid.venue import HyperliquidVenue

BYBIT, HYPERLIQUID = InstrumentId("BTC-USDT.BYBIT"), InstrumentId("BTC-USDC-PERP.HYPERLIQUID")
NOBODYS = InstrumentId("BTC-USDT.BINANCE")


async def test_a_venue_that_cannot_be_reached_keeps_no_other_from_starting() -> None:
    away = f"http://127.0.0.1:{free_port()}"
    async with (
        simulated(lambda source: BybitVenue(source.instruments(), CLOCK)) as bybit,
        simulated(lambda source: HyperliquidVenue(source.instruments(), CLOCK)) as hyperliquid,
    ):

        def markets(http: Http) -> Sequence[PublicMarket]:
            return [
                SpotMarket(http, CLOCK, url=away),
                *public_markets(http, CLOCK, url=bybit.url),
                HyperliquidMarket(http, CLOCK, url=hyperliquid.url),
            ]

        async with picture_of(markets, NOBODYS, BYBIT, HYPERLIQUID) as it:
            await eventually(lambda: it.is_whole(BYBIT, levels=5) and it.is_whole(HYPERLIQUID, levels=5))
            assert {each.instrument_id for each in it.heard} == {BYBIT, HYPERLIQUID}
            assert {each.venue.upper() for each in it.data.instruments()} == {"BYBIT", "HYPERLIQUID"}
            standing = it.market.standing()
            assert standing.state is VenueState.DEGRADED
            assert "Binance spot has not listed its instruments" in standing.detail


async def test_the_settings_say_whose_markets_there_are() -> None:
    market = live_venues(load_settings(live_venues="bybit, hyperliquid,bybit"), CLOCK, memory()).market
    assert [each.name for each in market.health] == [
        "Bybit spot",
        "Bybit linear",
        "Bybit inverse",
        "Hyperliquid",
    ]
    usual = live_venues(load_settings(), CLOCK, memory()).market
    assert [each.name for each in usual.health] == ["Binance spot"]

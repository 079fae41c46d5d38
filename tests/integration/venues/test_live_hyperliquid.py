"""Live market data of Hyperliquid over real sockets: the simulated venue on loopback, and our connection."""

from __future__ import annotations

import json
from contextlib import AbstractAsyncContextManager

from tests.support import live_markets
from tests.support.live_markets import CLOCK, Picture, Simulation
from tests.support.waiting import eventually

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Trade
from tradebook.venues.connections.health import ConnectionState
from tradebook.venues.hyperliquid.prices import is_price
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.simulators.hyperliquid.venue import HyperliquidVenue

PERP, SPOT = InstrumentId("BTC-USDC-PERP.HYPERLIQUID"), InstrumentId("UETH-USDC.HYPERLIQUID")


def simulated() -> AbstractAsyncContextManager[Simulation]:
    return live_markets.simulated(lambda source: HyperliquidVenue(source.instruments(), CLOCK))


def picture_of(simulation: Simulation, *watched: InstrumentId) -> AbstractAsyncContextManager[Picture]:
    return live_markets.picture_of(
        lambda http: [HyperliquidMarket(http, CLOCK, url=simulation.url)], *watched
    )


async def test_perpetuals_and_pairs_share_a_connection_and_their_prices_are_on_the_venues_grid() -> None:
    async with simulated() as venue, picture_of(venue, PERP, SPOT) as it:
        await eventually(lambda: it.is_whole(PERP, levels=5) and it.is_whole(SPOT, levels=5))
        await eventually(lambda: it.has_prices(PERP) and it.has_prices(SPOT))
        for each in (PERP, SPOT):
            instrument = it.data.instrument(each)
            assert instrument is not None
            bids, asks = it.data.depth(each)
            assert all(is_price(level.price, instrument) for level in (*bids, *asks))
            assert bids[0].price < asks[0].price
        (health,) = it.market.health
        assert [each.state for each in health.connections] == [ConnectionState.OPEN]
        assert health.connections[0].streams == 6
        assert (health.undecodable, health.refused) == (0, ())


async def test_a_lost_book_is_made_good_by_the_next_which_is_whole() -> None:
    async with simulated() as simulation, picture_of(simulation, PERP) as it:
        await eventually(lambda: it.is_whole(PERP, levels=5))
        simulation.venue.lose_once(lambda frame: b'"l2Book"' in frame)
        await it.hear_more(5)
        assert it.is_whole(PERP, levels=5)
        assert it.market.health[0].book_gaps == 0


async def test_a_book_whose_stream_begins_with_nothing_is_asked_for() -> None:
    async with simulated() as simulation:
        simulation.venue.loses = lambda frame: b'"channel":"l2Book"' in frame
        async with picture_of(simulation, PERP) as it:
            await eventually(lambda: it.is_whole(PERP, levels=5))
            asked = [json.loads(each.body)["type"] for each in simulation.venue.requests]
            assert asked == ["spotMeta", "meta", "l2Book"]


async def test_prints_of_one_moment_have_numbers_of_their_own() -> None:
    async with simulated() as simulation, picture_of(simulation, PERP) as it:
        await eventually(lambda: it.is_whole(PERP, levels=5))
        at = 4_000_000_000_000
        line = {"coin": "BTC", "side": "B", "px": "5", "sz": "1", "time": at, "hash": "0x0"}
        prints = [{**line, "tid": 901}, {**line, "tid": 902}]
        for _ in range(2):
            simulation.venue.say(json.dumps({"channel": "trades", "data": prints}).encode())
        simulation.venue.say(b'{"channel":"trades","data":[]}')

        def told() -> list[tuple[str, int]]:
            trades = [each for each in it.heard if isinstance(each, Trade)]
            return [(each.trade_id, each.sequence) for each in trades if each.trade_id in {"901", "902"}]

        await eventually(lambda: len(told()) >= 2)
        await it.hear_more(3)
        assert told() == [("901", at), ("902", at + 1)]
        assert it.market.health[0].undecodable == 0


async def test_a_complaint_about_a_stream_is_told_and_the_others_go_on() -> None:
    async with simulated() as simulation, picture_of(simulation, PERP) as it:
        await eventually(lambda: it.is_whole(PERP, levels=5))
        sentence = 'Invalid subscription {"type":"trades","coin":"BTC"}'
        simulation.venue.say(json.dumps({"channel": "error", "data": sentence}).encode())
        await eventually(lambda: it.market.health[0].refused == (f"trades:BTC ({sentence})",))
        assert it.market.health[0].problem().startswith("Hyperliquid refuses trades:BTC")
        assert "Hyperliquid refuses" in it.market.standing().detail
        simulation.venue.say(
            json.dumps({"channel": "error", "data": 'Already subscribed: {"type":"x"}'}).encode()
        )
        await it.hear_more(3)
        assert len(it.market.health[0].refused) == 1

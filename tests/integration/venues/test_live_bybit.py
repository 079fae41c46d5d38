"""Live market data of Bybit over real sockets: spot and linear of the simulated venue on loopback."""

from __future__ import annotations

import json
from contextlib import AbstractAsyncContextManager

import msgspec
from tests.support import live_markets
from tests.support.live_markets import CLOCK, Picture, Simulation
from tests.support.waiting import eventually

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate, Trade
from tradebook.venues.bybit.public import public_markets
from tradebook.venues.connections.health import ConnectionState
from tradebook.venues.simulators.bybit.venue import BybitVenue

SPOT, PERP = InstrumentId("BTC-USDT.BYBIT"), InstrumentId("BTC-USDT-PERP.BYBIT")
INVERSE = InstrumentId("BTC-USD-PERP.BYBIT")


def simulated() -> AbstractAsyncContextManager[Simulation]:
    return live_markets.simulated(lambda source: BybitVenue(source.instruments(), CLOCK))


def picture_of(simulation: Simulation, *watched: InstrumentId) -> AbstractAsyncContextManager[Picture]:
    return live_markets.picture_of(lambda http: public_markets(http, CLOCK, url=simulation.url), *watched)


async def test_what_a_coin_is_traded_as_has_streams_of_its_own_in_each_category() -> None:
    async with simulated() as venue, picture_of(venue, SPOT, PERP, INVERSE) as it:
        await eventually(lambda: all(it.is_whole(each) for each in (SPOT, PERP, INVERSE)))
        await eventually(lambda: all(it.has_prices(each) for each in (SPOT, PERP, INVERSE)))
        assert [each.name for each in it.market.health] == ["Bybit spot", "Bybit linear", "Bybit inverse"]
        for health in it.market.health:
            assert [each.state for each in health.connections] == [ConnectionState.OPEN]
            assert (health.undecodable, health.refused, health.book_gaps) == (0, (), 0)
        spot = it.data.instrument(SPOT)
        assert spot is not None
        assert spot.taker_fee_rate > 0
        assert {each.instrument_id for each in it.heard} == {SPOT, PERP, INVERSE}
        prints = [each for each in it.heard if isinstance(each, Trade) and each.instrument_id == INVERSE]
        assert all(each.quantity == int(each.quantity) for each in prints)


async def test_the_newest_of_quote_and_book_stands_at_the_top_though_each_counts_by_itself() -> None:
    async with simulated() as venue, picture_of(venue, PERP) as it:
        await eventually(lambda: it.is_whole(PERP))
        for _ in range(6):
            await it.hear_more(1)
            bids, asks = it.data.depth(PERP)
            assert bids[0].price < asks[0].price


async def test_a_lost_change_of_a_book_is_noticed_and_the_book_is_streamed_anew() -> None:
    async with simulated() as simulation, picture_of(simulation, PERP) as it:
        await eventually(lambda: it.is_whole(PERP))
        simulation.venue.lose_once(lambda frame: b'"orderbook.200.' in frame)
        await eventually(lambda: it.market.health[1].book_gaps == 1)
        await eventually(lambda: it.is_whole(PERP))
        asked = [json.loads(each) for each in simulation.venue.received]
        ended = [each["args"] for each in asked if each["op"] == "unsubscribe"]
        assert ended == [["orderbook.200.BTCUSDT"]]


async def test_a_lost_quote_leaves_the_book_alone() -> None:
    async with simulated() as simulation, picture_of(simulation, PERP) as it:
        await eventually(lambda: it.is_whole(PERP))
        simulation.venue.lose_once(lambda frame: b'"orderbook.1.' in frame)
        await it.hear_more(10)
        assert it.market.health[1].book_gaps == 0


async def test_a_book_begins_anew_when_the_venue_counts_from_one_again() -> None:
    async with simulated() as simulation, picture_of(simulation, PERP) as it:
        await eventually(lambda: it.is_whole(PERP))
        # Nothing of the venue's own may come between.
        simulation.venue.loses = lambda frame: b'"orderbook.' in frame and b'"conn":"new"' not in frame
        frame = {
            "conn": "new",
            "topic": "orderbook.200.BTCUSDT",
            "type": "delta",
            "ts": 1_790_000_000_000,
            "data": {"s": "BTCUSDT", "b": [["10", "1"]], "a": [["11", "1"]], "u": 1, "seq": 99_999_999},
        }
        simulation.venue.say(msgspec.json.encode(frame))
        await eventually(lambda: isinstance(it.heard[-1], BookUpdate) and it.heard[-1].sequence == 99_999_999)
        bids, asks = it.data.depth(PERP)
        assert [len(bids), len(asks)] == [1, 1]
        assert it.market.health[1].book_gaps == 0


async def test_a_best_price_without_the_other_side_replaces_no_book() -> None:
    async with simulated() as simulation, picture_of(simulation, PERP) as it:
        await eventually(lambda: it.is_whole(PERP))
        frame = {
            "topic": "orderbook.1.BTCUSDT",
            "type": "snapshot",
            "ts": 1_790_000_000_000,
            "data": {"s": "BTCUSDT", "b": [["10", "1"]], "a": [], "u": 1, "seq": 99_999_999},
        }
        simulation.venue.say(msgspec.json.encode(frame))
        await it.hear_more(5)
        assert it.is_whole(PERP)
        assert all(each.sequence != 99_999_999 for each in it.heard)
        assert it.market.health[1].undecodable == 0


async def test_no_two_prints_have_one_number_and_none_is_told_twice() -> None:
    async with simulated() as simulation, picture_of(simulation, PERP) as it:

        def prints() -> list[Trade]:
            return [each for each in it.heard if isinstance(each, Trade)]

        def line(trade_id: str, seq: int) -> dict[str, object]:
            at = 4_000_000_000_000
            return {"T": at, "s": "BTCUSDT", "S": "Buy", "v": "1", "p": "5", "i": trade_id, "seq": seq}

        await eventually(lambda: it.is_whole(PERP))
        # Two prints of one order have its number, and the second frame repeats the first.
        frame = {
            "topic": "publicTrade.BTCUSDT",
            "ts": 4_000_000_000_000,
            "data": [line("x1", 4_000_000_000), line("x2", 4_000_000_000)],
        }
        for _ in range(2):
            simulation.venue.say(msgspec.json.encode(frame))
        await eventually(lambda: any(each.trade_id == "x2" for each in prints()))
        told = [each for each in prints() if each.trade_id in {"x1", "x2"}]
        assert [each.sequence for each in told] == [4_000_000_000, 4_000_000_001]

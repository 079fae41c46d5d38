"""The venues' own candles of the past: fetched as far as somebody looks, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest
from tests.support.waiting import eventually

from tradebook.infra.database import create_pool
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import InstrumentId
from tradebook.market.backfill import CANDLES_AT_ONCE_MAX, Backfill, PastProgress, PastState
from tradebook.market.history import MarketHistory
from tradebook.market.past import PastCandleStore
from tradebook.market.ports import PastCandles
from tradebook.market.queries import MarketQueries
from tradebook.market.values import Aggressor, Candle, CandleSource, Interval, Trade
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.bybit.public import public_markets
from tradebook.venues.connections.past_candles import MarketWithPast, VenuePast
from tradebook.venues.connections.public_market import PublicMarket
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.simulated.source import SimulatedMarket
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.bybit.venue import BybitVenue
from tradebook.venues.simulators.hyperliquid.venue import HyperliquidVenue
from tradebook.venues.simulators.in_process import InProcessHttp
from tradebook.venues.simulators.past import SimulatedPast
from tradebook.venues.simulators.venue import SimulatedVenue

NOW = datetime.fromisoformat("2026-03-05T12:34:30+00:00")
MINUTE = timedelta(minutes=1)
BINANCE, BYBIT = InstrumentId("BTC-USDT.BINANCE"), InstrumentId("BTC-USDT-PERP.BYBIT")
HYPERLIQUID = InstrumentId("BTC-USDC-PERP.HYPERLIQUID")


class StandingClock:
    """Time passes only while something waits, and then at once."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(min(seconds, 0.01))


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await create_pool(database_url, name="test")
    await pool.execute("truncate market.past_candles, market.past_candle_ranges, market.candles_1m")
    yield pool
    await pool.close()


class Counted:
    """A venue's past that can be taken away, and counts what it is asked."""

    def __init__(self, past: PastCandles) -> None:
        self._past = past
        self.asked: list[datetime] = []
        self.is_away = False

    def tells_of(self, instrument_id: InstrumentId) -> bool:
        return self._past.tells_of(instrument_id)

    async def candles_before(
        self, instrument_id: InstrumentId, interval: Interval, before: datetime
    ) -> Sequence[Candle]:
        if self.is_away:
            raise ConnectionError("binance cannot be reached")
        self.asked.append(before)
        return await self._past.candles_before(instrument_id, interval, before)


class Scene:
    """A simulated venue, and what is fetched of its past."""

    def __init__(
        self, pool: asyncpg.Pool, clock: StandingClock, past: SimulatedPast, source: Counted
    ) -> None:
        self.pool, self.clock, self.past, self.source = pool, clock, past, source
        self.backfill = Backfill(PastCandleStore(pool), source, clock)
        self.queries = MarketQueries(pool, MarketHistory(pool, clock, run_id="test"))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.backfill.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def filled(self, instrument_id: InstrumentId, interval: Interval, start: datetime) -> PastProgress:
        told = await self.backfill.want(instrument_id, interval, start)
        async with asyncio.timeout(120):
            while told.state is not PastState.FILLED:
                await asyncio.sleep(0.01)
                told = await self.backfill.want(instrument_id, interval, start)
        return told

    async def candles(self, instrument_id: InstrumentId, interval: Interval, start: datetime) -> list[Candle]:
        found: list[Candle] = []
        at: datetime | None = start
        while at is not None:
            page, at = await self.queries.candles(instrument_id, interval, at, self.clock.at, 700)
            found += page
        return found


Make = Callable[[InProcessHttp, Clock], Sequence[PublicMarket]]


async def scene(pool: asyncpg.Pool, venue: type, markets: Make) -> Scene:
    clock = StandingClock()
    source = SimulatedMarket(clock, seed=1, run_id="test")
    simulated: SimulatedVenue = venue(source.instruments(), clock)
    made = markets(InProcessHttp(simulated), clock)
    for each in made:
        await each.list_instruments()
    past: SimulatedPast = simulated.past  # type: ignore[attr-defined]  # every simulated venue has one
    told: list[MarketWithPast] = list(made)  # type: ignore[arg-type]  # of these venues all tell their past
    return Scene(pool, clock, past, Counted(VenuePast(told)))


async def until_true(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return once it holds; raises TimeoutError."""
    async with asyncio.timeout(120):
        while not await holds():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def _is_filled(store: PastCandleStore) -> bool:
    known = await store.range(BINANCE, Interval.M1)
    return known is not None and known.is_filled


async def _is(it: Scene, start: datetime, state: PastState) -> bool:
    return (await it.backfill.want(BINANCE, Interval.M1, start)).state is state


async def at_binance(pool: asyncpg.Pool) -> Scene:
    return await scene(pool, BinanceVenue, lambda http, clock: [SpotMarket(http, clock, url="http://v")])


@pytest.mark.parametrize(
    ("venue", "markets", "instrument_id"),
    [
        (BinanceVenue, lambda http, clock: [SpotMarket(http, clock, url="http://v")], BINANCE),
        (BybitVenue, lambda http, clock: public_markets(http, clock, url="http://v"), BYBIT),
        (HyperliquidVenue, lambda http, clock: [HyperliquidMarket(http, clock, url="http://v")], HYPERLIQUID),
    ],
)
async def test_each_venue_fills_what_a_chart_asks_for(
    pool: asyncpg.Pool, venue: type, markets: Make, instrument_id: InstrumentId
) -> None:
    it = await scene(pool, venue, markets)
    start = NOW.replace(second=0) - 1_500 * MINUTE
    async with it.running():
        told = await it.filled(instrument_id, Interval.M1, start)
    assert told.since is not None
    assert told.since <= start
    candles = await it.candles(instrument_id, Interval.M1, start)
    assert [each.start for each in candles] == [start + n * MINUTE for n in range(1_500)]
    assert {each.source for each in candles} == {CandleSource.VENUE}
    assert all(each.low <= each.open <= each.high and each.low <= each.close <= each.high for each in candles)


async def test_what_is_known_is_not_asked_for_again_and_time_that_passed_is(pool: asyncpg.Pool) -> None:
    it = await at_binance(pool)
    start = NOW.replace(second=0) - 500 * MINUTE
    async with it.running():
        await it.filled(BINANCE, Interval.M1, start)
        asked = len(it.source.asked)
        await it.filled(BINANCE, Interval.M1, start)
        assert len(it.source.asked) == asked
        it.clock.at += timedelta(days=2)
        await it.filled(BINANCE, Interval.M1, start)
    candles = await it.candles(BINANCE, Interval.M1, start)
    assert [each.start for each in candles][:: len(candles) - 1] == [
        start,
        it.clock.at.replace(second=0) - MINUTE,
    ]
    assert len(candles) == 500 + 2 * 24 * 60
    assert len(it.source.asked) == asked + 3, "two days of minutes are three pages"


async def test_after_a_kill_it_goes_on_where_it_was(pool: asyncpg.Pool) -> None:
    it = await at_binance(pool)
    start = NOW.replace(second=0) - 5_000 * MINUTE
    async with it.running():
        await it.backfill.want(BINANCE, Interval.M1, start)
        await eventually(lambda: len(it.source.asked) >= 2)
    asked = set(it.source.asked)
    again = Scene(pool, it.clock, it.past, it.source)
    it.source.asked.clear()
    async with again.running():  # nobody asks: it was wanted before
        store = PastCandleStore(pool)
        await until_true(lambda: _is_filled(store))
    repeated = asked & set(it.source.asked)
    assert len(repeated) <= 2, "the newest page, and the one that the kill cut off"
    candles = await again.candles(BINANCE, Interval.M1, start)
    assert len(candles) == 5_000


async def test_what_the_venue_lacks_stays_a_gap_and_its_beginning_is_told(pool: asyncpg.Pool) -> None:
    it = await at_binance(pool)
    gap = NOW.replace(minute=0, second=0) - timedelta(days=1), NOW.replace(minute=0, second=0)
    it.past.gap = gap
    start = NOW - timedelta(days=60)
    async with it.running():
        told = await it.filled(BINANCE, Interval.H1, start)
    assert told.is_whole
    assert told.since is not None
    assert abs(told.since - it.past.began) <= timedelta(hours=1)
    candles = await it.candles(BINANCE, Interval.H1, start)
    assert not [each for each in candles if gap[0] <= each.start < gap[1]]
    assert len(candles) == 30 * 24 - 24 - 1, "the hour in which it began is not whole"


async def test_a_venue_that_is_away_is_told_and_asked_again(pool: asyncpg.Pool) -> None:
    it = await at_binance(pool)
    it.source.is_away = True
    start = NOW - 100 * MINUTE
    async with it.running():
        await it.backfill.want(BINANCE, Interval.M1, start)
        await until_true(lambda: _is(it, start, PastState.WAITING))
        told = await it.backfill.want(BINANCE, Interval.M1, start)
        assert "cannot be reached" in told.detail
        it.source.is_away = False
        assert (await it.filled(BINANCE, Interval.M1, start)).detail == ""


async def test_ours_and_the_venues_are_told_apart_where_they_differ(pool: asyncpg.Pool) -> None:
    it = await at_binance(pool)
    start = NOW.replace(second=0) - 10 * MINUTE
    async with it.running():
        await it.filled(BINANCE, Interval.M1, start)
    history = MarketHistory(pool, it.clock, run_id="test")
    for n, minutes_ago in enumerate((9, 3)):
        trade = Trade(
            instrument_id=BINANCE,
            trade_id=str(n),
            price=Decimal(1),
            quantity=Decimal(1),
            aggressor=Aggressor.BUY,
            at=NOW.replace(second=1) - minutes_ago * MINUTE,
            sequence=n,
        )
        history.take([trade])
    await history.write()
    candles = await it.candles(BINANCE, Interval.M1, start)
    assert len(candles) == 10
    assert [each.differs for each in candles] == [n in (1, 7) for n in range(10)]
    assert {each.source for each in candles} == {CandleSource.VENUE}
    newest = await it.queries.newest_candles(BINANCE, Interval.M1, 5)
    assert [each.start for each in newest] == [each.start for each in candles[-5:]]
    elsewhere = await it.candles(InstrumentId("ETH-USDT.BINANCE"), Interval.M1, start)
    assert elsewhere == []


async def test_what_nobody_tells_of_and_what_is_too_long_ago_is_said(pool: asyncpg.Pool) -> None:
    it = await at_binance(pool)
    assert (await it.backfill.want(InstrumentId("A-B.C"), Interval.M1, NOW)).state is PastState.NO_SOURCE
    with pytest.raises(InvalidInput, match="too long ago"):
        await it.backfill.want(BINANCE, Interval.M1, NOW - (CANDLES_AT_ONCE_MAX + 10) * MINUTE)

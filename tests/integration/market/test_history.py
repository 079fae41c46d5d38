"""The market's history in PostgreSQL: trades, candles and the partitions that hold them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from tradebook.infra.database import create_pool
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.history import MarketHistory
from tradebook.market.queries import NEWEST, MarketQueries
from tradebook.market.values import Aggressor, Candle, Interval, Trade

BTC = InstrumentId("BTC-USDT.SIM")
NEW_YEAR = datetime(2026, 12, 31, 23, 50, tzinfo=UTC)
LONG_AGO = datetime(2021, 1, 8, tzinfo=UTC)


class StandingClock(SystemClock):
    """Stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def trade(at: datetime, price: int = 100, *, sequence: int = 1) -> Trade:
    return Trade(
        instrument_id=BTC,
        trade_id=str(sequence),
        price=Decimal(price),
        quantity=Decimal(1),
        aggressor=Aggressor.BUY,
        at=at,
        sequence=sequence,
    )


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await create_pool(database_url, name="test")
    yield pool
    await pool.close()


async def partitions(pool: asyncpg.Pool) -> set[str]:
    rows = await pool.fetch(
        "select relname from pg_class where relispartition and relkind = 'r' "
        "and relnamespace = 'market'::regnamespace"
    )
    return {row["relname"] for row in rows}


async def test_partitions_are_there_before_they_are_needed_for_as_long_as_the_market_runs(
    pool: asyncpg.Pool,
) -> None:
    clock = StandingClock(NEW_YEAR)
    history = MarketHistory(pool, clock, run_id="run")
    await history.maintain()
    assert await partitions(pool) == {
        "trades_20261231",
        "trades_20270101",
        "candles_1m_202612",
        "candles_1m_202701",
    }
    clock.at += timedelta(days=31)
    await history.maintain()
    assert {"trades_20270131", "trades_20270201", "candles_1m_202702"} <= await partitions(pool)


async def test_a_tape_of_long_ago_keeps_its_trades(pool: asyncpg.Pool) -> None:
    history = MarketHistory(pool, StandingClock(NEW_YEAR), run_id="run")
    for number in (1, 2):
        history.take([trade(LONG_AGO + timedelta(minutes=number), sequence=number)])
        await history.write()
        await history.maintain()
    queries = MarketQueries(pool, history)
    assert len(await queries.trades(BTC, 10)) == 2


async def test_trades_are_dropped_a_week_after_the_market_has_passed_them(pool: asyncpg.Pool) -> None:
    history = MarketHistory(pool, StandingClock(NEW_YEAR), run_id="run")
    for days in (0, 3, 10):
        history.take([trade(LONG_AGO + timedelta(days=days), sequence=days)])
    await history.write()
    await history.maintain()
    queries = MarketQueries(pool, history)
    assert [each.sequence for each in await queries.trades(BTC, 10)] == [10, 3]
    assert len((await queries.candles(BTC, Interval.D1, None, None, 10)).items) == 3


async def test_a_partition_that_went_missing_is_made_again(pool: asyncpg.Pool) -> None:
    async with MarketHistory(pool, SystemClock(), run_id="run") as history:
        history.take([trade(LONG_AGO)])
        await history.write()
        await pool.execute("drop table market.trades_20210108")
        history.take([trade(LONG_AGO + timedelta(seconds=1), sequence=2)])
        queries = MarketQueries(pool, history)
        async with asyncio.timeout(10):
            while not await queries.trades(BTC, 10):  # noqa: ASYNC110 - the writer tells nobody
                await asyncio.sleep(0.1)


async def test_candles_grow_from_trades_and_longer_ones_from_minutes(pool: asyncpg.Pool) -> None:
    history = MarketHistory(pool, SystemClock(), run_id="run")
    start = datetime(2026, 1, 5, 23, 58, tzinfo=UTC)
    for minute in range(5):
        trades = [
            trade(start + timedelta(minutes=minute, seconds=n), 100 + minute + n, sequence=60 * minute + n)
            for n in range(3)
        ]
        history.take(trades)
        await history.write()
    queries = MarketQueries(pool, history)

    async def candles(interval: Interval) -> list[tuple[str, list[int]]]:
        return [
            (
                f"{each.start:%d %H:%M}",
                [int(v) for v in (each.open, each.high, each.low, each.close, each.volume)],
            )
            for each in (await queries.candles(BTC, interval, None, None, 10)).items
        ]

    assert (await candles(Interval.M1))[1] == ("05 23:59", [101, 103, 101, 103, 3])
    assert await candles(Interval.M5) == [
        ("05 23:55", [100, 103, 100, 103, 6]),
        ("06 00:00", [102, 106, 102, 106, 9]),
    ]
    assert await candles(Interval.D1) == [
        ("05 00:00", [100, 103, 100, 103, 6]),
        ("06 00:00", [102, 106, 102, 106, 9]),
    ]


async def test_pages_of_candles_and_trades_follow_each_other_without_gap_or_overlap(
    pool: asyncpg.Pool,
) -> None:
    history = MarketHistory(pool, SystemClock(), run_id="run")
    start = datetime(2026, 1, 5, 23, 58, tzinfo=UTC)
    minutes = [0, 1, 2, 7, 8, 13, 14, 15, 21]
    history.take([trade(start + timedelta(minutes=each), sequence=each) for each in minutes])
    await history.write()
    queries = MarketQueries(pool, history)
    for interval in (Interval.M1, Interval.M5):
        whole = await queries.candles(BTC, interval, None, None, 100)
        assert whole.next_start is None
        for limit in (1, 2, 3):
            found: list[Candle] = []
            since: datetime | None = start - timedelta(hours=1)
            while since is not None:
                page = await queries.candles(BTC, interval, since, None, limit)
                assert len(page.items) <= limit
                found += page.items
                since = page.next_start
            assert found == whole.items, (interval, limit)
    seen: list[int] = []
    before = NEWEST
    while page_of_trades := await queries.trades(BTC, 2, before=before):
        seen += [each.sequence for each in page_of_trades]
        before = (page_of_trades[-1].at, page_of_trades[-1].sequence)
    assert seen == minutes[::-1]

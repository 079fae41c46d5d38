"""A book in PostgreSQL with a past: the journal, candles and views of a seeded run of the simulation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple

import asyncpg
import pytest

from tests.simulation import world
from tests.simulation.world import World
from tests.support import virtual_time
from tradebook.bootstrap.catalogue import catalogue, projections
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.projection_runner import ProjectionRunner
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import StoredEvent
from tradebook.kernel.ids import InstrumentId
from tradebook.market.candles import CandleBuilder
from tradebook.market.data import LiveMarketData
from tradebook.market.recorded import RecordedPrices
from tradebook.market.values import Candle, MarketEvent, Trade
from tradebook.trading.views.equity import EquityHistory
from tradebook.trading.views.explain import Explainer
from tradebook.trading.views.history import TradingHistory
from tradebook.trading.views.marks import Marks
from tradebook.trading.views.progress import Progress
from tradebook.trading.views.queries import TradingQueries
from tradebook.trading.views.valuation import Valuer

EVENTS = (
    *("position", "recorded_at", "stream", "version", "type", "schema"),
    *("data", "metadata", "leaf", "hash"),
)
CANDLES = ("instrument_id", "start", "open", "high", "low", "close", "volume", "trade_count")
STEPS = 400


class Past(NamedTuple):
    """What a run left behind."""

    events: Sequence[StoredEvent]
    candles: Sequence[Candle]
    market: LiveMarketData


def live(seed: int, monkeypatch: pytest.MonkeyPatch) -> Past:
    """A longer run of that seed, in virtual time."""
    monkeypatch.setattr(world, "STEPS", STEPS)
    builder, candles = CandleBuilder(), dict[tuple[InstrumentId, datetime], Candle]()

    def note(event: MarketEvent) -> None:
        candle = builder.add(event) if isinstance(event, Trade) else None
        if candle is not None:
            candles[candle.instrument_id, candle.start] = candle

    async def main() -> World:
        lived = World(seed, lambda _: None)
        lived.market.subscribe(note)
        await lived.run()
        lived.market.follow_tape(lived.market.now())  # its clock stops with the loop of the run
        return lived

    lived = virtual_time.run(main())
    return Past(lived.journal._events, list(candles.values()), lived.market)


class LivedBook:
    """The past in a database, and what reads it."""

    def __init__(self, past: Past, pool: asyncpg.Pool, journal: PostgresJournal) -> None:
        self.head = len(past.events)
        self.market = past.market
        self.pool, self.journal = pool, journal
        self.progress = Progress(pool, projections())
        self.queries = TradingQueries(pool, journal, self.progress)
        self.history = TradingHistory(pool, journal, self.progress)
        recorded = RecordedPrices(pool, past.market.between)
        self.valuer = Valuer(pool, self.history, past.market, recorded)
        self.marks = Marks(pool, past.market, recorded)
        self.equity = EquityHistory(pool, self.valuer)
        self.explainer = Explainer(pool, valuer=self.valuer, marks=self.marks, history=self.equity)


@asynccontextmanager
async def book_of(past: Past, database_url: str) -> AsyncIterator[LivedBook]:
    """Copied into an empty, migrated database, with every view."""

    def publish(_: Sequence[ViewChange]) -> None:
        """Nobody watches."""

    async with asyncpg.create_pool(database_url, min_size=1, max_size=8) as pool:
        await _copy(pool, past)
        async with PostgresJournal(database_url, pool, catalogue()) as journal:
            views = projections()
            async with ProjectionRunner(journal, pool, views, publish) as runner:
                await runner.wait_for(len(past.events), [view.name for view in views], timeout_s=30)
            yield LivedBook(past, pool, journal)


async def _copy(pool: asyncpg.Pool, past: Past) -> None:
    last = past.events[-1]
    months = {candle.start.replace(day=1) for candle in past.candles}
    for month in months:
        await pool.execute("select market.ensure_partition('candles_1m', 'month', $1)", month)
    rows = [tuple(getattr(candle, name) for name in CANDLES) for candle in past.candles]
    await pool.copy_records_to_table("candles_1m", schema_name="market", columns=CANDLES, records=rows)
    rows = [tuple(getattr(event, name) for name in EVENTS) for event in past.events]
    await pool.copy_records_to_table("events", schema_name="journal", columns=EVENTS, records=rows)
    await pool.execute(
        "update journal.head set position = $1, hash = $2, recorded_at = $3",
        *(last.position, last.hash, last.recorded_at),
    )

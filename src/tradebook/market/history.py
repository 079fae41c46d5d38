"""Keeps trades and candles in the database, in batches, without ever holding up the market."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice

import asyncpg
import structlog

from tradebook.infra.cancellation import heed_cancellation
from tradebook.infra.database import DATABASE_ERRORS
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.candles import CandleBuilder
from tradebook.market.values import Candle, MarketEvent, Trade

WRITE_EVERY_S = 1.0
BATCH_MAX = 5_000
WAITING_MAX = 100_000
"""Trades that may wait for the database; beyond it the oldest are dropped, and counted."""
TRADES_KEPT = timedelta(days=7)
"""Of the market's time: a tape of long ago is as fresh as its newest trade."""
MAINTAIN_EVERY_S = 3_600

ENSURE_PARTITION = "select market.ensure_partition($1, $2, $3)"
DROP_BEFORE = "select market.drop_before('trades', $1)"
INSERT_TRADES = """
insert into market.trades (instrument_id, at, run_id, sequence, trade_id, price, quantity, aggressor)
select * from unnest(
    $1::text[], $2::timestamptz[], $3::text[], $4::bigint[], $5::text[], $6::numeric[], $7::numeric[],
    $8::text[])
on conflict do nothing
"""
UPSERT_CANDLES = """
insert into market.candles_1m (instrument_id, start, open, high, low, close, volume, trade_count)
select * from unnest(
    $1::text[], $2::timestamptz[], $3::numeric[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[],
    $8::bigint[])
on conflict (instrument_id, start) do update
    set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        volume = excluded.volume, trade_count = excluded.trade_count
"""

log = structlog.get_logger("tradebook.market")


class MarketHistory:
    """A sink of the feed. Use it as an async context manager."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        clock: Clock,
        *,
        run_id: str,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._run_id = run_id
        self._on_candle: Callable[[Candle], None] | None = None
        self._builder = CandleBuilder()
        self._trades: deque[Trade] = deque(maxlen=WAITING_MAX)
        self._candles: dict[tuple[InstrumentId, datetime], Candle] = {}
        self._partitions: set[tuple[str, datetime]] = set()
        self._newest: datetime | None = None
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    async def __aenter__(self) -> MarketHistory:
        self._task = asyncio.create_task(self._run(), name="market history")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(*DATABASE_ERRORS):
            await self.write()

    @property
    def has_room(self) -> bool:
        """Whether the database keeps up, so that nothing is about to be dropped."""
        return len(self._trades) < WAITING_MAX // 2

    def follow_candles(self, listener: Callable[[Candle], None]) -> None:
        """Tell ``listener`` of every candle that grew."""
        self._on_candle = listener

    def take(self, events: Sequence[MarketEvent]) -> None:
        """Note trades and what they do to their minutes; then tell of the minutes as they are now."""
        trades = [event for event in events if isinstance(event, Trade)]
        self.dropped += max(len(self._trades) + len(trades) - WAITING_MAX, 0)
        self._trades.extend(trades)
        grown: dict[tuple[InstrumentId, datetime], Candle] = {}
        for trade in trades:
            if self._newest is None or trade.at > self._newest:
                self._newest = trade.at
            candle = self._builder.add(trade)
            if candle is not None:
                grown[trade.instrument_id, candle.start] = candle
        self._candles.update(grown)
        if self._on_candle is not None:
            for candle in grown.values():
                self._on_candle(candle)

    def current_candle(self, instrument_id: InstrumentId) -> Candle | None:
        """The newest one-minute candle, still growing."""
        return self._builder.current(instrument_id)

    async def write(self) -> None:
        """Write what waits."""
        while self._trades or self._candles:
            trades = list(islice(self._trades, BATCH_MAX))
            candles = dict(self._candles)
            await self._ensure_partitions(
                days=(trade.at for trade in trades), months=(start for _, start in candles)
            )
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute("set local synchronous_commit = off")
                await connection.execute(
                    INSERT_TRADES, *_columns([self._trade_row(each) for each in trades], 8)
                )
                await connection.execute(
                    UPSERT_CANDLES, *_columns(list(map(_candle_row, candles.values())), 8)
                )
            for _ in trades:
                self._trades.popleft()
            for key, written in candles.items():
                if self._candles.get(key) is written:
                    del self._candles[key]

    async def _run(self) -> None:
        maintain_at = self._clock.now()
        while True:
            await self._clock.sleep(WRITE_EVERY_S)
            try:
                await self.write()
                if self._clock.now() >= maintain_at:
                    await self.maintain()
                    maintain_at = self._clock.now() + timedelta(seconds=MAINTAIN_EVERY_S)
            except DATABASE_ERRORS as error:
                heed_cancellation()
                self._partitions.clear()  # they may be what went missing
                log.warning("market_history_waits", reason=type(error).__name__)

    async def maintain(self) -> None:
        """Drop trades that are too old, and make room for those to come. Raises what the database raises."""
        now = self._newest or self._clock.now()
        oldest = now - TRADES_KEPT
        await self._pool.fetchval(DROP_BEFORE, oldest)
        self._partitions = {each for each in self._partitions if each[1] > oldest}
        next_month = now.replace(day=1) + timedelta(days=32)
        await self._ensure_partitions(days=(now, now + timedelta(days=1)), months=(now, next_month))

    async def _ensure_partitions(self, *, days: Iterable[datetime], months: Iterable[datetime]) -> None:
        wanted = {("trades", _midnight(day)) for day in days}
        wanted |= {("candles_1m", _midnight(month).replace(day=1)) for month in months}
        for table, begins in wanted - self._partitions:
            await self._pool.execute(ENSURE_PARTITION, table, "day" if table == "trades" else "month", begins)
            self._partitions.add((table, begins))

    def _trade_row(self, trade: Trade) -> tuple[object, ...]:
        return (
            trade.instrument_id,
            trade.at,
            self._run_id,
            trade.sequence,
            trade.trade_id,
            trade.price,
            trade.quantity,
            trade.aggressor.value,
        )


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _candle_row(candle: Candle) -> tuple[object, ...]:
    prices = (candle.open, candle.high, candle.low, candle.close)
    return (candle.instrument_id, candle.start, *prices, candle.volume, candle.trade_count)


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    """Rows turned into the columns that ``unnest`` takes."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]

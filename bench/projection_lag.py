"""How far the views are behind the journal while orders run at a steady rate, and after a burst.

A sample notes the journal's head and how long it takes until every view shows it (two milliseconds between
looks). The baseline is the same at a tenth of the rate. The burst is sent as fast as it is acknowledged.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

import asyncpg

from bench.accounts import open_accounts
from bench.book import BenchServer, running_server
from bench.order_templates import BUY, RESTING, SELL
from bench.processes import run_job
from bench.report import percentile, report
from tradebook.bootstrap.catalogue import projections
from tradebook.trading import events
from tradebook.trading.views.progress import HAS_REACHED

ACCOUNTS = 64
RATE, LOW_RATE = 1_000, 100
SECONDS = 10.0
REPEATS = 3
BURST = 20_000
LOOK_EVERY_S = 0.002
SAMPLE_EVERY_S = 0.02
NOT_REACHED_S = 60.0


SELECT_LAG = """
select h.position - coalesce(min(coalesce(c.position, 0)), 0)
from journal.head h cross join unnest($1::text[]) wanted(name) left join journal.consumers c using (name)
group by h.position
"""


class Views:
    """Looks at head and views from outside, as the server does for ``Tradebook-Position``."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        names = {schema.kind: schema.name for schema in events.SCHEMAS}
        self._types = {each.name: [names[kind] for kind in each.handles] for each in projections()}

    async def head(self) -> int:
        """The newest position."""
        position: int = await self._connection.fetchval("select position from journal.head")
        return position

    async def lag(self) -> int:
        """Events between the head and the place that the slowest view has saved."""
        lag: int = await self._connection.fetchval(SELECT_LAG, list(self._types))
        return lag

    async def seconds_until_all_show(self, position: int) -> float:
        """From now. Raises TimeoutError."""
        began = time.perf_counter()
        async with asyncio.timeout(NOT_REACHED_S):
            for name, types in self._types.items():
                while not await self._connection.fetchval(HAS_REACHED, name, position, types):  # noqa: ASYNC110  # other processes tell nobody
                    await asyncio.sleep(LOOK_EVERY_S)
        return time.perf_counter() - began


async def run() -> dict[str, Any]:
    """Both rates in turn; all samples of a rate together."""
    with running_server() as server:
        accounts = await open_accounts(server, ACCOUNTS)
        connection = await asyncpg.connect(server.database_url)
        views = Views(connection)
        times_ms: dict[int, list[float]] = {RATE: [], LOW_RATE: []}
        lags: list[int] = []
        errors = 0
        for n in range(REPEATS):
            for rate in times_ms:
                sampled, seen, failed = await _at(server, accounts, views, rate, f"r{rate}-{n}")
                times_ms[rate] += sampled
                lags += seen if rate == RATE else []
                errors += failed
                server.settle()
        burst = await _burst(server, accounts, views)
        await connection.close()
    steady, low = (sorted(times_ms[rate]) for rate in (RATE, LOW_RATE))
    return report(
        "projection_lag",
        percentile(steady, 0.95),
        f"ms behind at {RATE} orders/s, 95th percentile",
        baseline_name=f"the same at {LOW_RATE} orders/s",
        baseline=percentile(low, 0.95),
        latencies_ms=steady,
        errors=errors,
        lag_events={"median": statistics.median(lags), "max": max(lags)},
        after_a_burst=burst,
    )


async def _at(
    server: BenchServer, accounts: list[str], views: Views, rate: int, run_name: str
) -> tuple[list[float], list[int], int]:
    job = {
        "connections": 4,
        "rate": rate,
        "seconds": SECONDS,
        "warm_up_s": 1.0,
        "run": run_name,
        "token": server.key,
        "port": server.port,
        "accounts": accounts,
        "templates": [*[RESTING] * 8, BUY, SELL],
        "watch_fills": False,
    }
    load = asyncio.create_task(run_job("bench.paced_load", job))
    await asyncio.sleep(2.0)
    ends = time.perf_counter() + SECONDS - 1.0
    times_ms, lags = [], []
    while time.perf_counter() < ends:
        lags.append(await views.lag())
        times_ms.append(await views.seconds_until_all_show(await views.head()) * 1000)
        await asyncio.sleep(SAMPLE_EVERY_S)
    result = await load
    return times_ms, lags, result["errors"] + result["unfinished"]


async def _burst(server: BenchServer, accounts: list[str], views: Views) -> dict[str, Any]:
    job = {
        "connections": 16,
        "in_flight": 32,
        "seconds": 60,
        "orders": BURST,
        "run": "burst",
        "path": "/v1/trade",
        "token": server.key,
        "port": server.port,
        "accounts": accounts,
        "template": RESTING,
    }
    result = await run_job("bench.ws_load", job)
    level_s = await views.seconds_until_all_show(await views.head())
    return {
        "orders": BURST,
        "acknowledged_per_s": round(result["rate"], 1),
        "level_after_s": round(level_s, 2),
        "venue_has_all_after_s": round(level_s + server.settle(), 2),
    }

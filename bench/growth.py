"""What an order costs in small and large books: spread over more accounts, and behind a longer journal.

Cost is processor time of all the server's processes per order, from its arrival until venue and views have
it: unlike a rate it hardly moves when something else runs on the machine. The same number of orders goes to
10, 1,000 and 10,000 accounts of one book in turn; then to a book of a short journal and, after a restart, to
the same with a journal of 1,000,000 rows (``--full``: 10,000,000).
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any

import asyncpg

from bench import journal_filler, options
from bench.accounts import open_accounts
from bench.book import BenchServer, fresh_directory, running_server
from bench.database import database_in
from bench.footprint import footprint
from bench.order_templates import RESTING
from bench.processes import run_job
from bench.report import percentile, report

ACCOUNTS = (10, 1_000, 10_000)
ORDERS = 10_000
ORDERS_BESIDE_ROWS = 3_000
"""Few, for each is three rows and more, and the short journal is to stay short."""
REPEATS = 3
ROWS, ROWS_FULL = 1_000_000, 10_000_000
ACCOUNTS_BESIDE_ROWS = 64
SIGNED_WITHIN_S = 900.0
READY_WITHIN_S = 900.0


async def run() -> dict[str, Any]:
    """The benchmark's report; the medians count."""
    accounts = await _over_accounts()
    journal = await _over_rows(ROWS_FULL if options.is_full() else ROWS)
    fewest, most = accounts[str(ACCOUNTS[0])], accounts[str(ACCOUNTS[-1])]
    return report(
        "growth",
        most["cpu_us_per_order"],
        f"µs of processor time an order at {ACCOUNTS[-1]:,} accounts",
        baseline_name=f"at {ACCOUNTS[0]} accounts",
        baseline=fewest["cpu_us_per_order"],
        errors=0,
        accounts=accounts,
        journal=journal,
    )


async def _over_accounts() -> dict[str, dict[str, float]]:
    with running_server() as server:
        opened: list[str] = []
        for count in ACCOUNTS:
            opened += await open_accounts(server, count - len(opened), prefix=f"of{count}-")
        server.settle()
        await _measure(server, opened[: ACCOUNTS[0]], "warm")
        measured: dict[int, list[dict[str, float]]] = {count: [] for count in ACCOUNTS}
        for n in range(REPEATS):
            for count, results in measured.items():
                results.append(await _measure(server, opened[:count], f"n{n}-{count}"))
    return {str(count): _median(results) for count, results in measured.items()}


async def _over_rows(rows: int) -> dict[str, Any]:
    with fresh_directory() as directory:
        server = BenchServer(directory / "data")
        with server.running():
            accounts = await open_accounts(server, ACCOUNTS_BESIDE_ROWS)
            few = await _repeatedly(server, accounts, "few")
            rows_before = await _rows(server)
        began = time.monotonic()
        async with database_in(server.data) as database_url:
            await journal_filler.fill(database_url, rows)
        filled_s = time.monotonic() - began
        with server.running(READY_WITHIN_S):
            ready_s = time.monotonic() - began - filled_s
            await _until_signed(server)
            server.settle(READY_WITHIN_S)
            many = await _repeatedly(server, accounts, "many")
            rows_after = await _rows(server)
    return {
        f"up to {rows_before} rows": few,
        f"up to {rows_after} rows": many,
        "ratio": round(many["cpu_us_per_order"] / few["cpu_us_per_order"], 3),
        "filled_in_s": round(filled_s, 1),
        "ready_after_s": round(ready_s, 1),
    }


async def _repeatedly(server: BenchServer, accounts: Sequence[str], run_name: str) -> dict[str, float]:
    await _measure(server, accounts, f"{run_name}-warm", ORDERS_BESIDE_ROWS)
    return _median(
        [await _measure(server, accounts, f"{run_name}-{n}", ORDERS_BESIDE_ROWS) for n in range(REPEATS)]
    )


async def _measure(
    server: BenchServer, accounts: Sequence[str], run_name: str, orders: int = ORDERS
) -> dict[str, float]:
    job = {
        "connections": 16,
        "in_flight": 16,
        "seconds": 300,
        "orders": orders,
        "run": run_name,
        "path": "/v1/trade",
        "token": server.key,
        "port": server.port,
        "accounts": list(accounts),
        "template": RESTING,
    }
    before = footprint(server.pid)
    result = await run_job("bench.ws_load", job)
    if result["errors"]:
        raise RuntimeError(result["sample_error"])
    server.settle()
    after = footprint(server.pid)
    cpu_us = {name: (use.cpu_s - before[name].cpu_s) / orders * 1e6 for name, use in after.items()}
    return {
        "cpu_us_per_order": sum(cpu_us.values()),
        **{f"cpu_us_{name}": each for name, each in cpu_us.items()},
        "orders_per_s": result["rate"],
        "p99_ms": percentile(sorted(result["latencies_ms"]), 0.99),
    }


def _median(results: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(each[name] for each in results), 1) for name in results[0]}


async def _rows(server: BenchServer) -> int:
    connection = await asyncpg.connect(server.database_url)
    try:
        position: int = await connection.fetchval("select position from journal.head")
        return position
    finally:
        await connection.close()


async def _until_signed(server: BenchServer) -> None:
    """Checkpoints over what was filled in are made once, in the background: not a cost of orders."""
    connection = await asyncpg.connect(server.database_url)
    try:
        async with asyncio.timeout(SIGNED_WITHIN_S):
            behind = "select position > (select max(size) from journal.checkpoints) + 2048 from journal.head"
            while await connection.fetchval(behind):  # noqa: ASYNC110  # other processes tell nobody
                await asyncio.sleep(0.5)
    finally:
        await connection.close()

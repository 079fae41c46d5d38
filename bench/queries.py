"""Lists while orders run: with and without filters, first pages and pages behind a cursor.

Over a book of 100,000 orders and more, two clients ask in rotation while orders run at a steady rate. The
value is the 95th percentile of the slowest list; the baseline is what an answer without any work takes at
the same time (``/health/live``).
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bench.accounts import open_accounts
from bench.book import BenchServer, running_server
from bench.http_client import HttpClient, connected
from bench.order_templates import BUY, RESTING, SELL
from bench.processes import run_job
from bench.report import percentile, report

ACCOUNTS = 64
RESTING_ORDERS = 80_000
MARKET_ORDERS = 20_000
RATE = 1_000
CLIENTS = 2
SECONDS = 40.0
BASELINE = "answer without work"
PAGES_DEEP = 10


async def run() -> dict[str, Any]:
    """The benchmark's report."""
    with running_server() as server:
        accounts = await open_accounts(server, ACCOUNTS)
        began = time.perf_counter()
        await _fill(server, accounts, RESTING, RESTING_ORDERS, "rest")
        await _fill(server, accounts, BUY, MARKET_ORDERS, "fill")
        server.settle(timeout_s=900)
        filled_s = time.perf_counter() - began
        async with connected(server.port, server.key) as client:
            paths = await _paths(client, accounts[0])
        load = asyncio.create_task(run_job("bench.paced_load", _steady(server, accounts)))
        await asyncio.sleep(2.0)
        times_ms: dict[str, list[float]] = defaultdict(list)
        errors = await asyncio.gather(*(_ask(server, paths, times_ms, offset=n) for n in range(CLIENTS)))
        orders = await load
    p95_ms, p50_ms = (
        {name: round(percentile(sorted(times), fraction), 3) for name, times in times_ms.items()}
        for fraction in (0.95, 0.50)
    )
    baseline = p95_ms.pop(BASELINE)
    slowest = max(p95_ms, key=lambda name: p95_ms[name])
    return report(
        "queries",
        p95_ms[slowest],
        "ms, 95th percentile of the slowest list",
        baseline_name=f"{BASELINE} (/health/live)",
        baseline=baseline,
        latencies_ms=[each for name, times in times_ms.items() if name != BASELINE for each in times],
        errors=sum(errors) + orders["errors"],
        slowest=slowest,
        p95_ms_by_list=dict(sorted(p95_ms.items(), key=lambda item: -item[1])),
        p50_ms_by_list=p50_ms,
        orders_in_the_book=RESTING_ORDERS + MARKET_ORDERS + orders["sent"],
        orders_per_s=round(orders["rate"], 1),
        filled_in_s=round(filled_s, 1),
    )


async def _fill(
    server: BenchServer, accounts: list[str], template: dict[str, Any], count: int, run_name: str
) -> None:
    job = {
        "connections": 16,
        "in_flight": 16,
        "seconds": 600,
        "orders": count,
        "run": run_name,
        "path": "/v1/trade",
        "token": server.key,
        "port": server.port,
        "accounts": accounts,
        "template": template,
    }
    result = await run_job("bench.ws_load", job)
    if result["errors"]:
        raise RuntimeError(result["sample_error"])


def _steady(server: BenchServer, accounts: list[str]) -> dict[str, Any]:
    return {
        "connections": 4,
        "rate": RATE,
        "seconds": SECONDS + 2,
        "warm_up_s": 1.0,
        "run": "steady",
        "token": server.key,
        "port": server.port,
        "accounts": accounts,
        "templates": [*[RESTING] * 8, BUY, SELL],
        "watch_fills": False,
    }


async def _paths(client: HttpClient, account_id: str) -> Mapping[str, str]:
    """What is asked, by name."""
    one = f"/v1/accounts/{account_id}"
    newest = (await client.call("GET", "/v1/orders?limit=1"))["items"][0]
    since = quote(newest["created_at"])
    lists = {
        "orders": "/v1/orders?limit=50",
        "orders, 500 a page": "/v1/orders?limit=500",
        "orders, open": "/v1/orders?status=open&limit=50",
        "orders, filled": "/v1/orders?status=filled&limit=50",
        "orders of an account": f"/v1/orders?account_id={account_id}&limit=50",
        "orders of an account, open": f"/v1/orders?account_id={account_id}&status=open&limit=50",
        "orders of an instrument and side": "/v1/orders?instrument=BTC-USDT.SIM&side=sell&limit=50",
        "orders until a time": f"/v1/orders?until={since}&limit=50",
        "fills": f"{one}/fills?limit=50",
        "ledger": f"{one}/ledger?limit=50",
        "journal": "/v1/journal?limit=50",
        "journal of an account": f"/v1/journal?stream=account-{account_id}&limit=50",
        "journal of a type": "/v1/journal?type=trading.OrderFilled&limit=50",
    }
    deep = {f"{name}, page {PAGES_DEEP}": await _deep(client, path) for name, path in lists.items()}
    alone = {
        "balances": f"{one}/balances",
        "positions": f"{one}/positions",
        "accounts": "/v1/accounts?limit=50",
        "one order": f"/v1/orders/{newest['order_id']}",
    }
    return {BASELINE: "/health/live", **lists, **{n: p for n, p in deep.items() if p}, **alone}


async def _deep(client: HttpClient, path: str) -> str:
    """The list some pages on; empty when it is not so long."""
    page = path
    for _ in range(PAGES_DEEP):
        cursor = (await client.call("GET", page))["next_cursor"]
        if not cursor:
            return ""
        page = f"{path}&cursor={quote(cursor)}"
    return page


async def _ask(
    server: BenchServer, paths: Mapping[str, str], times_ms: dict[str, list[float]], *, offset: int
) -> int:
    """In rotation until the time is over; how many answers were no success."""
    rotation = list(paths.items())
    rotation = rotation[offset * len(rotation) // CLIENTS :] + rotation[: offset * len(rotation) // CLIENTS]
    errors = 0
    ends = time.perf_counter() + SECONDS
    async with connected(server.port, server.key) as client:
        while time.perf_counter() < ends:
            for name, path in rotation:
                began = time.perf_counter()
                status, _ = await client.request("GET", path)
                times_ms[name].append((time.perf_counter() - began) * 1000)
                errors += status != 200
                await asyncio.sleep(0.002)
    return errors

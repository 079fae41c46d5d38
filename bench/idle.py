"""What a server without a market takes while nobody asks anything; then what each thousand of something adds.

Memory is the proportional set size of every process: server, projector, PostgreSQL, Redis. The baseline is a
FastAPI server that does nothing.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

from bench import options
from bench.accounts import open_accounts
from bench.book import BenchServer, running_server
from bench.footprint import footprint, megabytes, pss_of, total
from bench.order_templates import RESTING
from bench.processes import run_job, serving
from bench.report import report
from bench.ws_client import WsClient, connect

SECONDS = 300.0
SAMPLES = 30
SETTLE_S = 5.0
ACCOUNTS, ORDERS, CLIENTS = 2_000, 20_000, 1_000


async def run() -> dict[str, Any]:
    """The benchmark's report."""
    baseline = await _fastapi_alone()
    with running_server("none") as server:
        await asyncio.sleep(SETTLE_S)
        idle = await _idle(server, options.seconds(SECONDS))
    with running_server() as server:
        added = await _per_thousand(server)
    return report(
        "idle",
        idle.pop("pss_mb"),
        "MB (sum of PSS)",
        baseline_name="a FastAPI server that does nothing, alone",
        baseline=megabytes(baseline),
        **idle,
        kb_per_1000=added,
    )


async def _fastapi_alone() -> float:
    async with serving("bench.baseline_fastapi") as served:
        await asyncio.sleep(1.0)
        return pss_of(served.pid)


async def _idle(server: BenchServer, seconds: float) -> dict[str, Any]:
    before, began = footprint(server.pid), time.monotonic()
    sizes = []
    for _ in range(SAMPLES):
        await asyncio.sleep(seconds / SAMPLES)
        sizes.append(total(footprint(server.pid)).pss)
    after, took_s = footprint(server.pid), time.monotonic() - began
    return {
        "pss_mb": megabytes(statistics.median(sizes)),
        "pss_mb_max": megabytes(max(sizes)),
        "cpu_percent_of_a_core": round(100 * (total(after).cpu_s - total(before).cpu_s) / took_s, 2),
        "observed_s": round(took_s, 1),
        "pss_mb_by_part": {name: megabytes(use.pss) for name, use in after.items()},
        "cpu_percent_by_part": {
            name: round(100 * (use.cpu_s - before[name].cpu_s) / took_s, 2)
            for name, use in after.items()
            if name in before
        },
    }


async def _per_thousand(server: BenchServer) -> dict[str, dict[str, float]]:
    """Kilobytes that the server's own process and all of them together take more."""
    accounts = await open_accounts(server, 10, prefix="first")
    await _place(server, accounts, 1_000, "first")
    sizes = [await _settled(server)]
    accounts = await open_accounts(server, ACCOUNTS)
    sizes.append(await _settled(server))
    await _place(server, accounts, ORDERS, "more")
    sizes.append(await _settled(server))
    clients = [await _watcher(server) for _ in range(CLIENTS)]
    sizes.append(await _settled(server))
    for client in clients:
        client.transport.disconnect()
    counts = {"accounts": ACCOUNTS, "open_orders": ORDERS, "websocket_clients": CLIENTS}
    return {
        name: {part: round((after[part] - before[part]) / count, 1) for part in ("server", "all")}
        for (name, count), before, after in zip(counts.items(), sizes, sizes[1:], strict=False)
    }


async def _settled(server: BenchServer) -> dict[str, float]:
    server.settle()
    await asyncio.sleep(SETTLE_S)
    uses = footprint(server.pid)
    return {"server": uses["server"].pss, "all": total(uses).pss}


async def _place(server: BenchServer, accounts: list[str], count: int, run_name: str) -> None:
    job = {
        "connections": 8,
        "in_flight": 16,
        "seconds": 120,
        "orders": count,
        "run": run_name,
        "path": "/v1/trade",
        "token": server.key,
        "port": server.port,
        "accounts": accounts,
        "template": RESTING,
    }
    await run_job("bench.ws_load", job)


async def _watcher(server: BenchServer) -> WsClient:
    client = await connect(server.port, "/v1/stream", server.key, lambda _, __: None)
    client.send([b'{"op":"subscribe","channels":["quotes:BTC-USDT.SIM"]}'])
    return client

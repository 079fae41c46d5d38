"""Order entry over one kind of connection, ``/v1/trade``, with several orders in flight on each.

Held against one order per HTTP request on the same book, and against a bare durable WebSocket echo: the three
take turns.
"""

from __future__ import annotations

import statistics
from typing import Any

from bench.accounts import open_accounts
from bench.book import BenchServer, running_server
from bench.order_templates import RESTING
from bench.processes import run_job, serving
from bench.report import report

ACCOUNTS = 64
HTTP_CONNECTIONS = 64
CONNECTIONS = 16
IN_FLIGHT = 16
"""Per connection."""
SECONDS = 6.0
REPEATS = 3


async def run() -> dict[str, Any]:
    """The benchmark's report; the medians count."""
    with running_server() as server:
        accounts = await open_accounts(server, ACCOUNTS)
        http, echo, trade = [], [], []
        for n in range(REPEATS):
            http.append(await _over_http(server, accounts, f"h{n}"))
            echo.append(await _echo(server, accounts))
            trade.append(await _over_ws(server.port, server.key, accounts, f"w{n}"))
            server.settle()
    middle = sorted(trade, key=lambda each: each["rate"])[REPEATS // 2]
    http_rate = statistics.median(each["rate"] for each in http)
    echo_rate = statistics.median(each["rate"] for each in echo)
    return report(
        "orders_ws",
        middle["rate"],
        "orders/s",
        baseline_name="orders_http, 64 connections",
        baseline=http_rate,
        latencies_ms=middle["latencies_ms"],
        errors=sum(each["errors"] for each in trade),
        connections=CONNECTIONS,
        in_flight_per_connection=IN_FLIGHT,
        durable_echo={
            "name": "bare durable WebSocket echo",
            "value": round(echo_rate, 1),
            "ratio": round(middle["rate"] / echo_rate, 3),
        },
        sample_error=middle["sample_error"],
    )


async def _over_http(server: BenchServer, accounts: list[str], run_name: str) -> dict[str, Any]:
    job = {
        "connections": HTTP_CONNECTIONS,
        "seconds": SECONDS,
        "run": run_name,
        "path": "/v1/orders",
        "token": server.key,
        "port": server.port,
        "accounts": accounts,
        "template": RESTING,
    }
    return await run_job("bench.http_load", job)


async def _over_ws(port: int, token: str, accounts: list[str], run_name: str) -> dict[str, Any]:
    job = {
        "connections": CONNECTIONS,
        "in_flight": IN_FLIGHT,
        "seconds": SECONDS,
        "run": run_name,
        "path": "/v1/trade",
        "token": token,
        "port": port,
        "accounts": accounts,
        "template": RESTING,
    }
    return await run_job("bench.ws_load", job)


async def _echo(server: BenchServer, accounts: list[str]) -> dict[str, Any]:
    async with serving("bench.baseline_ws_echo", database_url=server.database_url) as served:
        return await _over_ws(served.port, "none", accounts, "e")

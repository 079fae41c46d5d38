"""Placed over ``/v1/trade`` → filled on the paper venue → projected → pushed on ``/v1/stream``.

A market order's time runs from when it was due to be sent until a subscriber to ``orders`` has it as filled.
First at a constant rate, then with a window of unfilled orders that keeps the whole way busy: the most it
can do. The baseline are orders of the same kind that are only acknowledged, as fast as they are.
"""

from __future__ import annotations

import statistics
from typing import Any

from bench.accounts import open_accounts
from bench.book import BenchServer, running_server
from bench.order_templates import BUY, SELL
from bench.processes import run_job
from bench.report import percentile, report

ACCOUNTS = 64
CONNECTIONS = 8
RATE = 2_000
"""Orders a second at which the times are taken."""
WINDOW = 512
SECONDS = 8.0
ACKNOWLEDGED_S = 2.0
"""Short, for what is only acknowledged has to be filled before the next turn."""
WARM_UP_S = 2.0
REPEATS = 3


async def run() -> dict[str, Any]:
    """All three in turn; the medians count."""
    with running_server() as server:
        accounts = await open_accounts(server, ACCOUNTS)
        acknowledged, paced, fastest = [], [], []
        for n in range(REPEATS):
            acknowledged.append(await _acknowledged(server, accounts, f"a{n}"))
            server.settle()
            paced.append(await _followed(server, accounts, f"p{n}", rate=RATE))
            server.settle()
            fastest.append(await _followed(server, accounts, f"m{n}", window=WINDOW))
            server.settle()
    middle = sorted(paced, key=lambda each: percentile(sorted(each["fill_ms"]), 0.99))[REPEATS // 2]
    answers = sorted(middle["answer_ms"])
    return report(
        "orders_end_to_end",
        statistics.median(each["rate"] for each in fastest),
        "orders/s filled and pushed",
        baseline_name="the same orders acknowledged, not followed",
        baseline=statistics.median(each["rate"] for each in acknowledged),
        latencies_ms=middle["fill_ms"],
        errors=sum(each["errors"] + each["unfinished"] for each in (*paced, *fastest)),
        at_constant_rate={
            "offered": RATE,
            "value": round(middle["rate"], 1),
            "answer_p50_ms": round(percentile(answers, 0.50), 3),
            "answer_p99_ms": round(percentile(answers, 0.99), 3),
        },
        unfilled_at_a_time=WINDOW,
        sample_error=next((e["sample_error"] for e in (*paced, *fastest) if e["sample_error"]), ""),
    )


async def _acknowledged(server: BenchServer, accounts: list[str], run_name: str) -> dict[str, Any]:
    job = {
        "connections": CONNECTIONS,
        "in_flight": WINDOW // CONNECTIONS,
        "seconds": ACKNOWLEDGED_S,
        "run": run_name,
        "path": "/v1/trade",
        "token": server.key,
        "port": server.port,
        "accounts": accounts,
        "template": BUY,
    }
    return await run_job("bench.ws_load", job)


async def _followed(server: BenchServer, accounts: list[str], run_name: str, **how: float) -> dict[str, Any]:
    job = {
        "connections": CONNECTIONS,
        "seconds": SECONDS,
        "warm_up_s": WARM_UP_S,
        "run": run_name,
        "token": server.key,
        "port": server.port,
        "accounts": accounts,
        "templates": [BUY, SELL],
        "watch_fills": True,
        **how,
    }
    return await run_job("bench.paced_load", job)

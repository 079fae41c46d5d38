"""100 orders per request to ``/v1/orders/batch``, each decided by itself, against bare batches of the same.

The baseline runs on the same database: it stores the rows durably and decides nothing.
"""

from __future__ import annotations

import statistics
from typing import Any

from bench.accounts import open_accounts
from bench.book import running_server
from bench.order_templates import RESTING
from bench.processes import run_job, serving
from bench.report import report

ACCOUNTS = 64
BATCH = 100
CONNECTIONS = 8
SECONDS = 5.0
REPEATS = 3


async def run() -> dict[str, Any]:
    """Both in turn; the medians count. Times are those of whole requests."""
    with running_server() as server:
        accounts = await open_accounts(server, ACCOUNTS)
        bare, batches = [], []
        for n in range(REPEATS):
            async with serving("bench.baseline_batch", database_url=server.database_url) as served:
                bare.append(await _load(served.port, "none", accounts, "e"))
            batches.append(await _load(server.port, server.key, accounts, f"b{n}"))
            server.settle()
    middle = sorted(batches, key=lambda each: each["rate"])[REPEATS // 2]
    return report(
        "orders_batch",
        middle["rate"] * BATCH,
        "orders/s",
        baseline_name="bare batches: same HTTP stack, INSERT SELECT unnest",
        baseline=statistics.median(each["rate"] for each in bare) * BATCH,
        latencies_ms=middle["latencies_ms"],
        errors=sum(map(_errors, batches)),
        orders_per_request=BATCH,
        connections=CONNECTIONS,
        sample_error=middle["sample_error"][-300:],
    )


async def _load(port: int, token: str, accounts: list[str], run_name: str) -> dict[str, Any]:
    job = {
        "connections": CONNECTIONS,
        "seconds": SECONDS,
        "run": run_name,
        "path": "/v1/orders/batch",
        "token": token,
        "port": port,
        "accounts": accounts,
        "template": RESTING,
        "batch": BATCH,
    }
    return await run_job("bench.http_load", job)


def _errors(result: dict[str, Any]) -> int:
    return sum(count for status, count in result["statuses"].items() if status != "200")

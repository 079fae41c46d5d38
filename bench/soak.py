"""A steady mixed load on a replay: what server and page take at the end must be what they took at the start.

Orders that rest and are cancelled, orders that fill, a watcher of all of them, lists, and the desk open in
Chromium on one of the accounts, gone through room by room. After a warm-up, half as long as what is observed,
the first fifth is held against the last, and the slope of all of it is told.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import Sequence
from typing import Any

import asyncpg
from playwright.async_api import Page

from bench import options
from bench.accounts import open_accounts
from bench.book import BenchServer, fresh_directory
from bench.desk_page import PageMemory, go_round, open_desk
from bench.footprint import footprint, megabytes, total
from bench.http_client import connected
from bench.order_templates import BUY, RESTING, SELL
from bench.processes import run_job
from bench.projection_lag import Views
from bench.report import report
from bench.tape import INSTRUMENT, write_tape

SECONDS = 600.0
RATE = 100
"""Well below what two cores take while they also draw the page: a backlog is memory too."""
ACCOUNTS = 32
SAMPLES_MAX, SAMPLED_EVERY_S = 50, 15.0
"""As many as that, and not more often: between two of them the page goes round the rooms."""
WARM_UP = 0.5
"""Of the time that is observed. The page goes round after round in it: the browser compiles what is used
often, at first badly and then better, and holds what it has compiled. After 45 rounds the heap still gained
15 kB by each, 14 of which a snapshot found to be compiled code and what keeps track of it."""
BETWEEN_ROUNDS_S = 6.0
CANCEL_AFTER_S = 2.0
LISTS = ("/v1/orders?limit=50", "/v1/orders?status=open&limit=50", "/v1/journal?limit=50", "/v1/accounts")
PAUSE_S = 0.05
STARTS_WITHIN_S = 120.0
"""More tape than the load lasts: it plays from the start of the server."""
SLOPES_OF = ("pss_mb_of_server", "pss_mb_of_projector", "page_heap_mb", "page_elements")
TASKS = re.compile(r"^tradebook_tasks (\S+)$", re.MULTILINE)


async def run() -> dict[str, Any]:
    """The benchmark's report."""
    seconds = options.seconds(SECONDS)
    warm_up_s = WARM_UP * seconds
    with fresh_directory() as directory:
        tape = write_tape(directory, warm_up_s + seconds + STARTS_WITHIN_S)
        server = BenchServer(directory / "data", tape)
        with server.running():
            accounts = await open_accounts(server, ACCOUNTS)
            async with open_desk(server) as page:
                mixed = _mixed(server, accounts, warm_up_s + seconds)
                load = asyncio.create_task(run_job("bench.paced_load", mixed))
                reading = asyncio.create_task(_read(server))
                await _warm_up(page, warm_up_s)
                samples = await _sample(server, page, seconds)
                reading.cancel()
                result = await load
    fifth = len(samples) // 5
    begin, end = _median(samples[:fifth]), _median(samples[-fifth:])
    return report(
        "soak",
        end["pss_mb_of_python"],
        "MB (PSS of server and projector) at the end",
        baseline_name="at the beginning",
        baseline=begin["pss_mb_of_python"],
        latencies_ms=result["fill_ms"],
        errors=result["errors"] + result["unfinished"],
        minutes=round(seconds / 60, 1),
        orders_per_s=RATE,
        at_the_beginning=begin,
        at_the_end=end,
        slope_in_percent_per_10_min={name: _slope(samples, name, seconds) for name in SLOPES_OF},
        samples={name: [each[name] for each in samples] for name in SLOPES_OF},
        sample_error=result["sample_error"],
    )


def _mixed(server: BenchServer, accounts: list[str], seconds: float) -> dict[str, Any]:
    return {
        "connections": 4,
        "rate": RATE,
        "seconds": seconds,
        "warm_up_s": 1.0,
        "run": "soak",
        "token": server.key,
        "port": server.port,
        "accounts": accounts,
        "templates": [{**each, "instrument": INSTRUMENT} for each in (RESTING, BUY, RESTING, SELL)],
        "watch_fills": True,
        "cancel_after_s": CANCEL_AFTER_S,
    }


async def _read(server: BenchServer) -> None:
    """Lists, without end."""
    async with connected(server.port, server.key) as client:
        while True:
            for path in LISTS:
                await client.call("GET", path)
                await asyncio.sleep(PAUSE_S)


async def _warm_up(page: Page, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() + BETWEEN_ROUNDS_S < until:
        await go_round(page)
        await asyncio.sleep(BETWEEN_ROUNDS_S)
    await asyncio.sleep(max(0.0, until - time.monotonic()))


async def _sample(server: BenchServer, page: Page, seconds: float) -> list[dict[str, float]]:
    memory = await PageMemory.of(page)
    connection = await asyncpg.connect(server.database_url)
    views = Views(connection)
    began, samples = time.monotonic(), []
    count = max(10, min(SAMPLES_MAX, int(seconds / SAMPLED_EVERY_S)))
    for n in range(1, count + 1):
        until = began + n * seconds / count
        await asyncio.sleep(max(0.0, until - time.monotonic()))
        samples.append({**await _look(server, views), **await memory.look()})
        await go_round(page)
    await connection.close()
    return samples


async def _look(server: BenchServer, views: Views) -> dict[str, float]:
    lag_s = await views.seconds_until_all_show(await views.head())
    uses = footprint(server.pid)
    async with connected(server.port, server.key) as client:
        _, body = await client.request("GET", "/metrics")
    tasks = TASKS.search(body.decode())
    assert tasks is not None
    whole = total(uses)
    return {
        "pss_mb_of_server": megabytes(uses["server"].pss),
        "pss_mb_of_projector": megabytes(uses["projector"].pss),
        "pss_mb_of_python": megabytes(uses["server"].pss + uses["projector"].pss),
        "pss_mb_of_all": megabytes(whole.pss),
        "files_of_server": uses["server"].files,
        "files_of_all": whole.files,
        "threads_of_server": uses["server"].threads,
        "tasks_of_server": float(tasks[1]),
        "lag_ms": round(lag_s * 1000, 1),
    }


def _median(samples: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(each[name] for each in samples), 2) for name in samples[0]}


def _slope(samples: Sequence[dict[str, float]], name: str, seconds: float) -> float:
    """By least squares, in percent of the mean."""
    values = [each[name] for each in samples]
    fit = statistics.linear_regression(range(len(values)), values)
    per_10_min = fit.slope * len(values) * 600 / seconds
    return round(100 * per_10_min / statistics.fmean(values), 2)

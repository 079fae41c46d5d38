"""replay: states folded from PostgreSQL, against the `eventsourcing` library rehydrating the same events.

Accounts of 10,000 orders each; both decode every event and fold it into what the account holds. The library
runs in a process and an environment of its own, on the same database.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg

from bench.database import fresh_database
from bench.orders_of_bench import CATALOGUE, OrderNoted, order_noted
from bench.peers import environment
from bench.report import report
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.ids import new_id

ACCOUNTS = 30
EVENTS = 10_000
PEER_ACCOUNTS = 5
PEER_TIMEOUT_S = 120
ROUNDS = 3


async def fill(journal: PostgresJournal) -> list[str]:
    """Accounts of so many orders each."""
    streams = [f"account-{new_id()}" for _ in range(ACCOUNTS)]
    for stream in streams:
        futures = []
        for version in range(0, EVENTS, 500):
            events = [order_noted(stream, version + n) for n in range(500)]
            metadata = Metadata(actor="key:bench", command_id=new_id())
            append = Append(stream=stream, expected_version=version, events=events, metadata=metadata)
            futures.append(journal.submit(append))
        await asyncio.gather(*futures)
    return streams


async def fold(journal: PostgresJournal, stream: str) -> Decimal:
    """What the account holds, from its events."""
    held, newest = Decimal(0), ""
    async for page in journal.load_events(stream):
        for event in page:
            match event:
                case OrderNoted():
                    held += event.hold_amount
                    newest = event.order_id
    if not newest:
        raise ValueError(f"{stream} has no events")
    return held


async def events_per_second(journal: PostgresJournal, streams: list[str]) -> float:
    """All accounts, one after the other."""
    start = time.perf_counter()
    for stream in streams:
        if await fold(journal, stream) != EVENTS * Decimal("250.2506"):
            raise ValueError(f"{stream} does not hold what it should")
    return len(streams) * EVENTS / (time.perf_counter() - start)


async def peer_events_per_second(database_url: str) -> float:
    """The library, storing and loading in its own process."""
    parts = urlsplit(database_url)
    variables = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.removeprefix("/"),
        "POSTGRES_HOST": parse_qs(parts.query).get("host", [parts.hostname or ""])[0],
        "POSTGRES_PORT": str(parts.port or 5432),
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": parts.password or "",
    }
    script = environment.ROOT / "bench/peers/rehydrate.py"
    interpreter = await asyncio.to_thread(environment.python)
    process = await asyncio.create_subprocess_exec(
        interpreter,
        script,
        str(PEER_ACCOUNTS),
        str(EVENTS),
        env={**os.environ, **variables, "PYTHONPATH": ""},
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PEER_TIMEOUT_S):
        output, _ = await process.communicate()
    return float(output)


async def run() -> dict[str, Any]:
    """The benchmark's report, from a database of its own."""
    async with fresh_database() as database_url:
        return await measure(database_url)


async def measure(database_url: str) -> dict[str, Any]:
    """Both in turn, several times over; the medians count. The database must be migrated."""
    rates: list[float] = []
    peer_rates: list[float] = []
    async with (
        asyncpg.create_pool(database_url, min_size=2, max_size=2) as pool,
        PostgresJournal(database_url, pool, CATALOGUE) as journal,
    ):
        streams = await fill(journal)
        await pool.execute("vacuum analyze journal.events")
        for _ in range(ROUNDS):
            rates.append(await events_per_second(journal, streams))
            peer_rates.append(await peer_events_per_second(database_url))
    return report(
        "replay",
        statistics.median(rates),
        "events/s",
        baseline_name="eventsourcing (PyPI), PostgreSQL",
        baseline=statistics.median(peer_rates),
    )

"""journal_append: durable appends through the journal, against a bare INSERT … SELECT unnest.

Both write rows of the same shape into tables with the same columns and indexes, about 100 events a commit,
one event an append. The bare one gets its texts ready-made, hashes in Python with the head in its hand, and
checks nothing. Then four processes append at once, against one.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Any

import asyncpg

from bench.database import fresh_database
from bench.orders_of_bench import CATALOGUE, order_noted
from bench.report import report
from tradebook.journal.hashing import GENESIS, leaf_hash, link, microseconds
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.records import Append, Metadata
from tradebook.kernel import wire
from tradebook.kernel.ids import new_id

BATCH = 100
CALLERS = 200
STREAMS_PER_CALLER = 5
ROUND_S = 3.0
ROUNDS = 5
PROCESSES = 4

BARE_TABLE = """
drop table if exists bench_bare;
create table bench_bare (like journal.events including all)
"""
BARE_INSERT = """
insert into bench_bare select * from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::bigint[],
    $5::text[], $6::smallint[], $7::text[], $8::text[], $9::bytea[], $10::bytea[])
"""


class Bare:
    """The baseline: one connection, one statement a batch."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._versions = {f"account-{new_id()}": 0 for _ in range(CALLERS * STREAMS_PER_CALLER)}
        self._streams = list(self._versions)
        self._data = wire.encode(order_noted(self._streams[0], 1)).decode()
        self._metadata = wire.encode(metadata()).decode()
        self._position, self._hash = 0, GENESIS

    async def events_per_second(self) -> float:
        """Durable rows a second."""
        insert = await self._connection.prepare(BARE_INSERT)
        start, before = time.perf_counter(), self._position
        while time.perf_counter() - start < ROUND_S:
            await insert.fetch(*zip(*[self._row(datetime.now(UTC)) for _ in range(BATCH)], strict=True))
        return (self._position - before) / (time.perf_counter() - start)

    def _row(self, moment: datetime) -> tuple[Any, ...]:
        self._position += 1
        stream = self._streams[self._position % len(self._streams)]
        version = self._versions[stream] = self._versions[stream] + 1
        leaf = leaf_hash(stream, version, "bench.OrderNoted", 1, self._metadata, self._data)
        self._hash = link(self._hash, self._position, microseconds(moment), leaf)
        row = (self._position, moment, stream, version, "bench.OrderNoted", 1, self._data, self._metadata)
        return (*row, leaf, self._hash)


def metadata() -> Metadata:
    """Of one command."""
    return Metadata(actor="key:bench", command_id=new_id(), correlation_id=new_id())


async def append_for(journal: PostgresJournal, seconds: float) -> list[float]:
    """Callers that append, wait for the answer and append again; latencies in milliseconds."""
    end = time.perf_counter() + seconds
    latencies_ms: list[float] = []

    async def caller() -> None:
        versions = {f"account-{new_id()}": 0 for _ in range(STREAMS_PER_CALLER)}
        while True:
            for stream, version in versions.items():
                start = time.perf_counter()
                if start > end:
                    return
                event = order_noted(stream, version)
                append = Append(stream=stream, expected_version=version, events=[event], metadata=metadata())
                versions[stream] = (await journal.append(append)).version
                latencies_ms.append((time.perf_counter() - start) * 1e3)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return latencies_ms


async def append_in_processes(database_url: str, count: int) -> float:
    """Events a second of so many processes together."""
    command = (sys.executable, "-m", "bench.journal_append", database_url)
    processes = [
        await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(count)
    ]
    printed = await asyncio.gather(*(process.communicate() for process in processes))
    return sum(float(output) for output, _ in printed)


async def append_alone(database_url: str) -> float:
    """One process of several: its events a second."""
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool,
        PostgresJournal(database_url, pool, CATALOGUE) as journal,
    ):
        await append_for(journal, ROUND_S / 3)
        return len(await append_for(journal, ROUND_S)) / ROUND_S


async def run() -> dict[str, Any]:
    """The benchmark's report, from a database of its own."""
    async with fresh_database() as database_url:
        return await measure(database_url)


async def measure(database_url: str) -> dict[str, Any]:
    """Both in turn, several times over; the medians count. The database must be migrated."""
    rates: list[float] = []
    bare_rates: list[float] = []
    latencies_ms: list[float] = []
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=1) as pool,
        PostgresJournal(database_url, pool, CATALOGUE) as journal,
    ):
        await pool.execute(BARE_TABLE)
        connection = await asyncpg.connect(database_url)
        bare = Bare(connection)
        for _ in range(ROUNDS):
            bare_rates.append(await bare.events_per_second())
            times_ms = await append_for(journal, ROUND_S)
            rates.append(len(times_ms) / ROUND_S)
            latencies_ms += times_ms
        await connection.close()
        await pool.execute("drop table bench_bare")
    one = await append_in_processes(database_url, 1)
    several = await append_in_processes(database_url, PROCESSES)
    return report(
        "journal_append",
        statistics.median(rates),
        "events/s",
        baseline_name="bare INSERT SELECT unnest",
        baseline=statistics.median(bare_rates),
        latencies_ms=latencies_ms,
        processes={"one": round(one, 1), str(PROCESSES): round(several, 1), "ratio": round(several / one, 3)},
    )


if __name__ == "__main__":
    print(asyncio.run(append_alone(sys.argv[1])))

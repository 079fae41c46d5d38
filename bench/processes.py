"""Load generators and baselines in processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from bench.book import free_port

DATABASE_URL = "BENCH_DATABASE_URL"
"""How a baseline is told its database: a command line would show the password to everyone."""
LISTENS_WITHIN_S = 20.0


async def run_job(module: str, job: dict[str, Any]) -> dict[str, Any]:
    """Run ``python -m module`` with the job on its standard input; what it prints is the result."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        output, _ = await process.communicate(json.dumps(job).encode())
    finally:
        if process.returncode is None:  # we were cancelled
            process.kill()
    if process.returncode != 0:
        raise RuntimeError(f"{module} ended with {process.returncode}")
    result: dict[str, Any] = json.loads(output)
    return result


class Served(NamedTuple):
    """A process that listens."""

    port: int
    pid: int


@asynccontextmanager
async def serving(module: str, *arguments: str, database_url: str = "") -> AsyncIterator[Served]:
    """Run ``python -m module PORT …`` until the block ends; entered once something listens there."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, str(port), *arguments),
        env={**os.environ, DATABASE_URL: database_url},
    )
    try:
        await _until_listening(port)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _until_listening(port: int) -> None:
    async with asyncio.timeout(LISTENS_WITHIN_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return

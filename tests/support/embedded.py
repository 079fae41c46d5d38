"""Embedded servers in a process of their own, for tests that kill it; and a book's worth of rows."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.embedded.servers import Servers
from tradebook.infra.migrations import migrate
from tradebook.infra.settings import Settings

APPEND = """
select journal.append(array[$1], array[$2::bigint], array[1], array[gen_random_uuid()],
                      array[$1], array[$2 + 1::bigint], array['purse.CoinsAdded'], array[1::smallint],
                      array[$3], array['{}'], array[sha256($3::bytea)])
"""


class Parent:
    """A process that claims a data directory and runs its servers until it is told to stop, or killed."""

    def __init__(self, data: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.embedded", str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if not said:
            self._wait()
            raise AssertionError(f"it ended with {self._process.returncode}")
        self.database_url: str = json.loads(said)["database_url"]
        self.pid = self._process.pid

    def kill(self) -> None:
        """SIGKILL: its servers become orphans."""
        self._process.kill()
        self._wait()

    def stop(self) -> None:
        """A clean stop."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._wait()

    def _wait(self) -> None:
        self._process.wait(30)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def servers_of(data: Path, name: str = "") -> list[psutil.Process]:
    """Every living process that works below ``data``: PostgreSQL's first process first."""
    found = []
    for process in psutil.process_iter(["cwd", "name", "status"]):
        is_alive = process.info["status"] != psutil.STATUS_ZOMBIE
        if is_alive and name in process.info["name"] and str(process.info["cwd"]).startswith(f"{data}/"):
            found.append(process)
    return sorted(found, key=lambda process: process.pid)


def kill_all(data: Path, name: str = "") -> None:
    """SIGKILL to every one of them."""
    killed = servers_of(data, name)
    assert killed
    for process in killed:
        os.kill(process.pid, signal.SIGKILL)
    while servers_of(data, name):  # zombies do not count
        time.sleep(0.02)


async def record(url: str, *notes: str, stream: str = "purse-1") -> None:
    """Append an event a note, durably."""
    connection = await asyncpg.connect(url)
    try:
        version = await connection.fetchval(
            "select coalesce(max(version), 0) from journal.streams where stream = $1", stream
        )
        for number, note in enumerate(notes):
            await connection.execute(APPEND, stream, version + number, json.dumps({"note": note}))
    finally:
        await connection.close()


async def recorded(url: str) -> list[str]:
    """The notes, in order. Waits for a server that is coming back."""
    connection = await connect_patiently(url)
    try:
        rows = await connection.fetch("select data from journal.events order by position")
        return [json.loads(row["data"])["note"] for row in rows]
    finally:
        await connection.close()


async def connect_patiently(url: str) -> asyncpg.Connection:
    """Connect as soon as the server takes connections."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await asyncpg.connect(url)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(0.05)


async def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "select format('%I.%I', schemaname, tablename) as name from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        )
        return {
            table["name"]: [
                row["text"]
                for row in await connection.fetch(f"select t::text as text from {table['name']} t order by 1")
            ]
            for table in tables
        }
    finally:
        await connection.close()


def settings_of(data: Path, **chosen: Any) -> Settings:
    """Settings for a book in ``data`` and nothing from the environment."""
    return Settings(data_dir=data, **chosen)


async def _run(data: Path) -> None:
    directory = DataDirectory(data)
    directory.claim()
    servers = Servers(settings_of(data), directory)
    try:
        await servers.start()
        await migrate(servers.database_url)
        print(json.dumps({"database_url": servers.database_url}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
    finally:
        await servers.stop()
        directory.release()


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1])))

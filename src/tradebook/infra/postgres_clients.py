"""``pg_dump`` and ``pg_restore``: the database as a file, and a database from such a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from tradebook.infra.embedded.postgres import INSTALLATION
from tradebook.infra.embedded.process import ENVIRONMENT, explain
from tradebook.kernel.errors import Unavailable

WITHIN_S = 6 * 3600


async def dump_database(url: str, target: Path) -> None:
    """Write what the database holds at one moment; nobody waits for it. Raises Unavailable."""
    await _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}", url=url)


async def load_database(url: str, dump: Path) -> None:
    """All of the dump or nothing of it, and statistics for the planner. Raises Unavailable."""
    await _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(dump), url=url)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("analyze", timeout=WITHIN_S)
    finally:
        await connection.close()


async def _run(program: str, *arguments: str, url: str) -> None:
    """The password goes by the environment: arguments are there for everybody to list."""
    bare, password = without_password(url)
    child = await asyncio.create_subprocess_exec(
        *(str(INSTALLATION / "bin" / program), f"--dbname={bare}", *arguments),
        env={**ENVIRONMENT, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, complaint = await asyncio.wait_for(child.communicate(), WITHIN_S)
    finally:
        if child.returncode is None:
            child.kill()
    if child.returncode:
        raise Unavailable(
            f"{program}_failed", f"{program} failed. {explain(complaint.decode(errors='replace'))}"
        )


def without_password(url: str) -> tuple[str, str]:
    """The URL as it may be shown, and its password."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    return urlunsplit(parts._replace(netloc=f"{name}{at}{host}")), unquote(password)

"""The schema of the database, step by step. Steps are SQL files; Alembic remembers which were taken.

It runs as a child process, ``python -m tradebook.infra.migrations``, with the URL in the environment, so that
the server itself carries neither Alembic nor SQLAlchemy in memory.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import asyncpg

from tradebook.kernel.errors import Unavailable

HERE = Path(__file__).parent
URL_VARIABLE = "TRADEBOOK_MIGRATE_URL"
WITHIN_S = 600


def revisions() -> list[str]:
    """Every revision this program knows, oldest first."""
    return sorted(file.name[:4] for file in (HERE / "sql").glob("[0-9]*.sql"))


async def current_revision(url: str) -> str | None:
    """The revision of the database; None for an empty one."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        if await connection.fetchval("select to_regclass('public.alembic_version')") is None:
            return None
        revision: str | None = await connection.fetchval("select version_num from public.alembic_version")
        return revision
    finally:
        await connection.close()


async def migrate(url: str) -> None:
    """Bring the database to this program's revision, keeping what is in it.

    Raises Unavailable when the database is newer than the program, or a step fails (it is rolled back).
    """
    current = await current_revision(url)
    known = revisions()
    if current == known[-1]:
        return
    if current is not None and current not in known:
        raise Unavailable(
            "database_newer",
            f"The database is at revision {current}, this program knows up to {known[-1]}: "
            "run a newer Tradebook; nothing was changed.",
        )
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tradebook.infra.migrations"),
        env={**os.environ, URL_VARIABLE: url},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, complaint = await asyncio.wait_for(child.communicate(), WITHIN_S)
    finally:
        if child.returncode is None:
            child.kill()
    if child.returncode:
        last = complaint.decode(errors="replace").strip().splitlines()[-1:]
        raise Unavailable(
            "migration_failed", f"The database could not be brought up to date: {' '.join(last)}"
        )

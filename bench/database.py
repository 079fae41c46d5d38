"""An embedded PostgreSQL of its own, for benchmarks of the journal alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.book import fresh_directory
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.embedded.postgres import EmbeddedPostgres
from tradebook.infra.migrations import migrate


@asynccontextmanager
async def database_in(data: Path) -> AsyncIterator[str]:
    """The URL of the book's database on today's schema, while no server runs on the directory."""
    directory = DataDirectory(data)
    directory.claim()
    postgres = EmbeddedPostgres(directory)
    try:
        postgres.start()
        await migrate(postgres.url)
        yield postgres.url
    finally:
        postgres.stop()
        directory.release()


@asynccontextmanager
async def fresh_database() -> AsyncIterator[str]:
    """The URL of an empty, migrated database that is gone afterwards."""
    with fresh_directory() as directory:
        async with database_in(directory / "data") as url:
            yield url

"""Alembic's entry: one connection, one transaction a step, one process at a time."""

from __future__ import annotations

import asyncio

import asyncpg
from alembic import context
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

URL: str = context.config.attributes["url"]
MIGRATION_LOCK = 7_203_002
"""PostgreSQL advisory lock, held by the session: others wait, and then find nothing left to do."""


def _run(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def _connect() -> asyncpg.Connection:
    connection = await asyncpg.connect(URL)
    await connection.execute(f"select pg_advisory_lock({MIGRATION_LOCK})")
    return connection


async def _main() -> None:
    engine = create_async_engine("postgresql+asyncpg://", async_creator=_connect, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


asyncio.run(_main())

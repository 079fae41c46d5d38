"""Alembic's entry: one connection, one transaction a step, one process at a time."""

from __future__ import annotations

import asyncio

import asyncpg
from alembic import context
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tradebook.infra import locks

URL: str = context.config.attributes["url"]


def _run(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def _connect() -> asyncpg.Connection:
    """The lock is the session's: others wait, and then find nothing left to do."""
    connection = await asyncpg.connect(URL)
    await connection.execute(f"select pg_advisory_lock({locks.MIGRATION})")
    return connection


async def _main() -> None:
    engine = create_async_engine("postgresql+asyncpg://", async_creator=_connect, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


asyncio.run(_main())

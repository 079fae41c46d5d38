"""Connections to PostgreSQL."""

from __future__ import annotations

import asyncpg

DATABASE_ERRORS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""Whatever the client can raise, a connection that broke in the middle of something included."""
COMMAND_TIMEOUT_S = 30
UNHURRIED_S = 24 * 3600
"""For statements over a whole book, which nobody waits for with an order in hand."""
CONNECT_TIMEOUT_S = 10


class _PooledConnection(asyncpg.Connection):
    """Nothing that uses the pool leaves settings, locks, cursors or listeners behind: it need not be asked to
    forget them each time it is given back, which would be as dear as most queries."""

    def get_reset_query(self) -> str:
        return ""


async def create_pool(url: str, *, name: str, size_max: int = 10) -> asyncpg.Pool:
    """A pool that opens connections as they are needed and closes idle ones; every command has a timeout."""
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size_max,
        max_inactive_connection_lifetime=60,
        command_timeout=COMMAND_TIMEOUT_S,
        timeout=CONNECT_TIMEOUT_S,
        server_settings={"application_name": f"tradebook {name}"},
        connection_class=_PooledConnection,
    )

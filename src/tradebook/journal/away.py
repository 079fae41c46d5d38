"""When the database is away: what its client raises, and what that means to those who read the journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from tradebook.journal.errors import JournalUnavailable

AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""Raised for the database's condition, not for what was asked of it."""


@contextmanager
def answering() -> Iterator[None]:
    """Raises JournalUnavailable where the database does not answer."""
    try:
        yield
    except AWAY as error:
        raise JournalUnavailable(
            f"The journal cannot be read now ({type(error).__name__}); try again."
        ) from error

"""The journal on PostgreSQL passes the suite of every journal."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.support.journal_events import CATALOGUE
from tests.support.journal_suite import JournalSuite

from tradebook.journal.postgres import PostgresJournal


class TestPostgresJournal(JournalSuite):
    @pytest.fixture
    async def journal(self, database_url: str) -> AsyncIterator[PostgresJournal]:
        async with (
            asyncpg.create_pool(database_url, min_size=1, max_size=5) as pool,
            PostgresJournal(database_url, pool, CATALOGUE) as journal,
        ):
            yield journal

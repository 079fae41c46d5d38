from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from tests.support.identity import RowJournal, SealedInMemory, TurnedClock
from tests.support.identity_book import Book, new_app, new_identity


@pytest.fixture
async def book(database_url: str, tmp_path: Path) -> AsyncIterator[Book]:
    journal, clock, personal = RowJournal(), TurnedClock(), SealedInMemory()
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=4)
    identity = new_identity(journal, pool, clock, personal, tmp_path / "signing.json")
    await identity.start()
    transport = httpx.ASGITransport(app=new_app(identity))
    async with httpx.AsyncClient(transport=transport, base_url="http://book") as http:
        yield Book(journal, pool, clock, personal, tmp_path / "signing.json", identity, http)
    await pool.close()

"""A journal that a benchmark filled is one that verifies, and that goes on."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest
from bench import journal_filler

from tradebook.audit.verify import verify
from tradebook.bootstrap.catalogue import catalogue
from tradebook.identity.events import SignedOut
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.records import Append, Metadata
from tradebook.journal.signing import SigningKey
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.ids import UserId, new_id


async def test_a_filled_journal_verifies_before_and_after_an_append(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_filler, "CHUNK", 40)
    await journal_filler.fill(database_url, 105)
    key = SigningKey.load_or_create(tmp_path / "key")
    event = SignedOut(session_id="s", user_id=UserId("u"), at=SystemClock().now())

    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=3) as pool,
        PostgresJournal(database_url, pool, catalogue()) as journal,
    ):
        filled = await verify(pool, [], key.public, catalogue=catalogue())
        appended = await journal.append(
            Append(
                stream="session-s",
                expected_version=0,
                events=[event],
                metadata=Metadata(actor="user:u", command_id=new_id()),
            )
        )
        after = await verify(pool, [], key.public, catalogue=catalogue())

    assert (filled.events, filled.findings) == (105, [])
    assert appended.last_position == 106
    assert (after.events, after.findings) == (106, [])

"""An export is checked without the server, and a changed one does not pass."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from tests.support.journal_events import CATALOGUE, append_of
from tests.support.scripts import run_script

from tradebook.audit.export import Exported, export
from tradebook.journal.checkpointer import Checkpointer
from tradebook.journal.checkpoints import CheckpointFile
from tradebook.journal.postgres import PostgresJournal
from tradebook.journal.signing import SigningKey
from tradebook.kernel.clock import SystemClock


@pytest.fixture
async def exported(database_url: str, tmp_path: Path) -> AsyncIterator[Exported]:
    """1,500 events under checkpoints at 1,024 and 1,500; 5 more that none covers yet."""
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool,
        PostgresJournal(database_url, pool, CATALOGUE) as journal,
    ):
        key = SigningKey.load_or_create(tmp_path / "key.pem")
        file = CheckpointFile(tmp_path / "checkpoints.jsonl")
        await journal.append(append_of("ä", *range(1000)))
        await journal.append(append_of("b", *range(500)))
        await Checkpointer(pool, journal, SystemClock(), key, file).checkpoint()
        await journal.append(append_of("b", *range(5), after=500))
        yield await export(pool, file.read(), key.public, tmp_path / "export")
        with pytest.raises(FileExistsError):
            await export(pool, file.read(), key.public, tmp_path / "export")


def verified(exported: Exported) -> str:
    return run_script(exported.directory / "verify_export.py", exported.directory)


async def test_an_export_is_checked_by_its_own_script(exported: Exported) -> None:
    assert (exported.events, exported.checkpoints) == (1500, 2)
    assert verified(exported) == "1500 events agree with every checkpoint.\n"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("journal.jsonl", '\\"amount\\":\\"7\\"', '\\"amount\\":\\"8\\"'),
        ("journal.jsonl", '"user:1', '"user:2'),
        ("journal.jsonl", '"version": "77"', '"version": "78"'),
        ("checkpoints.jsonl", "1024", "1023"),
    ],
)
async def test_a_changed_export_does_not_pass(exported: Exported, name: str, old: str, new: str) -> None:
    path = exported.directory / name
    text = path.read_text()
    changed = text.replace(old, new, 1) if old in text else text.replace(old.replace('"', '\\"'), new, 1)
    assert changed != text
    path.write_text(changed)
    assert verified(exported) == ""


async def test_an_export_without_its_last_events_does_not_pass(exported: Exported) -> None:
    path = exported.directory / "journal.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    assert verified(exported) == ""

"""The schema comes from one list of steps, and no step loses a row."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import asyncpg
import pytest
from tests.support.embedded import contents, record, recorded

from tradebook.infra import migrations
from tradebook.infra.migrations import current_revision, migrate, revisions
from tradebook.kernel.errors import Unavailable

FIRST_RELEASED = "0001"


async def schema(url: str) -> str:
    """Every column, index and function, in words."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            """
            select 'column ' || table_schema || '.' || table_name || '.' || column_name || ' ' || data_type
                   || is_nullable || coalesce(column_default, '') as line
            from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')
            union all
            select indexdef from pg_indexes where schemaname not in ('pg_catalog', 'information_schema')
            union all
            select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where nspname not in ('pg_catalog', 'information_schema')
            """
        )
        return "\n".join(sorted(row["line"] for row in rows if "alembic_version" not in row["line"]))
    finally:
        await connection.close()


async def test_an_empty_database_is_brought_to_what_the_files_say(
    empty_database_url: str, database_url: str
) -> None:
    assert await current_revision(empty_database_url) is None
    await migrate(empty_database_url)
    assert await current_revision(empty_database_url) == revisions()[-1]
    assert await schema(empty_database_url) == await schema(database_url)


async def test_an_upgrade_from_the_first_released_schema_keeps_every_row(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEBOOK_MIGRATE_TO", FIRST_RELEASED)
    await migrate(empty_database_url)
    assert await current_revision(empty_database_url) == FIRST_RELEASED
    await record(empty_database_url, "first", "second")
    before = await contents(empty_database_url)
    monkeypatch.delenv("TRADEBOOK_MIGRATE_TO")
    await migrate(empty_database_url)
    assert await recorded(empty_database_url) == ["first", "second"]
    after = await contents(empty_database_url)
    del before["public.alembic_version"]
    for name, rows in before.items():
        for row, row_before in zip(after[name], rows, strict=True):
            assert row.startswith(row_before.removesuffix(")"))  # steps add columns at the end
    await record(empty_database_url, "third")


async def test_steps_that_were_taken_are_not_taken_again(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(empty_database_url)
    monkeypatch.setattr(sys, "executable", "/nowhere")
    await migrate(empty_database_url)


async def test_two_who_migrate_at_once_both_succeed(empty_database_url: str) -> None:
    await asyncio.gather(migrate(empty_database_url), migrate(empty_database_url))
    assert await current_revision(empty_database_url) == revisions()[-1]


async def test_a_newer_database_is_left_alone(empty_database_url: str, tmp_path: Path) -> None:
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("update alembic_version set version_num = '9999'")
    before = await contents(empty_database_url)
    with pytest.raises(Unavailable, match=r"revision 9999.*newer Tradebook"):
        await migrate(empty_database_url)
    assert await contents(empty_database_url) == before
    await connection.close()


async def test_a_step_that_fails_is_taken_back_and_named(empty_database_url: str) -> None:
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("create schema trading")  # is in the way of a later step
    with pytest.raises(Unavailable, match='schema "trading" already exists'):
        await migrate(empty_database_url)
    assert await current_revision(empty_database_url) == "0003"
    await connection.execute("drop schema trading")
    await migrate(empty_database_url)
    assert await current_revision(empty_database_url) == revisions()[-1]
    await connection.close()


def test_a_step_has_one_file_of_each_kind() -> None:
    steps = {path.stem for path in (migrations.HERE / "versions").glob("[0-9]*.py")}
    assert steps == {path.stem for path in (migrations.HERE / "sql").glob("*.sql")}

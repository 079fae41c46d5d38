"""A backup holds the whole book, and a restore makes the whole book or nothing."""

from __future__ import annotations

import shutil
import stat
import tarfile
from pathlib import Path

import asyncpg
import pytest
from tests.integration.infra.conftest import Running
from tests.support.embedded import contents, record, recorded, servers_of, settings_of

from tradebook.infra.backup import backup, restore
from tradebook.infra.backup_archive import MANIFEST, check_archive, write_archive
from tradebook.infra.data_directory import DataDirectory, write_atomically
from tradebook.infra.embedded.servers import Servers
from tradebook.infra.migrations import revisions
from tradebook.kernel.errors import Conflict, InvalidInput, Unavailable


@pytest.fixture
async def book(running: Running) -> Running:
    """A book with something in every place."""
    await record(running.url, "first", "second")
    connection = await asyncpg.connect(running.url)
    await connection.execute("insert into journal.party_keys values ('ada', '\\x00ff')")
    await connection.close()
    write_atomically(running.directory.secrets / "tokens.json", b"signs in your name", mode=0o600)
    (running.directory.checkpoints / "checkpoints.jsonl").write_text("{}\n")
    return running


@pytest.fixture
async def made(book: Running, tmp_path_open: Path) -> Path:
    """A backup of it."""
    target = tmp_path_open / "book.tar"
    await backup(target, book.directory, book.url)
    return target


@pytest.fixture
def fresh(tmp_path_open: Path) -> DataDirectory:
    return DataDirectory(tmp_path_open / "restored")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_restored_book_is_the_book(book: Running, made: Path, fresh: DataDirectory) -> None:
    await record(book.url, "after the backup")  # it runs on meanwhile
    manifest = await restore(made, fresh)
    assert manifest.revision == revisions()[-1]
    assert servers_of(fresh.root) == []
    fresh.claim()
    servers = Servers(settings_of(fresh.root), fresh)
    await servers.start()
    try:
        assert await recorded(servers.database_url) == ["first", "second"]
        restored, original = await contents(servers.database_url), await contents(book.url)
        for table in (name for name in original if not name.startswith("journal.")):
            assert restored[table] == original[table]
        assert restored["journal.party_keys"] == original["journal.party_keys"]
        await record(servers.database_url, "third")
    finally:
        await servers.stop()
        fresh.release()
    for name in ("secrets/tokens.json", "checkpoints/checkpoints.jsonl"):
        assert (fresh.root / name).read_bytes() == (book.data / name).read_bytes()
        assert mode_of(fresh.root / name) == 0o600


def test_only_its_owner_may_read_a_backup_and_no_server_password_is_in_it(made: Path) -> None:
    assert mode_of(made) == 0o600
    with tarfile.open(made) as archive:
        names = archive.getnames()
    assert set(names) == {
        "database.dump",
        "checkpoints/checkpoints.jsonl",
        "secrets/tokens.json",
        MANIFEST,
    }
    assert names[-1] == MANIFEST


async def test_a_backup_replaces_nothing(book: Running, tmp_path: Path) -> None:
    target = tmp_path / "book.tar"
    target.write_text("precious")
    with pytest.raises(Conflict, match="is there already"):
        await backup(target, book.directory, book.url)
    assert target.read_text() == "precious"


async def test_a_backup_that_cannot_be_written_leaves_nothing(book: Running, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file or directory"):
        await backup(tmp_path / "missing" / "book.tar", book.directory, book.url)
    with pytest.raises(Unavailable, match="pg_dump failed"):
        await backup(tmp_path / "book.tar", book.directory, await url_of_a_stranger(book.url))
    assert names_in(tmp_path) == []


async def url_of_a_stranger(url: str) -> str:
    """The same database for a user who may see its revision and nothing else."""
    connection = await asyncpg.connect(url)
    await connection.execute("create role stranger login password 'guest'")
    await connection.execute("grant select on alembic_version to stranger")
    await connection.close()
    return f"postgresql://stranger:guest@{url.partition('@')[2]}"


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_any_damaged_byte_is_found(made: Path) -> None:
    whole = made.read_bytes()
    with tarfile.open(made) as archive:
        places = [member.offset_data for member in archive.getmembers()]
        places += [member.offset_data + member.size - 1 for member in archive.getmembers()]
    for place in places:
        made.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(InvalidInput, match="backup"):
            check_archive(made)
    for length in (0, 100, len(whole) // 2, max(places)):
        made.write_bytes(whole[:length])
        with pytest.raises(InvalidInput, match="no whole backup"):
            check_archive(made)


@pytest.mark.parametrize(
    "name", ["../outside", "secrets/../../outside", "postgres/data", "secrets/redis.password"]
)
def test_a_backup_cannot_write_where_it_should_not(made: Path, tmp_path: Path, name: str) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(b"x")
    crafted = tmp_path / "crafted.tar"
    write_archive(crafted, dump, {name: b"evil"}, revision=revisions()[-1])
    with pytest.raises(InvalidInput, match="does not hold what a backup holds"):
        check_archive(crafted)


def test_a_backup_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(b"x")
    newer = tmp_path / "newer.tar"
    write_archive(newer, dump, {}, revision="9999")
    with pytest.raises(InvalidInput, match="newer than this one"):
        check_archive(newer)


async def test_a_book_is_never_restored_over_another(book: Running, made: Path) -> None:
    before = await contents(book.url)
    with pytest.raises(Conflict, match="is not empty"):
        await restore(made, book.directory)
    assert await contents(book.url) == before


async def test_a_restore_that_fails_leaves_nothing(tmp_path_open: Path, fresh: DataDirectory) -> None:
    dump = tmp_path_open / "dump"
    dump.write_bytes(b"no dump")
    crafted = tmp_path_open / "crafted.tar"
    write_archive(crafted, dump, {"secrets/tokens.json": b"s"}, revision=revisions()[-1])
    with pytest.raises(Unavailable, match="pg_restore failed"):
        await restore(crafted, fresh)
    assert names_in(fresh.root) == ["lock"]
    assert servers_of(fresh.root) == []


async def test_a_restore_that_was_killed_keeps_servers_away_and_can_be_repeated(
    made: Path, fresh: DataDirectory
) -> None:
    fresh.prepare()
    fresh.restoring.touch()
    (fresh.root / "postgres" / "data").mkdir(parents=True)
    (fresh.secrets / "half").touch()
    with pytest.raises(Conflict, match=r"restore into .* was interrupted"):
        fresh.claim()
    await restore(made, fresh)
    assert not (fresh.secrets / "half").exists()
    fresh.claim()
    fresh.release()


async def test_a_backup_goes_into_a_database_of_yours(
    made: Path, fresh: DataDirectory, empty_database_url: str
) -> None:
    await restore(made, fresh, database_url=empty_database_url)
    assert await recorded(empty_database_url) == ["first", "second"]
    assert not (fresh.root / "postgres").exists()
    shutil.rmtree(fresh.root)
    with pytest.raises(Conflict, match="book in the database already"):
        await restore(made, fresh, database_url=empty_database_url)

"""A book in one file, and a book made of such a file again.

A backup can be made while the server runs. It has the database as it is at one moment, and the checkpoints
and secrets as they are just before. It holds the keys that sign in your name: keep it as you keep those.
Damage is found before anything is restored; what somebody changed on purpose is found by ``tradebook audit
verify`` and a checkpoint that is kept elsewhere.
"""

from __future__ import annotations

import asyncio
import shutil
import tarfile
import tempfile
from pathlib import Path

from tradebook.infra.backup_archive import (
    DATABASE,
    FOLDERS,
    Manifest,
    check_archive,
    is_kept,
    open_member,
    write_archive,
)
from tradebook.infra.data_directory import DataDirectory, write_atomically
from tradebook.infra.embedded.postgres import EmbeddedPostgres
from tradebook.infra.migrations import current_revision
from tradebook.infra.postgres_clients import dump_database, load_database
from tradebook.kernel.errors import Conflict, Unavailable


async def backup(target: Path, directory: DataDirectory, database_url: str) -> Manifest:
    """Write everything a restore needs into ``target``, which is whole or not there.

    Raises Conflict when it exists already, Unavailable when the disk or the database does not do its part.
    """
    if target.exists():  # noqa: ASYNC240  # one look
        raise Conflict("backup_exists", f"{target} is there already: choose another name.")
    revision = await current_revision(database_url)
    if revision is None:
        raise Conflict("nothing_to_back_up", "There is no book in the database yet.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            draft, dump = Path(folder) / "draft", Path(folder) / DATABASE
            # What a checkpoint covers is committed before: a dump that comes later has it.
            kept = _read_kept(directory)
            await dump_database(database_url, dump)
            manifest = await asyncio.to_thread(write_archive, draft, dump, kept, revision=revision)
            draft.rename(target)
    except OSError as error:
        raise Unavailable("backup_failed", f"{target} cannot be written ({error.strerror}).") from None
    return manifest


async def restore(source: Path, directory: DataDirectory, *, database_url: str | None = None) -> Manifest:
    """Make an empty data directory the book of a backup.

    ``database_url`` names an empty database to use in place of the embedded one. Nothing is written before
    the whole backup was checked. A restore that fails leaves nothing behind; one that was killed can be
    repeated, and until then no server starts on what it left.
    Raises InvalidInput for an unfit backup, Conflict for a place that is not empty, Unavailable.
    """
    manifest = await asyncio.to_thread(check_archive, source)
    _require_empty(directory)
    if database_url is not None and await current_revision(database_url) is not None:
        raise Conflict("not_empty", "There is a book in the database already: name another database.")
    directory.claim(to_restore=True)
    try:
        with directory.writing():
            EmbeddedPostgres(directory).end_orphans()
            _clear(directory)
            directory.restoring.touch()
            directory.prepare()
            with tarfile.open(source, "r:") as archive:
                await _fill(directory, archive, manifest, database_url)
            directory.restoring.unlink()
    except BaseException:
        _clear(directory)
        directory.restoring.unlink(missing_ok=True)
        raise
    finally:
        directory.release()
    return manifest


def _read_kept(directory: DataDirectory) -> dict[str, bytes]:
    """The files that are not in the database, checkpoints first."""
    paths = [path for folder in FOLDERS for path in sorted((directory.root / folder).iterdir())]
    names = {str(path.relative_to(directory.root)): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if is_kept(name)}


def _require_empty(directory: DataDirectory) -> None:
    """Empty folders are nothing; what an interrupted restore left is nobody's. Raises Conflict."""
    if directory.restoring.exists():
        return
    files = (path for path in directory.root.rglob("*") if not path.is_dir() and path.name != "lock")
    first = next(files, None)
    if first is not None:
        raise Conflict(
            "not_empty", f"{directory.root} is not empty ({first} is there): choose another with --data."
        )


def _clear(directory: DataDirectory) -> None:
    """Remove everything but the lock and the mark of a restore, which goes last of all."""
    for path in directory.root.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in ("lock", directory.restoring.name):
            path.unlink()


async def _fill(
    directory: DataDirectory, archive: tarfile.TarFile, manifest: Manifest, database_url: str | None
) -> None:
    for name in manifest.files.keys() - {DATABASE}:
        with open_member(archive, name) as content:
            write_atomically(directory.root / name, content.read(), mode=0o600)
    dump = directory.root / DATABASE
    dump.touch(mode=0o600)
    with dump.open("wb") as target, open_member(archive, DATABASE) as content:
        await asyncio.to_thread(shutil.copyfileobj, content, target)
    if database_url is not None:
        await load_database(database_url, dump)
    else:
        await _load_embedded(directory, dump)
    dump.unlink()


async def _load_embedded(directory: DataDirectory, dump: Path) -> None:
    postgres = EmbeddedPostgres(directory)
    try:
        await asyncio.to_thread(postgres.start)
        await load_database(postgres.url, dump)
    finally:
        await asyncio.to_thread(postgres.stop)

"""Directories that cannot be written and disks that are full: a clear message, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from tests.support.embedded import record, recorded, servers_of, settings_of

from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.embedded.servers import Servers
from tradebook.infra.migrations import migrate
from tradebook.kernel.errors import Unavailable

CLAIM = """
import os, resource, sys
from pathlib import Path
from tradebook.infra.data_directory import DataDirectory
from tradebook.kernel.errors import TradebookError
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    DataDirectory(Path(sys.argv[1])).claim()
except TradebookError as error:
    sys.exit(error.detail)
"""


def claim(root: Path, *arguments: object) -> str:
    """Claim in a process that is not root; returns its complaint."""
    command = [sys.executable, "-c", CLAIM, str(root), *map(str, arguments)]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=unmeasured)
    assert "Traceback" not in done.stderr
    return done.stderr


def test_an_unwritable_directory_is_a_clear_message(tmp_path_open: Path) -> None:
    closed = tmp_path_open / "closed"
    closed.mkdir(mode=0o555)
    for root in (closed, closed / "below"):
        assert claim(root).startswith(f"The data directory {root} cannot be written (")
    assert list(closed.iterdir()) == []


def test_a_disk_that_takes_nothing_is_a_clear_message(tmp_path_open: Path) -> None:
    root = tmp_path_open / "data"
    tmp_path_open.chmod(0o777)
    complaint = claim(root, 100)  # bytes a file may have
    assert "cannot be written (File too large); nothing is lost." in complaint
    assert claim(root) == ""


@pytest.fixture
def small_disk(tmp_path_open: Path) -> Iterator[Path]:
    """A file system with room for the beginning of a database."""
    folder = tmp_path_open / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m,mode=755", "none", folder], check=True)
    yield folder
    for process in servers_of(folder):
        process.kill()
    subprocess.run(["umount", "--lazy", folder], check=True)


def resize(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


@pytest.mark.cluster
async def test_a_full_disk_stops_a_book_and_takes_nothing_from_it(small_disk: Path) -> None:
    assert os.geteuid() == 0, "mounting a small disk needs root"
    directory = DataDirectory(small_disk / "data")
    directory.claim()
    servers = Servers(settings_of(directory.root), directory)
    with pytest.raises(Unavailable, match="The disk is full: free some space"):
        await servers.start()
    await servers.stop()
    assert servers_of(small_disk) == []

    resize(small_disk, "110m")
    await servers.start()
    await migrate(servers.database_url)
    acknowledged = await record_until_it_fails(servers.database_url)
    assert acknowledged

    resize(small_disk, "400m")
    notes = await recorded(servers.database_url)
    assert notes[: len(acknowledged)] == acknowledged
    assert len(notes) <= len(acknowledged) + 1  # the last one's answer may have been lost
    await record(servers.database_url, "and on")
    await servers.stop()
    directory.release()


async def record_until_it_fails(url: str) -> list[str]:
    """What was acknowledged before the disk was full."""
    acknowledged: list[str] = []
    while len(acknowledged) < 1000:
        note = f"{len(acknowledged)} " + os.urandom(200_000).hex()
        try:
            await record(url, note)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return acknowledged
        acknowledged.append(note)
    raise AssertionError("the disk was never full")

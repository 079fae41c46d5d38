"""A book's foundation with real servers under it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.embedded import Parent, settings_of

from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.embedded.servers import Servers


@dataclass
class Running:
    """A claimed data directory whose servers run."""

    directory: DataDirectory
    servers: Servers

    @property
    def data(self) -> Path:
        return self.directory.root

    @property
    def url(self) -> str:
        return self.servers.database_url


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was initialised and migrated once, to be copied."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        Parent(Path(folder) / "data").stop()
        copy = tmp_path_factory.mktemp("prepared") / "data"
        copy_tree(Path(folder) / "data", copy)
    return copy


def copy_tree(source: Path, target: Path) -> None:
    """With owners, modes and times."""
    subprocess.run(["cp", "-a", source, target], check=True)


@pytest.fixture
async def running(tmp_path_open: Path, prepared: Path) -> AsyncIterator[Running]:
    """Servers of a fresh book on today's schema."""
    copy_tree(prepared, tmp_path_open / "data")
    directory = DataDirectory(tmp_path_open / "data")
    directory.claim()
    directory.announce(url="http://127.0.0.1:8000")
    servers = Servers(settings_of(directory.root), directory)
    await servers.start()
    yield Running(directory, servers)
    await servers.stop()
    directory.release()

"""A book's foundation with real servers under it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.embedded import settings_of

from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.embedded.servers import Servers
from tradebook.infra.migrations import migrate


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


@pytest.fixture
async def running(tmp_path_open: Path) -> AsyncIterator[Running]:
    """Servers of a fresh book on today's schema."""
    directory = DataDirectory(tmp_path_open / "data")
    directory.claim()
    directory.announce(url="http://127.0.0.1:8000")
    servers = Servers(settings_of(directory.root), directory)
    await servers.start()
    await migrate(servers.database_url)
    yield Running(directory, servers)
    await servers.stop()
    directory.release()

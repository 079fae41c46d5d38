"""A socket in front of PostgreSQL that can be cut at the worst moment."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from enum import Enum, auto
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit


class Cut(Enum):
    """When the next request meets its end."""

    BEFORE_THE_SERVER = auto()
    """The request never arrives."""
    WHILE_IT_RUNS = auto()
    """The request arrives, the client is gone before the answer."""
    AFTER_THE_COMMIT = auto()
    """The server has answered, the answer never arrives."""


class CuttingProxy:
    """Forwards connections to a server's socket until it is told to cut."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._upstream = Path(parse_qs(parts.query)["host"][0]) / ".s.PGSQL.5432"
        self._directory = tempfile.TemporaryDirectory(prefix="cut-")
        self.url = f"postgresql://{parts.netloc}{parts.path}?host={self._directory.name}"
        self.cut: Cut | None = None
        self.refuses = False
        """New connections are refused once a cut was made."""
        self._was_cut = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        path = Path(self._directory.name) / ".s.PGSQL.5432"
        self._server = await asyncio.start_unix_server(self._accept, path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._directory.cleanup()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if not (self.refuses and self._was_cut):
                await self._forward(reader, writer)
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(self._upstream)
        backwards = asyncio.create_task(self._copy(server_reader, writer))
        try:
            while data := await reader.read(1 << 20):
                cut, self.cut = self.cut, None
                if cut is None:
                    server_writer.write(data)
                    continue
                self._was_cut = True
                backwards.cancel()
                if cut is not Cut.BEFORE_THE_SERVER:
                    server_writer.write(data)
                    await server_writer.drain()
                if cut is Cut.AFTER_THE_COMMIT:
                    await server_reader.read(1 << 20)
                if cut is Cut.WHILE_IT_RUNS:
                    writer.close()
                    await asyncio.sleep(30)  # the server is not told that its client has gone
                return
        finally:
            backwards.cancel()
            server_writer.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 20):
            writer.write(data)
        writer.close()

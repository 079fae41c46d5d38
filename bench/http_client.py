"""One kept-alive HTTP/1.1 connection, one request at a time: cheap enough to measure with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from bench.http_load import http_request


class HttpClient:
    """Requests with JSON bodies, authorised by a token."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self._reader = reader
        self._writer = writer
        self._token = token

    async def request(self, method: str, path: str, document: object = None) -> tuple[int, bytes]:
        """Status and body of the answer."""
        body = b"" if document is None else msgspec.json.encode(document)
        self._writer.write(http_request(method, path, self._token, body))
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        return int(head[9:12]), await self._reader.readexactly(length)

    async def call(self, method: str, path: str, document: object = None) -> Any:
        """The answer's document. Raises RuntimeError for anything but success."""
        status, body = await self.request(method, path, document)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {body.decode(errors='replace')[:500]}")
        return msgspec.json.decode(body)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


@asynccontextmanager
async def connected(port: int, token: str) -> AsyncIterator[HttpClient]:
    """A connection to a server on this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    client = HttpClient(reader, writer, token)
    try:
        yield client
    finally:
        client.close()

"""uvicorn's HTTP protocol, but head and body of an answer leave in one write: each costs a system call."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GATHERED_BYTES_MAX = 64 * 1024
"""More than this is written at once, so that back-pressure is felt while a long answer is being made."""


class GatheringTransport:
    """A transport that writes once per turn of the loop. All else it leaves to the one beneath."""

    def __init__(self, beneath: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.beneath = beneath
        self._loop = loop
        self._gathered: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Keep ``data`` until the loop turns."""
        if not self._gathered:
            self._loop.call_soon(self.flush)
        self._gathered.append(data)
        self._size += len(data)
        if self._size > GATHERED_BYTES_MAX:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        if self._gathered:
            data = b"".join(self._gathered)
            self._gathered.clear()
            self._size = 0
            self.beneath.write(data)

    def close(self) -> None:
        """Close once everything is written."""
        self.flush()
        self.beneath.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


class HttpProtocol(HttpToolsProtocol):
    """What ``uvicorn.Config.http`` takes."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Put the gathering transport between uvicorn and the socket."""
        super().connection_made(cast(asyncio.Transport, GatheringTransport(transport, self.loop)))

    def handle_websocket_upgrade(self) -> None:
        """A WebSocket has a protocol of its own, which gets the socket itself."""
        gathering = cast(GatheringTransport, self.transport)
        gathering.flush()
        self.transport = gathering.beneath
        super().handle_websocket_upgrade()

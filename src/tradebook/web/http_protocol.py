"""uvicorn's HTTP protocol with a short way for hot routes, and one write per answer on the long one."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tradebook.web.direct import DirectRoute, DirectRoutes

GATHERED_BYTES_MAX = 64 * 1024
"""More than this is written at once, so that back-pressure is felt while a long answer is being made."""


class GatheringTransport:
    """A transport that writes once per turn of the loop: head and body of an answer in one system call.

    All else it leaves to the one beneath.
    """

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


class _NobodyWaits:
    """Stands for the event by which uvicorn wakes whoever reads a body."""

    def set(self) -> None:
        """Nobody reads a body on the short way before it is whole."""


class _Exchange:
    """A request on the short way; has what uvicorn looks at in the request that it is busy with."""

    __slots__ = ("body", "disconnected", "keep_alive", "more_body", "response_complete", "route")

    message_event = _NobodyWaits()

    def __init__(self, route: DirectRoute) -> None:
        self.route = route
        self.body = bytearray()
        self.more_body = True
        self.keep_alive = True
        self.disconnected = False
        self.response_complete = False


class HttpProtocol(HttpToolsProtocol):
    """What ``uvicorn.Config.http`` takes, for the given direct routes."""

    routes: DirectRoutes

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Put the gathering transport between uvicorn and the socket."""
        super().connection_made(cast(asyncio.Transport, GatheringTransport(transport, self.loop)))

    def handle_websocket_upgrade(self) -> None:
        """A WebSocket has a protocol of its own, which gets the socket itself."""
        gathering = cast(GatheringTransport, self.transport)
        gathering.flush()
        self.transport = gathering.beneath
        super().handle_websocket_upgrade()

    # --- the short way

    def on_message_begin(self) -> None:
        """Uvicorn's scope is made when the request turns out to need one."""
        self.url = b""
        self.headers = []

    def on_headers_complete(self) -> None:
        """Choose the way, which is the short one if the request is plain and nothing is under way."""
        is_free = self.cycle is None or self.cycle.response_complete
        if is_free and self._has_room and self.parser.get_http_version() == "1.1":
            route = self.routes.find(self.parser.get_method(), self.url, self.headers)
            if route is not None:
                self.cycle = cast(Any, _Exchange(route))
                return
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        for name, value in headers:
            super().on_header(name, value)
        super().on_headers_complete()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Names in lower case, as ASGI has them."""
        self.headers.append((name.lower(), value))

    def on_message_complete(self) -> None:
        """The request is whole: answer it."""
        exchange: object = self.cycle
        if not isinstance(exchange, _Exchange):
            super().on_message_complete()
            return
        task = self.loop.create_task(self._answer(exchange, self.headers))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, exchange: _Exchange, headers: list[tuple[bytes, bytes]]) -> None:
        answer = await self.routes.answer(exchange.route, headers, bytes(exchange.body))
        if not exchange.disconnected:
            self.transport.write(answer)
        exchange.response_complete = True
        if not exchange.keep_alive:
            self.transport.close()
        self.on_response_complete()

    @property
    def _has_room(self) -> bool:
        """Whether uvicorn would serve the request; how it refuses one is left to it."""
        limit = self.limit_concurrency
        return limit is None or max(len(self.connections), len(self.tasks)) < limit


def http_protocol(direct: DirectRoutes) -> type[HttpProtocol]:
    """The protocol class that knows these routes."""
    return type("DirectHttpProtocol", (HttpProtocol,), {"routes": direct})

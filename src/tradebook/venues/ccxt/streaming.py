"""ccxt's words of a stream over a socket of ours: it says what to send, and reads what comes.

Whoever listens gets everything that ccxt has read out of a frame. Nothing is connected here again: a socket
that has ended is told of, and whoever needs it opens another.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tradebook.venues.connections.sockets import Connector, Socket
from tradebook.venues.errors import UndecodableFrame

Hear = Callable[[str, Any], None]
"""Gets what a reading is of, in ccxt's words (``trades:BTC/USDT``), and what was read."""


def stream_of(exchange: Any, url: str, *, connector: Connector, hear: Hear) -> Any:
    """A connection as ccxt expects one, for its ``watch_…``; ``exchange`` has its numbers as decimals."""
    base = importlib.import_module("ccxt.async_support.base.ws.client").Client
    kind = type(
        "Stream", (_OverOurSocket, base), {"connector": staticmethod(connector), "hear": staticmethod(hear)}
    )
    options = {"asyncio_loop": asyncio.get_running_loop(), "ping": None, "keepAlive": 0, "throttle": _at_once}
    return kind(
        url, exchange.handle_message, exchange.on_error, exchange.on_close, exchange.on_connected, options
    )


async def _at_once(cost: float | None = None) -> None:
    del cost


class _OverOurSocket:
    """Put before ccxt's client of a WebSocket, it takes the network from it."""

    socket: Socket | None = None
    connector: Connector
    hear: Hear

    async def open(self: Any, session: Any, backoff_delay: float = 0) -> None:
        """Connect; how it went is told to whoever waits for it."""
        del session, backoff_delay
        try:
            self.socket = await self.connector(self.url, self.took)
        except OSError as error:
            self.on_error(importlib.import_module("ccxt").NetworkError(str(error)))
            return
        self.isConnected = True
        self.connected.resolve(self.url)
        self.on_connected_callback(self)

    async def send(self: Any, message: Any) -> None:
        """What ccxt has written."""
        if self.socket is None:
            raise ConnectionError("not connected")
        text = message if isinstance(message, str) else json.dumps(message, separators=(",", ":"))
        self.socket.send(text.encode())

    def took(self: Any, frame: bytes) -> None:
        """Have ccxt read a frame. Raises UndecodableFrame where it cannot."""
        try:
            text = frame.decode()
            document = json.loads(text, parse_float=Decimal) if text[:1] in ("{", "[") else text
            self.on_message_callback(self, document)
        except Exception as error:  # noqa: BLE001  # ccxt's reading of a frame may fail in any way
            raise UndecodableFrame("ccxt", "frame", type(error).__name__) from None

    def resolve(self: Any, result: Any, message_hash: str | None = None) -> Any:
        """Something was read."""
        self.hear(message_hash or "", result)
        return super().resolve(result, message_hash)  # type: ignore[misc]  # ccxt's own

    def closed(self) -> bool:
        """Whether there is no socket."""
        return self.socket is None

    async def close(self: Any, code: int = 1000) -> None:
        """End it."""
        del code
        if self.socket is not None:
            self.socket.close()
            self.socket = None

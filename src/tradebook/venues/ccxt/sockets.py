"""ccxt's client of a WebSocket, on our sockets: it writes and reads what is said, and opens nothing itself.

Frames keep their numbers as they are written. An end, for whatever reason, and a frame that cannot be read
are an error to all who watch something there, so that nobody waits for what cannot come.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from tradebook.venues.ccxt.transport import Transport

GZIP = b"\x1f\x8b"


def open_client(url: str, exchange: Any, transport: Transport) -> Any:
    """A client of one address, not open yet, that gives what it hears to ``exchange`` to read."""
    base = importlib.import_module("ccxt.async_support.base.ws.client").Client
    ours = type("Client", (_OnOurSockets, base), {})
    told = {
        "ping": getattr(exchange, "ping", None),
        "asyncio_loop": asyncio.get_running_loop(),
        **exchange.streaming,
        **(exchange.options.get("ws") or {}),
    }
    return ours(url, exchange, transport, told)


def close_clients(exchange: Any) -> None:
    """End every connection of an exchange; whoever watches something there is told."""
    clients, exchange.clients = exchange.clients or {}, {}
    for each in clients.values():
        each.end("closed by us")


class _OnOurSockets:
    """Put before ccxt's client, it takes the network, the clock and the floats from it."""

    def __init__(self, url: str, exchange: Any, transport: Transport, told: Mapping[str, Any]) -> None:
        super().__init__(  # type: ignore[call-arg]  # ccxt's own
            url,
            exchange.handle_message,
            exchange.on_error,
            exchange.on_close,
            exchange.on_connected,
            {**told, "throttle": self._in_turn},
        )
        self.exchange = exchange
        self.transport = transport
        self.is_over = False
        self._turn = asyncio.Lock()
        self._care: asyncio.Task[None] | None = None

    async def open(self: Any, session: Any, backoff_delay: float = 0) -> None:
        """Connect. Whoever waits for it is told where that fails."""
        del session, backoff_delay
        try:
            self.connection = await self.transport.connect(self.url, self._heard)
        except OSError as error:
            self.end(str(error) or type(error).__name__)
            return
        finally:
            self.connecting = False
        if self.is_over:
            self.connection.close()
            return
        self.isConnected = True
        self._care = asyncio.create_task(self._live(), name=f"ccxt {urlsplit(self.url).hostname}")
        self.connected.resolve(self.url)
        self.on_connected_callback(self)

    def closed(self: Any) -> bool:
        """Whether nothing can be sent."""
        return self.connection is None or self.is_over

    async def send(self: Any, message: Any) -> None:
        """Write it, if it is no text yet."""
        text = (
            message if isinstance(message, str) else json.dumps(message, separators=(",", ":"), default=str)
        )
        if self.closed():
            raise ConnectionError("it is closed")
        self.connection.send(text.encode())

    async def close(self, code: int = 1000) -> None:
        """As ccxt asks for it."""
        del code
        self.end("closed by ccxt")

    def end(self: Any, reason: str) -> None:
        """It is over: everybody who waits for something of it is told why."""
        if self.is_over:
            return
        self.is_over = True
        if self._care is not None and self._care is not asyncio.current_task():
            self._care.cancel()
        if self.connection is not None:
            self.connection.close()
        self.error = importlib.import_module("ccxt").NetworkError(reason)
        waiting = [each for each in self.futures.values() if not each.done()]
        self.reject(self.error)
        for each in waiting:
            each.exception()  # some wait for nobody, and would complain of that
        if not self.connected.done():
            self.connected.cancel()
        self.on_error_callback(self, self.error)

    def on_error(self: Any, error: Exception) -> None:
        """ccxt has found something wrong."""
        self.end(str(error) or type(error).__name__)

    def _heard(self: Any, frame: bytes) -> None:
        try:
            self.on_message_callback(self, self._read(frame))
        except Exception as error:  # noqa: BLE001  # ccxt's reading of a frame may fail in any way
            self.end(f"ccxt could not read a frame ({type(error).__name__})")

    def _read(self: Any, frame: bytes) -> Any:
        if self.gunzip and frame.startswith(GZIP):
            frame = self.exchange.gunzip(frame)
        elif self.inflate:
            frame = self.exchange.inflate(frame)
        text = bytes(frame).decode()
        return json.loads(text, parse_float=Decimal) if text[:1] in ("{", "[") else text

    async def _live(self: Any) -> None:
        """Ping it in the exchange's own words, where it wants these, until it has ended."""
        ended = asyncio.ensure_future(self.connection.ended())
        try:
            while self.ping and self.keepAlive and not ended.done():
                await self._pause(ended)
                if not ended.done():
                    await self.send(self.ping(self))
            self.end(await ended)
        except Exception as error:  # noqa: BLE001  # ccxt's ping may fail in any way, and then nobody sees an end
            self.end(f"ccxt could not keep it alive ({type(error).__name__})")
        finally:
            ended.cancel()

    async def _pause(self: Any, ended: asyncio.Future[str]) -> None:
        sleeping = asyncio.ensure_future(self.transport.clock.sleep(self.keepAlive / 1000))
        try:
            await asyncio.wait([ended, sleeping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sleeping

    async def _in_turn(self: Any, cost: float) -> None:
        """One message after another, at the exchange's pace."""
        async with self._turn:
            await self.transport.clock.sleep(float(self.exchange.rateLimit) * float(cost) / 1000)

"""ccxt's client of a WebSocket on our sockets: an end is noticed, whatever ccxt does meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.support import virtual_time
from tests.support.virtual_time import VirtualClock

from tradebook.venues.ccxt.exchange import make_exchange
from tradebook.venues.ccxt.transport import Transport
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.connections.sockets import FrameTaker

LISTEN_KEY = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"
URL = f"wss://exchange.test/ws/{LISTEN_KEY}"


class Socket:
    """Stays open until it is closed."""

    def __init__(self) -> None:
        self._over = asyncio.Event()

    def send(self, frame: bytes) -> None: ...

    def hold(self, *, back: bool) -> None: ...

    async def ended(self) -> str:
        await self._over.wait()
        return "closed"

    def close(self) -> None:
        self._over.set()


async def http(*_: Any, **__: Any) -> HttpAnswer:
    return HttpAnswer(status=200, headers={}, body=b"{}")


async def connected(ping: Any) -> tuple[Any, Socket]:
    sockets: list[Socket] = []

    async def connect(url: str, take: FrameTaker) -> Socket:
        sockets.append(Socket())
        return sockets[0]

    exchange = make_exchange("okx", Transport("okx", http, VirtualClock(), connect))
    exchange.streaming["ping"] = ping
    client = exchange.client(URL)
    await client.open(None)
    return client, sockets[0]


def test_a_ping_that_fails_ends_the_connection_for_all_who_watch_there() -> None:
    def ping(_: Any) -> Any:
        raise KeyError("no id")

    async def main() -> None:
        client, socket = await connected(ping)
        watched = client.future("orders")
        await asyncio.sleep(60)
        assert client.closed()
        assert await socket.ended() == "closed"
        with pytest.raises(Exception, match=r"could not keep it alive \(KeyError\)"):
            await watched

    virtual_time.run(main())


def test_no_task_is_named_by_a_listen_key() -> None:
    async def main() -> None:
        client, _ = await connected(lambda _: "ping")
        names = [each.get_name() for each in asyncio.all_tasks()]
        client.end("enough")
        assert "ccxt exchange.test" in names
        assert not any(LISTEN_KEY in each for each in names)

    virtual_time.run(main())

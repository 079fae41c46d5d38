"""What every WebSocket of ours does, whatever is said on it."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from tests.integration.web.conftest import Edge, client_frame, closing, receive, send, until

from tradebook.web import sockets
from tradebook.web.outbox import Outbox

PING = json.dumps({"op": "ping"})


FIRST, EMPTY = client_frame("", is_last=False), client_frame("", opcode=0, is_last=False)


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Only reference counts free anything, as for all that has been set apart (``bootstrap.garbage``)."""
    gc.disable()
    yield
    gc.enable()


async def test_a_message_may_come_in_fragments(edge: Edge) -> None:
    async with edge.connect("/v1/stream") as socket:
        await receive(socket)
        for parts in ((PING[:3], PING[3:7], PING[7:]), ("", PING, "")):
            await socket.send(iter(parts))
            assert await receive(socket) == {"op": "pong"}


async def test_empty_fragments_cost_no_more_than_other_frames(edge: Edge) -> None:
    async with edge.connect("/v1/stream", token=None) as socket:
        socket.transport.write(FIRST + 30_000 * EMPTY + client_frame(PING, opcode=0))
        async with asyncio.timeout(2):
            assert (await receive(socket))["op"] == "pong"


async def test_fragments_make_no_message_beyond_the_limit(edge: Edge) -> None:
    async with edge.connect("/v1/stream") as socket:
        await receive(socket)
        await socket.send(iter(["x" * (sockets.MESSAGE_BYTES_MAX // 4)] * 5))
        assert (await closing(socket))[0] == sockets.MESSAGE_TOO_BIG


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/v1/stream", {"op": "subscribe", "channels": ["orders", "quotes:BTC-USDT.SIM"]}),
        ("/v1/trade", {"id": 1, "op": "cancel_all"}),
        ("/v1/trade", {"id": 1, "op": "cancel", "order_id": "unknown"}),
    ],
)
async def test_a_socket_that_has_ended_is_freed(
    edge: Edge, monkeypatch: pytest.MonkeyPatch, path: str, message: dict[str, Any]
) -> None:
    made: list[weakref.ref[Any]] = []

    class Watched(Outbox):
        def __init__(self, write: Any) -> None:
            super().__init__(write)
            made.append(weakref.ref(write.__self__))

    monkeypatch.setattr(sockets, "Outbox", Watched)
    monkeypatch.setattr(sockets, "CLOSE_WITHIN_S", 0.01)
    async with edge.connect(path) as socket:
        await send(socket, **message)
        await receive(socket)
    await until(lambda: [each() for each in made] == [None])

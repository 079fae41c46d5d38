"""What every WebSocket of ours does, whatever is said on it."""

from __future__ import annotations

import asyncio
import json

from tests.integration.web.conftest import Edge, closing, receive

from tradebook.web import sockets

PING = json.dumps({"op": "ping"})


def frame(payload: str, *, opcode: int, is_last: bool) -> bytes:
    """A client's frame under a mask of zeros."""
    assert len(payload) < 126
    return bytes((0x80 * is_last | opcode, 0x80 | len(payload), 0, 0, 0, 0)) + payload.encode()


FIRST, EMPTY = frame("", opcode=1, is_last=False), frame("", opcode=0, is_last=False)


async def test_a_message_may_come_in_fragments(edge: Edge) -> None:
    async with edge.connect("/v1/stream") as socket:
        await receive(socket)
        for parts in ((PING[:3], PING[3:7], PING[7:]), ("", PING, "")):
            await socket.send(iter(parts))
            assert await receive(socket) == {"op": "pong"}


async def test_empty_fragments_cost_no_more_than_other_frames(edge: Edge) -> None:
    async with edge.connect("/v1/stream", token=None) as socket:
        socket.transport.write(FIRST + 30_000 * EMPTY + frame(PING, opcode=0, is_last=True))
        async with asyncio.timeout(2):
            assert (await receive(socket))["op"] == "pong"


async def test_fragments_make_no_message_beyond_the_limit(edge: Edge) -> None:
    async with edge.connect("/v1/stream") as socket:
        await receive(socket)
        await socket.send(iter(["x" * (sockets.MESSAGE_BYTES_MAX // 4)] * 5))
        assert (await closing(socket))[0] == sockets.MESSAGE_TOO_BIG

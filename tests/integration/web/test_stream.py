from __future__ import annotations

import asyncio
import contextlib

import pytest
import websockets
from tests.integration.web.conftest import Edge, closing, receive, send
from tests.support.web import a_change, principal

from tradebook.web import sockets, stream


async def test_a_watcher_sees_a_snapshot_and_then_every_change(edge: Edge) -> None:
    edge.shown.position = 3
    async with edge.connect("/v1/stream") as socket:
        assert (await receive(socket))["op"] == "authenticated"
        await send(socket, op="subscribe", channels=["orders", "quotes:BTC-USDT.SIM"])
        assert await receive(socket) == {"op": "subscribed", "channels": ["orders", "quotes:BTC-USDT.SIM"]}
        assert await receive(socket) == {
            "channel": "orders",
            "type": "snapshot",
            "position": "3",
            "data": {"items": []},
        }
        assert (await receive(socket))["channel"] == "quotes:BTC-USDT.SIM"
        edge.hub.publish([a_change(3), a_change(4, status="filled")])
        assert await receive(socket) == {
            "channel": "orders",
            "type": "change",
            "account_id": "a1",
            "position": "4",
            "data": {"status": "filled"},
        }
        await send(socket, op="unsubscribe", channels=["orders"])
        assert (await receive(socket))["op"] == "unsubscribed"
        assert not edge.hub.is_watched("orders")


async def test_the_first_frame_may_carry_the_token(edge: Edge) -> None:
    async with edge.connect("/v1/stream", token=None) as socket:
        await send(socket, op="auth", token="viewer")
        answer = await receive(socket)
        assert (answer["op"], "expires_at" in answer) == ("authenticated", True)
        await send(socket, op="ping")
        assert await receive(socket) == {"op": "pong"}


async def test_without_a_token_in_time_the_socket_is_closed(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "AUTH_WITHIN_S", 0.02)
    async with edge.connect("/v1/stream", token=None) as socket:
        assert (await closing(socket))[0] == sockets.UNAUTHENTICATED


@pytest.mark.parametrize("token", ["forged", None])
async def test_a_bad_token_is_told_and_the_socket_closed(edge: Edge, token: str | None) -> None:
    async with edge.connect("/v1/stream", token=token) as socket:
        if token is None:
            await send(socket, op="subscribe", channels=["orders"])
        assert (await receive(socket))["problem"]["status"] == 401
        assert (await closing(socket))[0] == sockets.UNAUTHENTICATED


async def test_a_token_that_stops_working_ends_the_stream(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHECK_TOKEN_EVERY_S", 0.01)
    async with edge.connect("/v1/stream") as socket:
        await receive(socket)
        await asyncio.sleep(0.05)
        del edge.tokens.known["owner"]
        assert (await receive(socket))["problem"]["status"] == 401
        assert (await closing(socket))[0] == sockets.UNAUTHENTICATED


async def test_a_renewed_token_keeps_the_stream_open(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "CHECK_TOKEN_EVERY_S", 0.02)
    edge.tokens.known["second"] = principal()
    async with edge.connect("/v1/stream") as socket:
        await receive(socket)
        await send(socket, op="auth", token="second")
        assert (await receive(socket))["op"] == "authenticated"
        del edge.tokens.known["owner"]
        await asyncio.sleep(0.06)
        await send(socket, op="ping")
        assert (await receive(socket))["op"] == "pong"


async def test_a_socket_cannot_change_hands(edge: Edge) -> None:
    async with edge.connect("/v1/stream") as socket:
        await receive(socket)
        await send(socket, op="auth", token="other")
        assert (await receive(socket))["problem"]["code"] == "other_user"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", "malformed_json"),
        ('{"op":"dance"}', "invalid_input"),
        ('{"op":"subscribe","channels":[]}', "invalid_input"),
        ('{"op":"subscribe","channels":["nothing"]}', "invalid_input"),
        ('{"op":"subscribe","channels":["orders:missing"]}', "not_found"),
        ('{"op":"subscribe","channels":["depth:BTC-USDT.SIM"]}', "not_found"),
        ('{"op":"ping","extra":1}', "invalid_input"),
    ],
)
async def test_what_cannot_be_done_is_told_and_the_stream_goes_on(
    edge: Edge, message: str, code: str
) -> None:
    async with edge.connect("/v1/stream") as socket:
        await receive(socket)
        await socket.send(message)
        answer = await receive(socket)
        while "problem" not in answer:
            answer = await receive(socket)
        assert answer["problem"]["code"] == code
        await send(socket, op="ping")
        assert await receive(socket) == {"op": "pong"}


async def test_the_parties_of_a_viewer_bound_what_they_see(edge: Edge) -> None:
    async with edge.connect("/v1/stream", token="viewer") as socket:
        await receive(socket)
        await send(socket, op="subscribe", channels=["orders"])
        await receive(socket)
        await receive(socket)
        edge.hub.publish([a_change(1, account="a1"), a_change(2, account="a2")])
        assert (await receive(socket))["account_id"] == "a2"


async def test_a_client_that_does_not_read_is_sent_away_alone(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradebook.web.outbox.BACKLOG_MAX", 50)
    async with edge.connect("/v1/stream", max_queue=1) as slow, edge.connect("/v1/stream") as quick:
        for socket in (slow, quick):
            await send(socket, op="subscribe", channels=["orders"])
            for _ in range(3):
                await receive(socket)

        async def read_on() -> int:
            position = 0
            while position < 400:
                position = int((await receive(quick))["position"])
            return position

        reading = asyncio.create_task(read_on())
        for position in range(1, 401):
            edge.hub.publish([a_change(position, filler="x" * 60_000)])
            await asyncio.sleep(0.001)
        assert await reading == 400
        with contextlib.suppress(websockets.ConnectionClosedError):
            async for _ in slow:
                pass
        assert slow.close_code == sockets.TRY_AGAIN_LATER


async def test_a_stopping_server_says_so(edge: Edge) -> None:
    socket = await edge.connect("/v1/stream")
    await receive(socket)
    edge.stop()
    assert (await closing(socket))[0] == sockets.SERVICE_RESTART


async def test_messages_may_come_in_pieces_and_other_kinds_are_refused(edge: Edge) -> None:
    async with edge.connect("/v1/stream") as socket:
        await receive(socket)
        await socket.send(['{"op":', '"pi', 'ng"}'])
        assert await receive(socket) == {"op": "pong"}
        await socket.send(b"binary")
        assert (await closing(socket))[0] == sockets.UNSUPPORTED_DATA


async def test_a_defect_ends_the_one_socket_only(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    async with edge.connect("/v1/stream") as broken, edge.connect("/v1/stream") as other:
        await receive(broken)
        await receive(other)
        monkeypatch.setattr(edge.shown, "data", object())
        await send(broken, op="subscribe", channels=["orders"])
        await receive(broken)
        assert (await closing(broken))[0] == sockets.INTERNAL_ERROR
        await send(other, op="ping")
        assert await receive(other) == {"op": "pong"}


async def test_other_paths_have_no_socket(edge: Edge) -> None:
    with pytest.raises(Exception, match="404"):
        await edge.connect("/v1/nothing")

"""The short way of hot routes, over real sockets: it serves what is plain, the long one the rest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from tests.support.web import Shown, System, Tokens, a_hub, principal, running

from tradebook.kernel.errors import RateLimited, Refused
from tradebook.web.app import create_app
from tradebook.web.direct import DirectRoutes, Headers
from tradebook.web.edge import BODY_BYTES_MAX
from tradebook.web.server import server_config

PATH = "/v1/echo"


class Echo:
    """Answers with the body, and says which way it came."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()

    async def answer(
        self, system: Any, headers: Headers, body: bytes, *, correlation_id: str
    ) -> tuple[int, bytes, Headers]:
        await self.gate.wait()
        match body:
            case b"refuse":
                raise Refused("price_stale", "Old.", {"age_s": "31"})
            case b"too often":
                raise RateLimited("Too many.", 7)
            case b"break":
                raise KeyError("secret")
        assert system == "the system"
        return (
            201,
            json.dumps({"way": "short", "got": len(body), "as": correlation_id}).encode(),
            [(b"tradebook-position", b"7")],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        answer = json.dumps({"way": "long", "got": len(body)}).encode()
        headers = [(b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


class Server:
    """A real server with one hot route."""

    def __init__(self) -> None:
        self.echo = Echo()
        self.address = ""

    async def raw(self, *requests: bytes, answers: int = 1) -> list[tuple[bytes, dict[str, str], Any]]:
        """Send bytes as they are; status line, headers and body of each answer."""
        host, port = self.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        for request in requests:
            writer.write(request)
            await writer.drain()
            await asyncio.sleep(0.01)
        received = []
        async with asyncio.timeout(5):
            for _ in range(answers):
                status, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[:-2]
                headers = {k.lower(): v for k, _, v in (line.decode().partition(": ") for line in lines)}
                body = await reader.readexactly(int(headers["content-length"]))
                received.append((status, headers, json.loads(body)))
        writer.close()
        return received


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    parts, tokens = Server(), Tokens(owner=principal())
    app = create_app(System(tokens), routers=[], hot_routes=[Route(PATH, parts.echo, methods=["POST"])])

    def configure(port: int) -> Any:
        return server_config(
            app,
            direct=DirectRoutes("the system", {("POST", PATH): parts.echo}),
            host="127.0.0.1",
            port=port,
            hub=a_hub(Shown()),
            authenticator=tokens,
            orders=None,  # type: ignore[arg-type]  # nobody enters any
        )

    async with running(configure) as (parts.address, _):
        yield parts


def post(body: bytes, *headers: str, length: int | None = None) -> bytes:
    """A request as bytes."""
    lines = [f"POST {PATH} HTTP/1.1", "Host: x", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


async def test_a_plain_request_takes_the_short_way(server: Server) -> None:
    [(status, headers, body)] = await server.raw(post(b"hello", "X-Request-Id: mine-1"))
    assert status == b"HTTP/1.1 201 Created"
    assert body == {"way": "short", "got": 5, "as": "mine-1"}
    assert headers["x-request-id"] == "mine-1"
    assert headers["content-type"] == "application/json"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["tradebook-position"] == "7"


@pytest.mark.parametrize(
    "header", ["Transfer-Encoding: chunked", "Connection: close", "Expect: 100-continue", "Upgrade: h2c"]
)
async def test_an_unusual_request_takes_the_long_way(server: Server, header: str) -> None:
    is_chunked = header.startswith("Transfer")
    body = b"5\r\nhello\r\n0\r\n\r\n" if is_chunked else b"hello"
    async with httpx.AsyncClient(base_url=f"http://{server.address}") as http:
        assert (await http.post(PATH, content=b"hello")).json()["way"] == "short"
    request = post(body, header)
    if is_chunked:
        request = request.replace(b"Content-Length: %d\r\n" % len(body), b"")
    if header.startswith("Expect"):
        host, port = server.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request)
        assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        writer.close()
        return
    [(_, headers, answer)] = await server.raw(request)
    assert answer == {"way": "long", "got": 5}
    assert ("connection" in headers) == header.startswith("Connection")


async def test_a_request_may_come_in_pieces(server: Server) -> None:
    whole = post(b"x" * 1000)
    [(_, _, body)] = await server.raw(whole[:10], whole[10:70], whole[70:500], whole[500:])
    assert (body["way"], body["got"]) == ("short", 1000)


async def test_many_requests_share_a_connection(server: Server) -> None:
    answers = [
        body["got"] for _, _, body in await server.raw(post(b"a"), post(b"bb"), post(b"ccc"), answers=3)
    ]
    assert answers == [1, 2, 3]


async def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    server.echo.gate.clear()
    asyncio.get_running_loop().call_later(0.1, server.echo.gate.set)
    together = post(b"a") + post(b"bb") + post(b"ccc")
    answers = [body["got"] for _, _, body in await server.raw(together, answers=3)]
    assert answers == [1, 2, 3]


async def test_a_refusal_is_a_problem(server: Server) -> None:
    [(status, headers, body)] = await server.raw(post(b"refuse"))
    assert status.startswith(b"HTTP/1.1 422")
    assert headers["content-type"] == "application/problem+json"
    assert (body["code"], body["age_s"]) == ("price_stale", "31")
    [(_, headers, _)] = await server.raw(post(b"too often"))
    assert headers["retry-after"] == "7"


async def test_a_defect_is_told_without_details_and_harms_nobody_else(server: Server) -> None:
    answers = await server.raw(post(b"break", "X-Request-Id: r7"), post(b"ok"), answers=2)
    assert answers[0][0].startswith(b"HTTP/1.1 500")
    assert "secret" not in str(answers[0])
    assert answers[0][2]["correlation_id"] == "r7"
    assert answers[1][2]["way"] == "short"


async def test_more_than_the_server_reads_is_refused(server: Server) -> None:
    [(status, _, body)] = await server.raw(post(b"", length=BODY_BYTES_MAX + 1))
    assert status.startswith(b"HTTP/1.1 413")
    assert body["code"] == "body_too_large"


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "5, 5"])
async def test_a_length_that_is_no_number_is_refused(server: Server, length: str) -> None:
    request = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()
    host, port = server.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 400")
    writer.close()


async def test_a_client_that_hangs_up_harms_nobody(server: Server) -> None:
    server.echo.gate.clear()
    host, port = server.address.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(post(b"a"))
    await writer.drain()
    await asyncio.sleep(0.02)
    writer.transport.abort()
    await asyncio.sleep(0.02)
    server.echo.gate.set()
    [(_, _, body)] = await server.raw(post(b"bb"))
    assert body["got"] == 2

"""A real uvicorn on loopback, with small stand-ins behind it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import websockets
from tests.support.web import Orders, Shown, System, Tokens, a_hub, principal, running

from tradebook.identity.principal import Role
from tradebook.web.app import create_app
from tradebook.web.direct import DirectRoutes
from tradebook.web.hub import Hub
from tradebook.web.server import server_config


class Edge:
    """A running edge and what stands behind it."""

    def __init__(self) -> None:
        self.tokens = Tokens(
            owner=principal(),
            other=principal(user="u2"),
            viewer=principal(Role.VIEWER, parties=frozenset({"p2"})),
        )
        self.shown = Shown()
        self.hub: Hub = a_hub(self.shown)
        self.orders = Orders()
        self.address = ""
        self.stop: Callable[[], None] = lambda: None

    def connect(self, path: str, token: str | None = "owner", **options: Any) -> Any:
        """A WebSocket, with the token in its Authorization header."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return websockets.connect(f"ws://{self.address}{path}", additional_headers=headers, **options)


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    parts = Edge()
    app = create_app(System(parts.tokens), routers=[])

    def configure(port: int) -> Any:
        return server_config(
            app,
            direct=DirectRoutes(None, {}),
            host="127.0.0.1",
            port=port,
            hub=parts.hub,
            authenticator=parts.tokens,
            orders=parts.orders,
        )

    async with running(configure) as (parts.address, parts.stop):
        yield parts


async def send(socket: Any, **message: Any) -> None:
    """One message."""
    await socket.send(json.dumps(message))


def client_frame(payload: str, *, opcode: int = 1, is_last: bool = True) -> bytes:
    """A client's frame under a mask of zeros, to be written with others at once."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else bytes((0x80 | 126,)) + size.to_bytes(2, "big")
    return bytes((0x80 * is_last | opcode,)) + length + bytes(4) + payload.encode()


async def receive(socket: Any) -> dict[str, Any]:
    """The next message."""
    message: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 5))
    return message


async def closing(socket: Any) -> tuple[int, str]:
    """Code and reason with which the server hangs up."""
    await asyncio.wait_for(socket.wait_closed(), 5)
    return socket.close_code, socket.close_reason


async def until(holds: Callable[[], bool]) -> None:
    """Return once it is so, at most 5 s later."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  # what is watched has no event to wait for
            await asyncio.sleep(0.002)

"""A simulated venue on a port of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tradebook.market.ports import MarketSource
from tradebook.venues.simulators.faults import Faults, NoFaults
from tradebook.venues.simulators.passage import Line, pass_request
from tradebook.venues.simulators.venue import SimulatedRequest, SimulatedVenue

OUTGOING_MAX = 10_000
"""Frames to a client that does not read; then it is cut off, as venues do."""
BODY_BYTES_MAX = 1_000_000
UNANSWERED_S_MAX = 120.0
"""For so long a request is held that nothing comes back to."""
METHODS = ["GET", "POST", "PUT", "DELETE"]


def application(venue: SimulatedVenue, faults: Faults) -> Starlette:
    """Requests and sockets of any path, given to the venue."""

    async def answer(request: Request) -> Response:
        return await _answer(venue, faults, request)

    async def carry(socket: WebSocket) -> None:
        await _carry(venue, faults, socket)

    return Starlette(
        routes=[WebSocketRoute("/{path:path}", carry), Route("/{path:path}", answer, methods=METHODS)]
    )


async def _answer(venue: SimulatedVenue, faults: Faults, request: Request) -> Response:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES_MAX:
            return Response(status_code=413)
    told = SimulatedRequest(
        method=request.method,
        path=request.url.path,
        query=request.url.query,
        headers=dict(request.headers),
        body=bytes(body),
    )
    answered = await pass_request(venue, faults, told)
    if answered is None:
        await _until_given_up(request)
        return Response(status_code=504)
    return Response(answered.body, answered.status, {"content-type": "application/json", **answered.headers})


async def _until_given_up(request: Request) -> None:
    """Nothing comes back: the client waits for as long as it likes, but not without end."""
    with suppress(TimeoutError):
        async with asyncio.timeout(UNANSWERED_S_MAX):
            while (await request.receive())["type"] != "http.disconnect":
                pass


async def _carry(venue: SimulatedVenue, faults: Faults, socket: WebSocket) -> None:
    """Between one client and the venue, until either ends it."""
    outgoing = _Outgoing()
    query = f"?{socket.url.query}" if socket.url.query else ""
    line = Line(venue, f"{socket.url.path}{query}", faults, deliver=outgoing.put)
    if not line.is_open:
        await socket.close()
        return
    tasks: list[asyncio.Future[object]] = []
    try:
        await socket.accept()
        waits = (_read(socket, line), outgoing.write(socket), outgoing.overflowed.wait(), line.closed.wait())
        tasks += [asyncio.ensure_future(each) for each in waits]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        line.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(RuntimeError, WebSocketDisconnect):  # it is closed, or the client is gone
            await socket.close()


async def _read(socket: WebSocket, line: Line) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            line.received((await socket.receive_text()).encode())


class _Outgoing:
    """Frames on their way to one client."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(OUTGOING_MAX)
        self.overflowed = asyncio.Event()

    def put(self, frame: bytes) -> None:
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.overflowed.set()

    async def write(self, socket: WebSocket) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await socket.send_text((await self._frames.get()).decode())


class _Server(uvicorn.Server):
    """Signals belong to whoever runs us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(
    venue: SimulatedVenue, market: MarketSource, *, port: int, faults: Faults | None = None
) -> AsyncIterator[str]:
    """The venue and its market, alive; gives the URL. ``port`` 0 takes any that is free."""
    config = uvicorn.Config(
        application(venue, faults or NoFaults()),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=1,  # clients find out for themselves that a venue has ended
        ws="websockets-sansio",
    )
    server = _Server(config)
    listener = config.bind_socket()
    listener.listen()  # whoever comes before the server is up waits, and is not turned away
    tasks = [
        asyncio.create_task(server.serve(sockets=[listener])),
        asyncio.create_task(_live(venue, market)),
    ]
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _live(venue: SimulatedVenue, market: MarketSource) -> None:
    async for events in market.events():
        venue.take(events)

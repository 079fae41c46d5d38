"""A venue's sockets in memory, for what keeps connections: no port, virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.sockets import FrameTaker

ENDPOINT = Endpoint(url="wss://venue.test/stream", streams_max=4, messages_per_s_max=5, hours_max=24)


class FakeSocket:
    """One that says what the test says."""

    def __init__(self, take: FrameTaker) -> None:
        self.say = take
        self.sent: list[tuple[float, dict[str, object]]] = []
        """What it was sent, and when by the loop's time."""
        self.is_held_back = False
        self._end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @property
    def subscribed(self) -> list[str]:
        """Streams, as its frames asked for and ended them."""
        streams: dict[str, None] = {}
        for _, frame in self.sent:
            for each in frame.get("streams", ()):  # type: ignore[attr-defined]  # a list by our own encoding
                if frame["ask"] == "subscribe":
                    streams[each] = None
                else:
                    streams.pop(each, None)
        return list(streams)

    def send(self, frame: bytes) -> None:
        if not self._end.done():
            self.sent.append((asyncio.get_running_loop().time(), json.loads(frame)))

    def hold(self, *, back: bool) -> None:
        self.is_held_back = back

    async def ended(self) -> str:
        return await asyncio.shield(self._end)

    def close(self, reason: str = "closed by us") -> None:
        if not self._end.done():
            self._end.set_result(reason)

    @property
    def is_closed(self) -> bool:
        return self._end.done()


class FakeNetwork:
    """Every socket that was opened, and how many attempts fail first."""

    def __init__(self) -> None:
        self.sockets: list[FakeSocket] = []
        self.attempts: list[float] = []
        self.refuses = 0

    async def connect(self, url: str, take: FrameTaker) -> FakeSocket:
        assert url == ENDPOINT.url
        self.attempts.append(asyncio.get_running_loop().time())
        await asyncio.sleep(0.01)
        if self.refuses:
            self.refuses -= 1
            raise ConnectionRefusedError("nobody listens")
        self.sockets.append(FakeSocket(take))
        return self.sockets[-1]


class FakeWords:
    """How streams are asked for."""

    def subscription(self, streams: Sequence[str]) -> bytes:
        return json.dumps({"ask": "subscribe", "streams": list(streams)}).encode()

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        return json.dumps({"ask": "unsubscribe", "streams": list(streams)}).encode()

"""A simulated venue behind the protocols of our connections: no socket, in a loop whose time may jump."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from urllib.parse import urlsplit

from tradebook.venues.connections.http import TIMEOUT_S, HttpAnswer
from tradebook.venues.connections.sockets import FrameTaker
from tradebook.venues.simulators.faults import Faults, NoFaults
from tradebook.venues.simulators.passage import Line, pass_request
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest, SimulatedVenue

HELD_FRAMES_MAX = 10_000
"""Then the venue ends the connection of a client that does not read."""


class InProcessHttp:
    """Implements ``Http``. A request that its sender has given up may still arrive."""

    def __init__(
        self, venue: SimulatedVenue, *, faults: Faults | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._venue = venue
        self._faults = faults or NoFaults()
        self._timeout_s = timeout_s
        self._travelling: set[asyncio.Task[SimulatedAnswer | None]] = set()

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """As the protocol says."""
        parts = urlsplit(url)
        request = SimulatedRequest(
            method=method,
            path=parts.path,
            query=parts.query,
            headers={name.lower(): value for name, value in (headers or {}).items()},
            body=body or b"",
        )
        passage = asyncio.ensure_future(pass_request(self._venue, self._faults, request))
        self._travelling.add(passage)
        passage.add_done_callback(self._travelling.discard)
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await asyncio.shield(passage)
                if answer is None:
                    await asyncio.Event().wait()
        except TimeoutError:
            answer = None
        if answer is None:
            raise TimeoutError(f"{parts.hostname} did not answer in time")
        return HttpAnswer(
            status=answer.status,
            headers={name.lower(): value for name, value in answer.headers.items()},
            body=answer.body,
        )


class InProcessConnector:
    """Implements ``Connector``."""

    def __init__(self, venue: SimulatedVenue, *, faults: Faults | None = None) -> None:
        self._venue = venue
        self._faults = faults or NoFaults()

    async def __call__(self, url: str, take: FrameTaker) -> InProcessSocket:
        """As the protocol says."""
        parts = urlsplit(url)
        socket = InProcessSocket(self._venue, parts.path, self._faults, take)
        if not socket.is_open:
            raise ConnectionError(f"{parts.hostname} opens no connection at {parts.path}")
        return socket


class InProcessSocket:
    """Implements ``Socket``. Nothing arrives within the call that sent it, as over a network."""

    def __init__(self, venue: SimulatedVenue, path: str, faults: Faults, take: FrameTaker) -> None:
        self._loop = asyncio.get_running_loop()
        self._take = take
        self._arrived: deque[bytes] = deque()
        self._is_held_back = False
        self._reason = ""
        self._line = Line(venue, path, faults, deliver=self._arrives)

    @property
    def is_open(self) -> bool:
        """Whether the venue has opened it."""
        return self._line.is_open

    def send(self, frame: bytes) -> None:
        """Send a frame of text. Nothing where it has ended."""
        self._loop.call_soon(self._line.received, frame)

    def hold(self, *, back: bool) -> None:
        """Stop reading, or read again."""
        self._is_held_back = back
        self._loop.call_soon(self._hand_over)

    async def ended(self) -> str:
        """Wait until it has ended; why."""
        await self._line.closed.wait()
        return self._reason or "the venue closed it"

    def close(self) -> None:
        """End it."""
        self._reason = self._reason or "closed by us"
        self._line.close()

    def _arrives(self, frame: bytes) -> None:
        if len(self._arrived) < HELD_FRAMES_MAX:
            self._arrived.append(frame)
            self._loop.call_soon(self._hand_over)
        else:
            self._line.close()

    def _hand_over(self) -> None:
        while self._arrived and not (self._is_held_back or self._line.closed.is_set()):
            self._take(self._arrived.popleft())
